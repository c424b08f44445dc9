//! Initializers of weights.
//!
//! An option of a layer names an initializer, `init = he_normal`, or calls one with arguments, `init = constant(0.1)`. A
//! custom initializer is a function that draws one weight:
//!
//! ```
//! # extern crate mlp_core as mlp;
//! use mlp::Rng;
//! use mlp::initializers::{Fan, Initializer};
//!
//! /// −1 or 1, divided by the number of inputs.
//! fn sign(fan: Fan, rng: &mut Rng) -> f64 {
//!     (if rng.uniform() < 0.5 { -1.0 } else { 1.0 }) / fan.inputs as f64
//! }
//!
//! let initializer = Initializer::from(sign);
//! let mut weights = [0.0_f32; 6];
//! initializer.fill(&mut weights, Fan { inputs: 2, outputs: 3 }, &mut Rng::new(0));
//! assert!(weights.iter().all(|weight| weight.abs() == 0.5));
//! ```
//!
//! A function that draws all weights at once, such as `orthogonal`, returns a matrix of `f64` with a row per output and a
//! column per input.

mod distributions;
#[cfg(test)]
mod tests;

use core::any::type_name;
use core::fmt;

use nalgebra::{Dim, IsContiguous, Matrix, RawStorage};

pub use distributions::{
    constant, glorot_normal, glorot_uniform, he_normal, he_uniform, lecun_normal, lecun_uniform, normal, ones,
    siren_first, siren_hidden, siren_last, uniform, zeros,
};

use crate::inline_value::InlineValue;
use crate::random::Rng;
use crate::scalar::Scalar;

/// Numbers of inputs and outputs of a layer, which set the scale of its initial weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fan {
    /// Number of inputs that each output depends on.
    pub inputs: usize,
    /// Number of outputs that each input contributes to.
    pub outputs: usize,
}

/// Initializer of weights. Functions and closures convert into it, so an option accepts the function itself.
///
/// A closure may capture at most 32 bytes. Nothing is allocated.
pub struct Initializer {
    function: InlineValue<Fill, 4>,
    name: &'static str,
}

/// A function that draws weights and passes each of them on.
///
/// # Safety
/// The pointer must point to the function that it belongs to.
type Fill = unsafe fn(*const (), Fan, &mut Rng, usize, &mut dyn FnMut(f64));

impl Initializer {
    /// Initializes weights of a layer: a matrix of `outputs` by `inputs` in column-major order, or a bias.
    ///
    /// Weights are drawn in `f64`, so a seed leads to the same weights, rounded, in `f32`.
    ///
    /// # Panics
    /// If the initializer returns a matrix and the weights are not `outputs` by `inputs`.
    pub fn fill<T: Scalar>(&self, weights: &mut [T], fan: Fan, rng: &mut Rng) {
        let count = weights.len();
        let mut targets = weights.iter_mut();
        let mut set = |value| {
            if let Some(weight) = targets.next() {
                *weight = T::from_f64(value);
            }
        };
        // SAFETY: `from` is the only constructor. It stores each function together with the `Fill` of its type.
        unsafe { (self.function.functions())(self.function.as_ptr(), fan, rng, count, &mut set) };
    }

    /// Changes the name in debug output.
    pub(crate) fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }
}

impl fmt::Debug for Initializer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Initializer({})", self.name)
    }
}

/// Function or [`Initializer`] that an option such as `init` expects.
#[diagnostic::on_unimplemented(
    message = "expected an initializer, found `{Self}`",
    label = "not an initializer",
    note = "an initializer is a name without quotes or parentheses, `init = he_normal`, a call, `init = constant(0.1)`, or a function \
            `fn(Fan, &mut Rng) -> f64`"
)]
pub trait IntoInitializer {
    /// Converts the value into an initializer.
    fn into_initializer(self) -> Initializer;
}

#[diagnostic::do_not_recommend]
impl<F: Into<Initializer>> IntoInitializer for F {
    fn into_initializer(self) -> Initializer {
        self.into()
    }
}

impl<F, D> From<F> for Initializer
where
    F: Fn(Fan, &mut Rng) -> D + Clone + Send + Sync + 'static,
    D: InitialWeights,
{
    fn from(function: F) -> Self {
        Self { function: InlineValue::new(function, fill::<F, D>), name: type_name::<F>() }
    }
}

/// Draws `count` weights with a function of type `F`, and calls `each` with each of them.
///
/// # Safety
/// `function` must point to a value of type `F`.
unsafe fn fill<F, D>(function: *const (), fan: Fan, rng: &mut Rng, count: usize, each: &mut dyn FnMut(f64))
where
    F: Fn(Fan, &mut Rng) -> D,
    D: InitialWeights,
{
    // SAFETY: the caller's contract.
    let function = unsafe { &*function.cast::<F>() };
    D::draw(|| function(fan, rng), count, each);
}

/// The result of an initializer function: one weight, or all weights as a matrix.
pub trait InitialWeights: sealed::Sealed {
    /// Calls `each` with each of `count` weights, in column-major order.
    #[doc(hidden)]
    fn draw(function: impl FnMut() -> Self, count: usize, each: &mut dyn FnMut(f64));
}

impl InitialWeights for f64 {
    fn draw(mut function: impl FnMut() -> Self, count: usize, each: &mut dyn FnMut(f64)) {
        (0..count).for_each(|_| each(function()));
    }
}

impl<R: Dim, C: Dim, S: RawStorage<f64, R, C> + IsContiguous> InitialWeights for Matrix<f64, R, C, S> {
    fn draw(mut function: impl FnMut() -> Self, count: usize, each: &mut dyn FnMut(f64)) {
        let matrix = function();
        assert_eq!(matrix.len(), count, "expected a matrix of outputs by inputs from an initializer");
        matrix.as_slice().iter().for_each(|&value| each(value));
    }
}

mod sealed {
    use nalgebra::{Dim, Matrix, RawStorage};

    pub trait Sealed {}
    impl Sealed for f64 {}
    impl<R: Dim, C: Dim, S: RawStorage<f64, R, C>> Sealed for Matrix<f64, R, C, S> {}
}
