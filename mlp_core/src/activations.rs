//! Activations.
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// A function between layers, applied to each value of a tile, or to each sample as a whole.
///
/// For a function of one number, implement [`Elementwise`] instead: two formulas, and this follows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an activation",
    label = "not an activation",
    note = "activations are `relu`, `tanh`, … and every type that implements `Activation` or `Elementwise`"
)]
pub trait Activation<T: Scalar>: 'static {
    /// Whether [`backward`](Activation::backward) asks for the values before the activation.
    const KEEPS_INPUT: bool;

    /// Replaces `z` by `f(z)`.
    fn forward(values: TileMut<'_, T>);

    /// Replaces the gradient by `y = f(z)` by the gradient by `z`. `before` is `z` where `KEEPS_INPUT` asks for it.
    fn backward(before: Option<Tile<'_, T>>, after: Tile<'_, T>, gradient: TileMut<'_, T>);

    /// Replaces `z` by `f(z)` for one sample.
    fn apply(sample: &mut [T]);
}
