//! Activations: functions between layers.
//!
//! A custom activation is a type without values and two formulas, and is used as the others are: `Dense(2 => 3, cube)`.
//!
//! ```
//! # use mlp_core::Scalar;
//! use mlp_core::activations::Elementwise;
//!
//! /// `z³`
//! #[allow(non_camel_case_types)]
//! #[derive(Clone, Copy, Debug, PartialEq)]
//! pub enum cube {}
//!
//! impl<T: Scalar> Elementwise<T> for cube {
//!     fn value(z: T) -> T {
//!         z * z * z
//!     }
//!     fn derivative(z: T, _y: T) -> T {
//!         z * z * T::from_f64(3.0)
//!     }
//! }
//! # use mlp_core::activations::ActivationFunction;
//! # let mut sample = [1.0_f32, 2.0, -1.0];
//! # cube::apply::<f32>(&mut sample);
//! # assert_eq!(sample, [1.0, 8.0, -1.0]);
//! ```
//!
//! A function of a whole sample, as [`softmax`] is, implements [`ActivationFunction`] itself.

mod elementwise;
mod loops;
mod onnx_nodes;
mod samplewise;
#[cfg(test)]
mod tests;

pub use elementwise::{
    elu, exponential, gelu, hard_sigmoid, identity, leaky_relu, relu, selu, sigmoid, silu, softplus, softsign, tanh,
};
pub use samplewise::softmax;

use crate::export::{GraphBuilder, Unsupported, Value};
use crate::kernels::{Epilogue, Vector};
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// A function between layers, applied to each value of a tile, or to each sample as a whole.
///
/// For a function of one value, implement [`Elementwise`] instead: two formulas, and this follows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an activation",
    label = "not an activation",
    note = "activations are `relu`, `tanh`, … and every type that implements `ActivationFunction` or `Elementwise`"
)]
pub trait ActivationFunction<T: Scalar>: 'static {
    /// True if [`backward`](ActivationFunction::backward) needs the values before the activation.
    const KEEPS_INPUT: bool;

    /// The epilogue that a product of matrices applies at no cost. Anything but `Identity` replaces
    /// [`forward`](ActivationFunction::forward).
    const EPILOGUE: Epilogue = Epilogue::Identity;

    /// Replaces `z` by `f(z)`.
    fn forward(values: TileMut<'_, T>);

    /// Replaces the gradient by `y = f(z)` by the gradient by `z`. `before` is `z` where `KEEPS_INPUT` asks for it.
    fn backward(before: Option<Tile<'_, T>>, after: Tile<'_, T>, gradient: TileMut<'_, T>);

    /// Replaces `z` by `f(z)` for one sample. `V` is the register of the instruction set in use, for functions that are
    /// vectorized.
    fn apply<V: Vector<Scalar = T>>(sample: &mut [T]);

    /// Adds the nodes that compute `f(z)` to a graph of ONNX.
    ///
    /// # Errors
    /// Unless an activation defines its nodes.
    fn export(_graph: &mut dyn GraphBuilder, _z: Value) -> Result<Value, Unsupported> {
        Err(Unsupported::of::<Self>())
    }
}

/// A function of one value, as two formulas: an [`ActivationFunction`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an activation",
    label = "not an activation",
    note = "activations are `relu`, `tanh`, … and every type that implements `ActivationFunction` or `Elementwise`"
)]
pub trait Elementwise<T: Scalar>: 'static {
    /// `f(z)`
    fn value(z: T) -> T;

    /// `f'(z)`, given `z` and `y = f(z)`.
    fn derivative(z: T, y: T) -> T;

    /// Adds the nodes that compute `f(z)` to a graph of ONNX: [`ActivationFunction::export`].
    #[allow(clippy::missing_errors_doc)]
    fn export(_graph: &mut dyn GraphBuilder, _z: Value) -> Result<Value, Unsupported> {
        Err(Unsupported::of::<Self>())
    }
}

impl<T: Scalar, E: Elementwise<T>> ActivationFunction<T> for E {
    const KEEPS_INPUT: bool = true;

    fn forward(mut values: TileMut<'_, T>) {
        for feature in 0..values.features() {
            values.feature(feature).iter_mut().for_each(|value| *value = E::value(*value));
        }
    }

    fn backward(before: Option<Tile<'_, T>>, after: Tile<'_, T>, mut gradient: TileMut<'_, T>) {
        let before = before.expect("`KEEPS_INPUT` asks for the values before the activation");
        for feature in 0..gradient.features() {
            let (before, after) = (before.feature(feature), after.feature(feature));
            for ((slope, &z), &y) in gradient.feature(feature).iter_mut().zip(before).zip(after) {
                *slope *= E::derivative(z, y);
            }
        }
    }

    #[inline(always)]
    fn apply<V: Vector<Scalar = T>>(sample: &mut [T]) {
        sample.iter_mut().for_each(|value| *value = E::value(*value));
    }

    fn export(graph: &mut dyn GraphBuilder, z: Value) -> Result<Value, Unsupported> {
        <E as Elementwise<T>>::export(graph, z)
    }
}
