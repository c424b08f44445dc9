use core::fmt;
use core::ptr;

use super::Schedule;

/// A shared schedule: on the heap, or `'static` without one.
#[cfg(feature = "std")]
type SharedSchedule = std::sync::Arc<dyn Schedule>;
#[cfg(not(feature = "std"))]
type SharedSchedule = &'static dyn Schedule;

/// Learning rate of an optimizer: a number or a [`Schedule`]. Created from either by `into`.
#[derive(Clone)]
pub enum LearningRate {
    /// The same learning rate for all steps.
    Constant(f64),
    /// A learning rate for each step.
    Schedule(SharedSchedule),
}

impl LearningRate {
    /// Returns the learning rate for step `step` (0-based).
    pub fn at(&self, step: u64) -> f64 {
        match self {
            Self::Constant(rate) => *rate,
            Self::Schedule(schedule) => schedule.learning_rate(step),
        }
    }

    /// Returns the momentum for step `step` (0-based), if a schedule sets it.
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
        Self::Schedule(std::sync::Arc::new(schedule))
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
    /// Compares numbers by value and schedules by identity.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Constant(rate), Self::Constant(other)) => rate == other,
            (Self::Schedule(schedule), Self::Schedule(other)) => {
                ptr::addr_eq(&raw const **schedule, &raw const **other)
            }
            _ => false,
        }
    }
}
