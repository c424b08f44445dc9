//! Methods of other libraries' models: the compiler's message names what is written here instead.

use mlp_core::network::BaseNetwork;

use super::absent_methods::{absent_bound, absent_methods};

/// Writes methods that nothing can call, each with a bound of its own.
macro_rules! methods {
    ($($name:ident($($type:ident),*), $bound:ident: $message:literal;)*) => {
        $(
            absent_bound! {
                #[diagnostic::on_unimplemented(message = $message, label = "not a method of a model")]
                $bound
            }
        )*

        /// Methods that networks do not have. One of the same name in an `impl` of a network comes first, and so does
        /// one with `&self` in a trait.
        pub trait ForeignMethods: BaseNetwork {
            absent_methods! {
                $($name($(_: $type),*): $bound;)*
            }
        }
    };
}

impl<N: BaseNetwork> ForeignMethods for N {}

methods! {
    zero_grad(), HasZeroGrad: "gradients are not kept from one step to the next: remove this line";
    train(), HasTrain: "`fit` trains, and `predict` and `evaluate` do not: there is no mode to set, remove this line";
    eval(), HasEval: "`fit` trains, and `predict` and `evaluate` do not: there is no mode to set, remove this line";
    to(Device), HasDevices: "networks run on the CPU: remove this line";
    get_weights(), HasWeights: "the weights are public fields: `model.dense_1.weights`; all parameters: `model.as_slice()`";
    set_weights(Weights), HasSettableWeights: "the weights are public fields: `model.dense_1.weights = …`";
    get_layer(Name), HasLayers: "a layer is a public field: `model.dense_1`";
    parameters(), HasParameters: "all parameters are a slice, `model.as_slice()`; the optimizer goes to `compile`";
    count_params(), HasCount: "the number of parameters is `model.as_slice().len()`, and stands in `model.summary()`";
    state_dict(), HasStateDict: "`save_weights` writes the weights, and `save` the state of the training too";
    load_state_dict(State), LoadsStateDict: "`load_weights` reads weights, and `load_pytorch` those of PyTorch in a safetensors file";
    add(Layer), IsList: "the layers of a network are written in one list: `sequential![Dense(1 => 10, relu), Dense(10 => 1)]`";
    forward(Input), HasForward: "`model.predict(&x)` computes the outputs; `network.tape()` goes forward and backward";
    backward(), HasBackward: "`fit` computes gradients itself; in a custom loop, `network.gradient_tape(loss)` does";
    freeze(), IsFrozen: "a layer is frozen by an option: `Dense(1 => 10, relu, trainable = false)`";
    no_grad(), HasNoGrad: "a layer is frozen by an option: `Dense(1 => 10, relu, trainable = false)`";
    num_params(), HasNumber: "the number of parameters is `model.as_slice().len()`, and stands in `model.summary()`";
    trainable_weights(), HasTrainableWeights: "the weights are public fields: `model.dense_1.weights`; all parameters: `model.as_slice()`";
    set_learning_rate(Rate), HasLearningRate: "the learning rate is that of the optimizer: `Adam::new(1e-3)`, `ReduceLrOnPlateau`, or a schedule";
}
