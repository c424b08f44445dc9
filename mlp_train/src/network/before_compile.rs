//! Methods of a compiled network, on a network before `compile`: the compiler's message names what is missing.

use mlp_core::network::BaseNetwork;

/// Network with an optimizer and a loss. Nothing implements it: [`Compiled`](super::Compiled) has the methods itself.
#[diagnostic::on_unimplemented(
    message = "the network has no optimizer and no loss yet: call `compile` first",
    label = "write `let mut model = network.compile(Adam::default(), MeanSquaredError);`, and call this method of `model`"
)]
pub trait IsCompiled {
    /// Type of any result. It is erroneous for a network, so that its use causes no further message.
    type Output;

    /// Returns the result.
    fn output() -> Self::Output;
}

/// Writes methods that nothing can call.
macro_rules! methods {
    ($($name:ident($($argument:ident: $type:ident),*);)*) => {$(
        #[doc(hidden)]
        fn $name<$($type),*>(&mut self, $($argument: $type),*) -> <Self as IsCompiled>::Output
        where
            Self: IsCompiled,
        {
            <Self as IsCompiled>::output()
        }
    )*};
}

/// Methods of [`Compiled`](super::Compiled) that are often called on a network itself.
pub trait BeforeCompile: BaseNetwork {
    methods! {
        fit(_x: X, _y: Y, _settings: S);
        partial_fit(_batches: B);
        train_on_batch(_x: X, _y: Y);
        evaluate(_x: X, _y: Y);
        predict_proba(_x: X);
        predict_classes(_x: X);
        metrics(_metrics: M);
        loss_weights(_weights: W);
        save(_path: P);
        load(_path: P);
    }
}

impl<N: BaseNetwork> BeforeCompile for N {}
