//! Optimizers: how a gradient changes a network.

mod adam;

pub use adam::{Adam, Moments};

use crate::layers::Layer;
use crate::scalar::Scalar;

/// A rule that changes parameters by their gradient.
///
/// What it remembers of each parameter are values of the network's own type, made by [`init`](Optimizer::init).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an optimizer",
    label = "not an optimizer",
    note = "for instance `Adam::default()`, or `Adam::new(1e-3)` with a learning rate"
)]
pub trait Optimizer<T: Scalar>: Send + Sync {
    /// What the optimizer remembers of a network.
    type State<N: Layer<Scalar = T>>;

    /// The memory of a network that has made no step.
    fn init<N: Layer<Scalar = T>>(&self) -> Self::State<N>;

    /// Makes step `step`, counted from 1: calls [`Layer::update`] with the rule for one slice of parameters.
    fn update<N: Layer<Scalar = T>>(
        &self,
        step: u64,
        network: &mut N,
        options: &N::Options,
        gradient: &N,
        state: &mut Self::State<N>,
    );

    /// Whether [`undo`](Optimizer::undo) is written. If not, training keeps a copy of the weights of a network of any
    /// size.
    const CAN_UNDO: bool = false;

    /// Takes back step `step`, the last one, as far as rounding allows. The memory of the optimizer stays as it is after
    /// the step, so it is still known how far the step went. `gradient` is not read.
    fn undo<N: Layer<Scalar = T>>(
        &self,
        _step: u64,
        _network: &mut N,
        _options: &N::Options,
        _gradient: &N,
        _state: &mut Self::State<N>,
    ) {
        unreachable!("only asked of an optimizer that can undo");
    }
}
