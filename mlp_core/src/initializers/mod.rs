//! Initializers of weights.
//!
//! A layer's option names one, `init = he_normal`, or calls one with parameters, `init = constant(0.1)`. A custom
//! initializer is a function that draws one weight:
//!
//! ```
//! use mlp_core::Rng;
//! use mlp_core::initializers::{Fan, Initializer};
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
//! or a function that draws all weights at once, and returns a matrix with a row for each output and a column for each
//! input, such as `orthogonal`.

mod distributions;
#[cfg(test)]
mod tests;

use core::any::type_name;
use core::fmt;

use nalgebra::{Dim, IsContiguous, Matrix, RawStorage};

pub use distributions::{
    constant, glorot_normal, glorot_uniform, he_normal, he_uniform, lecun_normal, lecun_uniform, normal, ones, uniform,
    zeros,
};

use crate::inline_value::InlineValue;
use crate::random::Rng;
use crate::scalar::Scalar;

/// Number of inputs and outputs of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fan {
    /// Number of inputs of each output.
    pub inputs: usize,
    /// Number of outputs that each input contributes to.
    pub outputs: usize,
}

/// Initializer of weights. Functions and closures convert into it, so an option accepts the function itself.
///
/// A closure may capture at most 32 bytes; nothing is allocated.
pub struct Initializer {
    function: InlineValue<Fill, 4>,
    name: &'static str,
}

/// Draws some weights and passes each of them on.
///
/// # Safety
/// The pointer must point to the function that it belongs to.
type Fill = unsafe fn(*const (), Fan, &mut Rng, usize, &mut dyn FnMut(f64));

impl Initializer {
    /// Initializes the weights of a layer, `outputs` by `inputs` and column by column, or a bias.
    ///
    /// Weights are drawn in double precision, so a seed has the same weights, rounded, in single precision.
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
        // SAFETY: `from` pairs each function with the `Fill` of its own type.
        unsafe { (self.function.functions())(self.function.as_ptr(), fan, rng, count, &mut set) };
    }

    /// Changes the name that a debug print shows.
    pub(crate) fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }
}

impl fmt::Debug for Initializer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Initializer({})", self.name)
    }
}

impl<F, D> From<F> for Initializer
where
    F: Fn(Fan, &mut Rng) -> D + Clone + Send + Sync + 'static,
    D: Drawn,
{
    fn from(function: F) -> Self {
        Self { function: InlineValue::new(function, fill::<F, D>), name: type_name::<F>() }
    }
}

/// Passes `count` weights to `each`.
///
/// # Safety
/// `function` must point to a value of type `F`.
unsafe fn fill<F, D>(function: *const (), fan: Fan, rng: &mut Rng, count: usize, each: &mut dyn FnMut(f64))
where
    F: Fn(Fan, &mut Rng) -> D,
    D: Drawn,
{
    // SAFETY: the caller's contract.
    let function = unsafe { &*function.cast::<F>() };
    D::draw(|| function(fan, rng), count, each);
}

/// Result of an initializer function: one weight, or all weights as a matrix.
pub trait Drawn: sealed::Sealed {
    /// Calls `each` with `count` weights.
    #[doc(hidden)]
    fn draw(function: impl FnMut() -> Self, count: usize, each: &mut dyn FnMut(f64));
}

impl Drawn for f64 {
    fn draw(mut function: impl FnMut() -> Self, count: usize, each: &mut dyn FnMut(f64)) {
        (0..count).for_each(|_| each(function()));
    }
}

impl<R: Dim, C: Dim, S: RawStorage<f64, R, C> + IsContiguous> Drawn for Matrix<f64, R, C, S> {
    fn draw(mut function: impl FnMut() -> Self, count: usize, each: &mut dyn FnMut(f64)) {
        let matrix = function();
        assert_eq!(matrix.len(), count, "an initializer returned a matrix that is not outputs by inputs");
        matrix.as_slice().iter().for_each(|&value| each(value));
    }
}

mod sealed {
    use nalgebra::{Dim, Matrix, RawStorage};

    pub trait Sealed {}
    impl Sealed for f64 {}
    impl<R: Dim, C: Dim, S: RawStorage<f64, R, C>> Sealed for Matrix<f64, R, C, S> {}
}
