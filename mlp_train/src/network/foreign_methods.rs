//! Methods of other libraries' models: the compiler's message names what is written here instead.

use mlp_core::network::BaseNetwork;

/// Writes methods that nothing can call, each with a bound that no type fulfills.
macro_rules! methods {
    ($($name:ident($($argument:ident),*), $bound:ident: $message:literal;)*) => {
        $(
            #[diagnostic::on_unimplemented(message = $message, label = "not a method of a model")]
            pub trait $bound {}
        )*

        /// Methods that networks do not have. One of the same name in an `impl` of a network comes first.
        pub trait ForeignMethods: BaseNetwork {
            $(
                #[doc(hidden)]
                fn $name<$($argument),*>(&self, $(_: $argument),*)
                where
                    Self: $bound,
                {
                }
            )*
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
    set_learning_rate(Rate), HasLearningRate: "the learning rate is that of the optimizer: `Adam::new(1e-3)`, `ReduceLrOnPlateau`, or a schedule";
}
