//! Initializers: how weights start.
//!
//! A layer's option takes one by name, `init = he_normal`, or by a call where there is a number to give,
//! `init = constant(0.1)`. One of your own is a function that draws one weight:
//!
//! ```
//! use mlp_core::Rng;
//! use mlp_core::initializers::{Fan, Initializer};
//!
//! /// −1 or 1, by `1 / inputs`.
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
//! A function that gives all weights at once, as [`orthogonal`] does, returns a `DMatrix<f64>` with a row for each
//! output and a column for each input.

mod distributions;
#[cfg(feature = "std")]
mod drawn;
#[cfg(feature = "std")]
mod matrices;
#[cfg(test)]
mod tests;

#[cfg(not(feature = "std"))]
use core::any::type_name;
use core::fmt;
#[cfg(feature = "std")]
use nalgebra::DMatrix;

pub use distributions::{
    constant, glorot_normal, glorot_uniform, he_normal, he_uniform, lecun_normal, lecun_uniform, normal, ones, uniform,
    zeros,
};
#[cfg(feature = "std")]
pub use matrices::{orthogonal, orthogonal_with_gain};

use crate::random::Rng;
use crate::scalar::Scalar;

/// How many numbers go into each output of a layer, and come from each of its inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fan {
    /// How many inputs each output is computed from.
    pub inputs: usize,
    /// How many outputs each input goes into.
    pub outputs: usize,
}

/// How weights start. Made from a function by `into`, so that an option takes the function itself.
///
/// That of a function costs no allocation, so neither do the options of a layer. Without `std` it has to be a function that
/// captures nothing and draws one weight.
pub struct Initializer {
    draw: Draw,
    name: &'static str,
}

enum Draw {
    /// A weight at a time, by two numbers.
    Plain([f64; 2], fn([f64; 2], Fan, &mut Rng) -> f64),
    #[cfg(feature = "std")]
    Weight(Function<f64>),
    #[cfg(feature = "std")]
    Matrix(Function<DMatrix<f64>>),
}

// The box of a function that captures nothing is no allocation.
#[cfg(feature = "std")]
type Function<D> = Box<dyn Fn(Fan, &mut Rng) -> D + Send + Sync>;

impl Initializer {
    fn of(numbers: [f64; 2], name: &'static str, draw: fn([f64; 2], Fan, &mut Rng) -> f64) -> Self {
        Self { draw: Draw::Plain(numbers, draw), name }
    }

    /// Sets the weights of a layer: `outputs` by `inputs`, column by column, or a bias.
    ///
    /// All is drawn in double precision, so that a seed gives the same weights, rounded, in single precision.
    ///
    /// # Panics
    /// If the initializer makes a matrix and the weights are not `outputs` by `inputs`.
    pub fn fill<T: Scalar>(&self, weights: &mut [T], fan: Fan, rng: &mut Rng) {
        match &self.draw {
            &Draw::Plain(numbers, draw) => weights.fill_with(|| T::from_f64(draw(numbers, fan, rng))),
            #[cfg(feature = "std")]
            Draw::Weight(draw) => weights.fill_with(|| T::from_f64(draw(fan, rng))),
            #[cfg(feature = "std")]
            Draw::Matrix(draw) => {
                let matrix = draw(fan, rng);
                assert_eq!(matrix.len(), weights.len(), "`{}` makes a matrix of outputs by inputs", self.name);
                for (weight, &value) in weights.iter_mut().zip(matrix.as_slice()) {
                    *weight = T::from_f64(value);
                }
            }
        }
    }
}

impl fmt::Debug for Initializer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Initializer({})", self.name)
    }
}

#[cfg(not(feature = "std"))]
impl<F> From<F> for Initializer
where
    F: Fn(Fan, &mut Rng) -> f64 + Copy + 'static,
{
    fn from(_function: F) -> Self {
        const { assert!(size_of::<F>() == 0, "without `std`, an initializer is a function that captures nothing") };
        Self::of([0.0; 2], type_name::<F>(), |_, fan, rng| {
            // SAFETY: `F` has no bytes, and there is a value of it: the one given above, which can be copied.
            let function = unsafe { core::ptr::NonNull::<F>::dangling().as_ref() };
            function(fan, rng)
        })
    }
}

#[cfg(feature = "std")]
pub use drawn::Drawn;
