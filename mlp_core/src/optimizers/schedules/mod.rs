//! Learning-rate schedules.
//!
//! An optimizer accepts one in place of a number: `Adam::new(CosineDecay::new(1e-3, 1000))`. A custom schedule is a
//! function of the step (0-based):
//!
//! ```
//! use mlp_core::optimizers::{Adam, Optimizer};
//!
//! let adam = Adam::new(|step: u64| 0.1 / (1.0 + step as f64));
//! assert_eq!(adam.config().learning_rate.at(0), 0.1);
//! assert_eq!(adam.config().learning_rate.at(3), 0.025);
//! ```
//!
//! or a type with one method:
//!
//! ```
//! use mlp_core::optimizers::{Adam, Optimizer, Schedule};
//!
//! /// Half the rate for the first steps.
//! struct Halved {
//!     rate: f64,
//!     steps: u64,
//! }
//!
//! impl Schedule for Halved {
//!     fn learning_rate(&self, step: u64) -> f64 {
//!         if step < self.steps { 0.5 * self.rate } else { self.rate }
//!     }
//! }
//!
//! let adam = Adam::new(Halved { rate: 0.1, steps: 10 });
//! assert_eq!([9, 10].map(|step| adam.config().learning_rate.at(step)), [0.05, 0.1]);
//! ```

mod cosine;
mod decay;
mod learning_rate;
mod phases;
mod piecewise;

pub use cosine::{CosineDecay, CosineDecayRestarts};
pub use decay::{ExponentialDecay, InverseTimeDecay, PolynomialDecay};
pub use learning_rate::LearningRate;
pub use phases::{LinearWarmup, OneCycle};
pub use piecewise::PiecewiseConstantDecay;

use core::any::type_name;

/// A learning rate for each step. Keras: `LearningRateSchedule`.
pub trait Schedule: Send + Sync {
    /// Returns the learning rate for step `step` (0-based). If gradients are accumulated, batches count as steps.
    fn learning_rate(&self, step: u64) -> f64;

    /// Returns the momentum for step `step` (0-based), if it is scheduled too. Defaults to `None`.
    ///
    /// It replaces the momentum of [`Sgd`](super::Sgd) and [`RmsProp`](super::RmsProp), and `β₁` of
    /// [`Adam`](super::Adam) and its variants.
    fn momentum(&self, step: u64) -> Option<f64> {
        let _ = step;
        None
    }

    /// Returns the name in debug output. Defaults to the name of the type.
    fn name(&self) -> &'static str {
        type_name::<Self>()
    }
}

impl<F: Fn(u64) -> f64 + Send + Sync> Schedule for F {
    fn learning_rate(&self, step: u64) -> f64 {
        self(step)
    }
}
