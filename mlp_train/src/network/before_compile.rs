//! Methods of a compiled network, on a network before `compile`: the compiler's message names what is missing.

use mlp_core::network::BaseNetwork;

use super::absent_methods::{absent_bound, absent_methods};

absent_bound! {
    /// Network with an optimizer and a loss. Nothing implements it: [`Compiled`](super::Compiled) has the methods itself.
    #[diagnostic::on_unimplemented(
        message = "the network has no optimizer and no loss yet: call `compile` first",
        label = "write `let mut model = network.compile(Adam::default(), MeanSquaredError);`, and call this method of `model`"
    )]
    IsCompiled
}

/// Methods of [`Compiled`](super::Compiled) that are often called on a network itself.
pub trait BeforeCompile: BaseNetwork {
    absent_methods! {
        fit(_x: X, _y: Y, _settings: S): IsCompiled;
        partial_fit(_batches: B): IsCompiled;
        train_on_batch(_x: X, _y: Y): IsCompiled;
        evaluate(_x: X, _y: Y): IsCompiled;
        predict_proba(_x: X): IsCompiled;
        predict_classes(_x: X): IsCompiled;
        metrics(_metrics: M): IsCompiled;
        loss_weights(_weights: W): IsCompiled;
        save(_path: P): IsCompiled;
        load(_path: P): IsCompiled;
    }
}

impl<N: BaseNetwork> BeforeCompile for N {}
