use core::f64::consts::PI;

use super::{LearningRate, Schedule};
use num_traits::Float as _;

/// `ω + (α − ω) s / n` after `s` of `n` steps, a straight line from `ω`, which is zero unless set, to where another schedule
/// starts, which then follows.
///
/// `Adam::new(LinearWarmup::new(100, ExponentialDecay::new(1e-3, 1000, 0.9)))`, or with a number for a rate that then
/// stays. PyTorch: `SequentialLR` of `LinearLR` and the other.
#[derive(Clone, Debug)]
pub struct LinearWarmup {
    /// How many steps the line takes.
    pub warmup_steps: u64,
    /// Where the line begins.
    pub initial_learning_rate: f64,
    /// What follows, its steps counted from the end of the line.
    pub then: LearningRate,
}

impl LinearWarmup {
    /// A line from zero.
    pub fn new(warmup_steps: u64, then: impl Into<LearningRate>) -> Self {
        Self { warmup_steps, initial_learning_rate: 0.0, then: then.into() }
    }

    /// Where the line begins.
    #[must_use]
    pub fn initial_learning_rate(self, initial_learning_rate: f64) -> Self {
        Self { initial_learning_rate, ..self }
    }
}

impl Schedule for LinearWarmup {
    fn learning_rate(&self, step: u64) -> f64 {
        if step >= self.warmup_steps {
            return self.then.at(step - self.warmup_steps);
        }
        let start = self.initial_learning_rate;
        (self.then.at(0) - start) * (step as f64 / self.warmup_steps as f64) + start
    }

    fn momentum(&self, step: u64) -> Option<f64> {
        self.then.momentum(step.saturating_sub(self.warmup_steps))
    }
}

/// Up to a largest rate, and down to next to nothing, in waves of a cosine. PyTorch: `OneCycleLR`.
///
/// Between two rates `a` and `b` it is `b + ½ (a − b) (1 + cos(π s / n))` after `s` of the `n` steps from the one to the other.
/// It starts at `max_lr / div_factor` and ends, after all its steps, at that divided by `final_div_factor`, where it
/// stays. Source: Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning
/// Rates", 2018.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneCycle {
    /// The largest rate.
    pub max_lr: f64,
    /// How many steps all of it takes.
    pub total_steps: u64,
    /// The fraction of the steps in which the rate rises.
    pub pct_start: f64,
    /// The largest rate by the first one.
    pub div_factor: f64,
    /// The first rate by the last one.
    pub final_div_factor: f64,
    /// Whether lines take the place of the waves. PyTorch: `anneal_strategy="linear"`.
    pub linear: bool,
    /// Whether the rate falls to the first one as fast as it rose, and only then further.
    pub three_phase: bool,
    /// The momentum where the rate is largest, and where it is smallest, if it goes the other way.
    pub momentum: Option<(f64, f64)>,
}

impl OneCycle {
    /// PyTorch's defaults: rising for 0.3 of the steps, from a 25th of the largest rate, at the end a 10,000th of that.
    pub fn new(max_lr: f64, total_steps: u64) -> Self {
        let (div_factor, final_div_factor) = (25.0, 1e4);
        let (linear, three_phase, momentum) = (false, false, None);
        Self { max_lr, total_steps, pct_start: 0.3, div_factor, final_div_factor, linear, three_phase, momentum }
    }

    /// The fraction of the steps in which the rate rises.
    #[must_use]
    pub fn pct_start(self, pct_start: f64) -> Self {
        Self { pct_start, ..self }
    }

    /// The largest rate by the first one.
    #[must_use]
    pub fn div_factor(self, div_factor: f64) -> Self {
        Self { div_factor, ..self }
    }

    /// The first rate by the last one.
    #[must_use]
    pub fn final_div_factor(self, final_div_factor: f64) -> Self {
        Self { final_div_factor, ..self }
    }

    /// Whether lines take the place of the waves.
    #[must_use]
    pub fn linear(self, linear: bool) -> Self {
        Self { linear, ..self }
    }

    /// Whether the rate falls to the first one as fast as it rose, and only then further.
    #[must_use]
    pub fn three_phase(self, three_phase: bool) -> Self {
        Self { three_phase, ..self }
    }

    /// Lets the momentum fall from `max` to `base` while the rate rises, and rise while it falls. PyTorch:
    /// `cycle_momentum=True`, its default, with 0.85 and 0.95.
    #[must_use]
    pub fn cycle_momentum(self, base: f64, max: f64) -> Self {
        Self { momentum: Some((base, max)), ..self }
    }

    fn between(&self, start: f64, end: f64, fraction: f64) -> f64 {
        if self.linear {
            return (end - start) * fraction + start;
        }
        end + (start - end) / 2.0 * ((PI * fraction).cos() + 1.0)
    }

    /// From the first number to that at the top, and to the last one.
    fn at(&self, step: u64, first: f64, top: f64, last: f64) -> f64 {
        let (last_step, rise) = (self.total_steps as f64 - 1.0, self.pct_start * self.total_steps as f64);
        let (up, end) = ((rise - 1.0, top), (last_step, last));
        let three = [up, (2.0 * rise - 2.0, first), end];
        let phases = if self.three_phase { &three[..] } else { &[up, end] };
        // The steps and the numbers at which the phases begin and end.
        let (step, mut start) = (step as f64, (0.0, first));
        for &(end_step, end) in phases {
            if step <= end_step && end_step > start.0 {
                return self.between(start.1, end, (step - start.0) / (end_step - start.0));
            }
            start = (end_step, end);
        }
        start.1
    }
}

impl Schedule for OneCycle {
    fn learning_rate(&self, step: u64) -> f64 {
        let first = self.max_lr / self.div_factor;
        self.at(step, first, self.max_lr, first / self.final_div_factor)
    }

    fn momentum(&self, step: u64) -> Option<f64> {
        self.momentum.map(|(base, max)| self.at(step, max, base, max))
    }
}
