//! Activation functions.
//!
//! A custom activation is a type without values and two formulas. It is used like the others: `Dense(2 => 3, cube)`.
//!
//! ```
//! # use mlp_core::Scalar;
//! # extern crate mlp_core as mlp;
//! use mlp::activations::Elementwise;
//!
//! /// `y = z³`
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
//! An activation of a whole sample, such as [`softmax`], implements [`ActivationFunction`] itself.

mod elementwise;
mod loops;
mod onnx_nodes;
mod samplewise;
#[cfg(test)]
mod tests;

pub use elementwise::*;
pub use samplewise::softmax;

use crate::export::{GraphBuilder, Unsupported, Value};
use crate::kernels::{Epilogue, OutputDerivative, Vector};
use crate::scalar::Scalar;
use crate::streams::StreamGraph;
use crate::tile::{Tile, TileMut};

/// `λ` and `λ α` of [`selu`]. They are chosen to keep a mean of 0 and a variance of 1.
const SELU: (f64, f64) = (1.0507009873554805, 1.0507009873554805 * 1.6732632423543772);

/// A function `y = f(z)` that a layer applies to its outputs: to each value or to each sample as a whole.
///
/// For a function of a single value, implement [`Elementwise`] instead: two formulas, and this trait follows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an activation",
    label = "not an activation",
    note = "activations are `relu`, `tanh`, … and every type that implements `ActivationFunction` or `Elementwise`"
)]
pub trait ActivationFunction<T: Scalar>: 'static {
    /// `true` if [`backward`](ActivationFunction::backward) needs `z`. Then every layer with this activation stores a copy
    /// of its `z` in each training step.
    const KEEPS_INPUT: bool;

    /// Name, such as `softmax`. Empty for a custom activation. Losses of logits reject outputs of a softmax or sigmoid by it.
    const NAME: &'static str = "";

    /// Operation that a matrix product fuses into its stores. Anything but `Identity` replaces
    /// [`forward`](ActivationFunction::forward).
    const EPILOGUE: Epilogue = Epilogue::Identity;

    /// The derivative, if a matrix product applies it to the gradient before it stores it. Anything but `One` replaces
    /// [`backward`](ActivationFunction::backward) where the next layer is the only one that reads `y`.
    const OUTPUT_DERIVATIVE: OutputDerivative = OutputDerivative::One;

    /// `true` if [`backward`](ActivationFunction::backward) or [`backward_kept`](ActivationFunction::backward_kept), where it
    /// is called, reads `y`. Otherwise the gradient may replace `y`.
    #[doc(hidden)]
    const READS_OUTPUT: bool = matches!(Self::OUTPUT_DERIVATIVE, OutputDerivative::One) && !Self::KEEPS_DERIVATIVE;

    /// Replaces `z` by `f(z)`.
    fn forward(values: TileMut<'_, T>);

    /// Replaces `dy`, the gradient with respect to `y`, by `dz`, the gradient with respect to `z`.
    ///
    /// `z` is `Some` if `KEEPS_INPUT` is `true`.
    fn backward(z: Option<Tile<'_, T>>, y: Tile<'_, T>, gradient: TileMut<'_, T>);

    /// Sets `y = f(z)`. Defaults to a copy and [`forward`](ActivationFunction::forward).
    fn forward_from(z: Tile<'_, T>, mut y: TileMut<'_, T>) {
        y.copy_from(z);
        Self::forward(y);
    }

    /// Sets `dz` from `dy`, which it may replace. Defaults to [`backward`](ActivationFunction::backward) and a copy.
    fn backward_to(z: Option<Tile<'_, T>>, y: Tile<'_, T>, mut dy: TileMut<'_, T>, mut dz: TileMut<'_, T>) {
        Self::backward(z, y, dy.reborrow());
        dz.copy_from(dy.as_tile());
    }

    /// Replaces `z` by `f(z)`, and keeps what [`backward_kept`](ActivationFunction::backward_kept) needs. Only called if
    /// `KEEPS_INPUT` is `true`. Defaults to `z`; the activations of the library keep `f'(z)`, which shares its exponential
    /// with `f(z)`.
    fn forward_keeping(values: TileMut<'_, T>, mut kept: TileMut<'_, T>) {
        kept.copy_from(values.as_tile());
        Self::forward(values);
    }

    /// Replaces `dy` by `dz`, with what [`forward_keeping`](ActivationFunction::forward_keeping) has kept.
    fn backward_kept(kept: Tile<'_, T>, y: Tile<'_, T>, gradient: TileMut<'_, T>) {
        Self::backward(Some(kept), y, gradient);
    }

    /// `true` if [`forward_keeping`](ActivationFunction::forward_keeping) keeps the derivative, which a layer of its own keeps
    /// too, although its input exists.
    #[doc(hidden)]
    const KEEPS_DERIVATIVE: bool = false;

    /// Sets `y = f(z)`, and keeps what [`backward_kept`](ActivationFunction::backward_kept) needs.
    #[doc(hidden)]
    fn forward_keeping_from(z: Tile<'_, T>, mut y: TileMut<'_, T>, kept: TileMut<'_, T>) {
        y.copy_from(z);
        Self::forward_keeping(y, kept);
    }

    /// Sets `dz` from `dy`, which it may replace, with what `forward_keeping` has kept.
    #[doc(hidden)]
    fn backward_kept_to(kept: Tile<'_, T>, y: Tile<'_, T>, mut dy: TileMut<'_, T>, mut dz: TileMut<'_, T>) {
        Self::backward_kept(kept, y, dy.reborrow());
        dz.copy_from(dy.as_tile());
    }

    /// Replaces `z` by `f(z)` for a single sample.
    ///
    /// `V` is a register of the selected instruction set, for vectorized implementations.
    fn apply<V: Vector<Scalar = T>>(sample: &mut [T]);

    /// Adds the nodes that compute `f(z)` to an ONNX graph.
    ///
    /// # Errors
    /// If the activation does not implement its export. This is the default.
    fn export(_graph: &mut dyn GraphBuilder, _z: Value) -> Result<Value, Unsupported> {
        Err(Unsupported::of::<Self>())
    }

    /// Adds `f(z)` to a graph of values that travel with their derivatives. A [`SmoothActivation`] implements it.
    ///
    /// # Panics
    /// Unless it is implemented.
    fn trace(_graph: &mut dyn StreamGraph<T>, _z: Value) -> Value {
        panic!("`trace` of `{}`, which has no derivatives to third order", core::any::type_name::<Self>())
    }
}

/// An [`ActivationFunction`] with derivatives to third order, for second derivatives of a network by its inputs and their
/// gradient. All activations of the library implement it.
///
/// # Examples
///
/// `y = z³`, with its derivatives:
///
/// ```
/// # use mlp_core::Scalar;
/// # use mlp_core::activations::Elementwise;
/// # extern crate mlp_core as mlp;
/// use mlp::activations::SmoothActivation;
/// use mlp::streams::{StreamGraph, Value};
///
/// # #[allow(non_camel_case_types)]
/// # pub enum cube {}
/// impl<T: Scalar> Elementwise<T> for cube {
///     // …
/// #   fn value(z: T) -> T { z * z * z }
/// #   fn derivative(z: T, _y: T) -> T { z * z * T::from_f64(3.0) }
///     fn trace(graph: &mut dyn StreamGraph<T>, z: Value) -> Value {
///         graph.elementwise(z, |z, values| {
///             let [three, six] = [3.0, 6.0].map(T::from_f64);
///             let orders: [fn(T, T, T) -> T; 4] =
///                 [|z, _, _| z * z * z, |z, three, _| three * z * z, |z, _, six| six * z, |_, _, six| six];
///             for (mut values, order) in values.into_iter().zip(orders) {
///                 values.map_from(z, |_, z| order(z, three, six));
///             }
///         })
///     }
/// }
///
/// impl<T: Scalar> SmoothActivation<T> for cube {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no derivatives to third order",
    label = "needs an activation with derivatives to third order",
    note = "all activations of the library have them; for a custom one, implement `SmoothActivation`"
)]
pub trait SmoothActivation<T: Scalar>: ActivationFunction<T> {}

/// An [`ActivationFunction`] of a single value that a table can replace, in layers of
/// [8-bit integers](crate::quantized).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be quantized",
    label = "is not a function of single values",
    note = "quantize a classifier up to its logits, without `softmax`; a custom activation implements `QuantizableActivation`"
)]
pub trait QuantizableActivation: ActivationFunction<f32> {
    /// Returns `f(z)`.
    fn of(z: f32) -> f32;
}

/// An [`ActivationFunction`] of a single value, as two formulas.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an activation",
    label = "not an activation",
    note = "activations are `relu`, `tanh`, … and every type that implements `ActivationFunction` or `Elementwise`"
)]
pub trait Elementwise<T: Scalar>: 'static {
    /// `true` if the derivative depends on `z`. Defaults to `true`.
    ///
    /// Then every layer with this activation stores `z` next to `y` in each training step: another tile of its outputs in
    /// memory, and a copy to it. Set this to `false` if the derivative follows from `y` alone, as `1 − y²` does for `tanh`.
    const KEEPS_INPUT: bool = true;

    /// Returns `y = f(z)`.
    fn value(z: T) -> T;

    /// Returns `f'(z)`, where `y = f(z)`. If `KEEPS_INPUT` is `false`, `z` is NaN.
    fn derivative(z: T, y: T) -> T;

    /// Adds the nodes that compute `f(z)` to an ONNX graph. See [`ActivationFunction::export`].
    ///
    /// # Errors
    /// If the activation does not implement its export. This is the default.
    fn export(_graph: &mut dyn GraphBuilder, _z: Value) -> Result<Value, Unsupported> {
        Err(Unsupported::of::<Self>())
    }

    /// Adds `f(z)` to a graph of values that travel with their derivatives. See [`ActivationFunction::trace`].
    ///
    /// # Panics
    /// Unless it is implemented.
    fn trace(_graph: &mut dyn StreamGraph<T>, _z: Value) -> Value {
        panic!("`trace` of `{}`, which has no derivatives to third order", core::any::type_name::<Self>())
    }
}

impl<T: Scalar, E: Elementwise<T>> ActivationFunction<T> for E {
    const KEEPS_INPUT: bool = <E as Elementwise<T>>::KEEPS_INPUT;

    fn forward(mut values: TileMut<'_, T>) {
        for feature in 0..values.features() {
            values.feature(feature).iter_mut().for_each(|value| *value = E::value(*value));
        }
    }

    fn backward(z: Option<Tile<'_, T>>, y: Tile<'_, T>, mut gradient: TileMut<'_, T>) {
        let keeps_input = <E as Elementwise<T>>::KEEPS_INPUT;
        let z = keeps_input.then(|| z.expect("`z` is required because `KEEPS_INPUT` is true"));
        for feature in 0..gradient.features() {
            let pairs = gradient.feature(feature).iter_mut().zip(y.feature(feature));
            if let Some(z) = z {
                pairs.zip(z.feature(feature)).for_each(|((dy, &y), &z)| *dy *= E::derivative(z, y));
            } else {
                pairs.for_each(|(dy, &y)| *dy *= E::derivative(T::nan(), y));
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

    fn trace(graph: &mut dyn StreamGraph<T>, z: Value) -> Value {
        <E as Elementwise<T>>::trace(graph, z)
    }
}
