//! Schedules: a learning rate for each step.
//!
//! An optimizer accepts a schedule in place of a number: `Adam::new(CosineDecay::new(1e-3, 1000))`. A custom schedule is a
//! function of the number of completed steps:
//!
//! ```
//! # extern crate mlp_core as mlp;
//! use mlp::optimizers::{Adam, Optimizer};
//!
//! let adam = Adam::new(|step: u64| 0.1 / (1.0 + step as f64));
//! assert_eq!(adam.config().learning_rate.at(0), 0.1);
//! assert_eq!(adam.config().learning_rate.at(3), 0.025);
//! ```
//!
//! or a type with one method:
//!
//! ```
//! # extern crate mlp_core as mlp;
//! use mlp::optimizers::{Adam, Optimizer, Schedule};
//!
//! /// Half the rate in the first steps.
//! #[derive(Clone)]
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
//! assert_eq!(adam.config().learning_rate.at(9), 0.05);
//! assert_eq!(adam.config().learning_rate.at(10), 0.1);
//! ```

mod cosine;
mod decay;
mod phases;
mod piecewise;

pub use cosine::{CosineDecay, CosineDecayRestarts};
pub use decay::{ExponentialDecay, InverseTimeDecay, PolynomialDecay};
pub use phases::{LinearWarmup, OneCycle};
pub use piecewise::PiecewiseConstantDecay;

use core::any::type_name;
use core::fmt;

use crate::inline_value::InlineValue;

/// Learning rate for each step. Keras: `LearningRateSchedule`.
pub trait Schedule: Send + Sync {
    /// Returns the learning rate for step `step` (0-based). With accumulated gradients, batches are counted.
    fn learning_rate(&self, step: u64) -> f64;

    /// Returns the momentum for step `step`, if it is scheduled too: that of [`Sgd`](super::Sgd) and
    /// [`RmsProp`](super::RmsProp), and `β₁` of [`Adam`](super::Adam) and its variants.
    fn momentum(&self, _step: u64) -> Option<f64> {
        None
    }

    /// Returns the name that a debug print shows.
    fn name(&self) -> &'static str {
        type_name::<Self>()
    }
}

#[diagnostic::do_not_recommend]
impl<F: Fn(u64) -> f64 + Send + Sync> Schedule for F {
    fn learning_rate(&self, step: u64) -> f64 {
        self(step)
    }
}

/// Constant learning rate or [`Schedule`]. Numbers and schedules of up to `WORDS` times 8 bytes convert into it.
#[derive(Clone)]
pub struct LearningRate<const WORDS: usize = 16>(Kind<WORDS>);

#[derive(Clone)]
enum Kind<const WORDS: usize> {
    Constant(f64),
    Schedule(InlineValue<Functions, WORDS>),
}

/// Functions of a schedule.
#[derive(Clone, Copy)]
struct Functions {
    /// # Safety
    /// The pointer must point to the schedule that the function belongs to.
    as_schedule: unsafe fn(*const ()) -> *const dyn Schedule,
}

impl<const WORDS: usize> LearningRate<WORDS> {
    /// Returns the learning rate for step `step` (0-based).
    pub fn at(&self, step: u64) -> f64 {
        match &self.0 {
            Kind::Constant(rate) => *rate,
            Kind::Schedule(schedule) => as_schedule(schedule).learning_rate(step),
        }
    }

    /// Returns the momentum for step `step`, if a schedule sets it. It is never zero: that would disable momentum, which
    /// optimizers treat as having no slot.
    pub fn momentum(&self, step: u64) -> Option<f64> {
        match &self.0 {
            Kind::Constant(_) => None,
            Kind::Schedule(schedule) => {
                as_schedule(schedule).momentum(step).map(|momentum| momentum.max(f64::MIN_POSITIVE))
            }
        }
    }
}

fn as_schedule<const WORDS: usize>(schedule: &InlineValue<Functions, WORDS>) -> &dyn Schedule {
    // SAFETY: `from` pairs each schedule with the function of its own type, and the value lives as long as the borrow.
    unsafe { &*(schedule.functions().as_schedule)(schedule.as_ptr()) }
}

/// Number or [`Schedule`] that converts into a [`LearningRate`].
#[diagnostic::on_unimplemented(
    message = "expected a learning rate, found `{Self}`",
    label = "not a learning rate",
    note = "a learning rate is a number such as `1e-3`, a schedule such as `CosineDecay::new(1e-3, 1000)`, or a function \
            `|step: u64| 1e-3` of type `f64`"
)]
pub trait IntoLearningRate<const WORDS: usize = 16> {
    /// Converts the value into a learning rate.
    fn into_learning_rate(self) -> LearningRate<WORDS>;
}

impl<const WORDS: usize> IntoLearningRate<WORDS> for LearningRate<WORDS> {
    fn into_learning_rate(self) -> Self {
        self
    }
}

impl<const WORDS: usize> IntoLearningRate<WORDS> for f64 {
    fn into_learning_rate(self) -> LearningRate<WORDS> {
        self.into()
    }
}

impl<const WORDS: usize> IntoLearningRate<WORDS> for f32 {
    fn into_learning_rate(self) -> LearningRate<WORDS> {
        f64::from(self).into()
    }
}

#[diagnostic::do_not_recommend]
impl<S: Schedule + Clone + 'static, const WORDS: usize> IntoLearningRate<WORDS> for S {
    fn into_learning_rate(self) -> LearningRate<WORDS> {
        self.into()
    }
}

impl<const WORDS: usize> From<f64> for LearningRate<WORDS> {
    fn from(rate: f64) -> Self {
        Self(Kind::Constant(rate))
    }
}

impl<S: Schedule + Clone + 'static, const WORDS: usize> From<S> for LearningRate<WORDS> {
    fn from(schedule: S) -> Self {
        let functions = Functions { as_schedule: |pointer| pointer.cast::<S>() as *const dyn Schedule };
        Self(Kind::Schedule(InlineValue::new(schedule, functions)))
    }
}

impl<const WORDS: usize> fmt::Debug for LearningRate<WORDS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Constant(rate) => rate.fmt(f),
            Kind::Schedule(schedule) => f.write_str(as_schedule(schedule).name()),
        }
    }
}
