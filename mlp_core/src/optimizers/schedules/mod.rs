//! Schedules: how the learning rate changes from step to step.
//!
//! An optimizer takes one in the place of a number: `Adam::new(CosineDecay::new(1e-3, 1000))`. One of your own is a
//! function of the number of steps made before:
//!
//! ```
//! use mlp_core::optimizers::{Adam, Optimizer};
//!
//! let adam = Adam::new(|step: u64| 0.1 / (1.0 + step as f64));
//! assert_eq!(adam.learning_rate(0), 0.1);
//! assert_eq!(adam.learning_rate(3), 0.025);
//! ```
//!
//! or, where it has numbers of its own, a type with one method:
//!
//! ```
//! use mlp_core::optimizers::{Adam, Optimizer, Schedule};
//!
//! /// Half the rate for each of the first steps.
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
//! assert_eq!((adam.learning_rate(9), adam.learning_rate(10)), (0.05, 0.1));
//! ```

mod cosine;
mod decay;
mod phases;
#[cfg(feature = "std")]
mod piecewise;

pub use cosine::{CosineDecay, CosineDecayRestarts};
pub use decay::{ExponentialDecay, InverseTimeDecay, PolynomialDecay};
pub use phases::{LinearWarmup, OneCycle};
#[cfg(feature = "std")]
pub use piecewise::PiecewiseConstantDecay;

use core::any::type_name;
use core::fmt;
#[cfg(feature = "std")]
use std::sync::Arc;

/// A learning rate for each step. Keras: `LearningRateSchedule`.
pub trait Schedule: Send + Sync {
    /// The learning rate of a step before which `step` steps were made. If gradients are accumulated, batches are
    /// counted.
    fn learning_rate(&self, step: u64) -> f64;

    /// The momentum of the same step, if it is scheduled too: that of [`Sgd`](super::Sgd) and of [`RmsProp`](super::RmsProp), and
    /// `β₁` of [`Adam`](super::Adam) and its kin.
    fn momentum(&self, _step: u64) -> Option<f64> {
        None
    }

    /// What a debug print calls it.
    fn name(&self) -> &'static str {
        type_name::<Self>()
    }
}

impl<F: Fn(u64) -> f64 + Send + Sync> Schedule for F {
    fn learning_rate(&self, step: u64) -> f64 {
        self(step)
    }
}

/// A number, or a [`Schedule`]. Made from either by `into`, so that an optimizer takes both.
#[derive(Clone)]
pub enum LearningRate {
    /// The same for all steps.
    Constant(f64),
    /// One for each step.
    #[cfg(feature = "std")]
    Schedule(Arc<dyn Schedule>),
    /// One for each step.
    #[cfg(not(feature = "std"))]
    Schedule(&'static dyn Schedule),
}

impl LearningRate {
    /// The learning rate of a step before which `step` steps were made.
    pub fn at(&self, step: u64) -> f64 {
        match self {
            Self::Constant(rate) => *rate,
            Self::Schedule(schedule) => schedule.learning_rate(step),
        }
    }

    /// The momentum of the same step, if a schedule says it.
    pub fn momentum(&self, step: u64) -> Option<f64> {
        match self {
            Self::Constant(_) => None,
            Self::Schedule(schedule) => schedule.momentum(step),
        }
    }
}

impl From<f64> for LearningRate {
    fn from(rate: f64) -> Self {
        Self::Constant(rate)
    }
}

#[cfg(not(feature = "std"))]
impl<S: Schedule> From<&'static S> for LearningRate {
    fn from(schedule: &'static S) -> Self {
        Self::Schedule(schedule)
    }
}

#[cfg(feature = "std")]
impl<S: Schedule + 'static> From<S> for LearningRate {
    fn from(schedule: S) -> Self {
        Self::Schedule(Arc::new(schedule))
    }
}

impl fmt::Debug for LearningRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(rate) => rate.fmt(f),
            Self::Schedule(schedule) => f.write_str(schedule.name()),
        }
    }
}

impl PartialEq for LearningRate {
    /// Two schedules are equal if they are one.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Constant(rate), Self::Constant(other)) => rate == other,
            (Self::Schedule(schedule), Self::Schedule(other)) => {
                core::ptr::addr_eq(&raw const **schedule, &raw const **other)
            }
            _ => false,
        }
    }
}
