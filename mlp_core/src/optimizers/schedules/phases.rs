use core::f64::consts::PI;

use super::{IntoLearningRate, LearningRate, Schedule};
use num_traits::Float as _;

/// Maximum size of the schedule after a warm-up, such that the warm-up itself fits in a [`LearningRate`].
const FOLLOWING_WORDS: usize = 11;

/// `ω + (α − ω) s / n` for step `s` up to `n`: a straight line from `ω` to the start `α` of another schedule, which follows.
///
/// `Adam::new(LinearWarmup::new(100, ExponentialDecay::new(1e-3, 1000, 0.9)))`; a number instead of a schedule is a
/// constant rate after the warm-up. PyTorch: `SequentialLR` of `LinearLR` and the other.
#[derive(Clone, Debug)]
pub struct LinearWarmup {
    warmup_steps: u64,
    initial_learning_rate: f64,
    then: LearningRate<FOLLOWING_WORDS>,
}

impl LinearWarmup {
    /// Creates a warm-up from 0 in `warmup_steps` steps. The steps of `then` are counted from its end.
    pub fn new(warmup_steps: u64, then: impl IntoLearningRate<FOLLOWING_WORDS>) -> Self {
        Self { warmup_steps, initial_learning_rate: 0.0, then: then.into_learning_rate() }
    }

    /// Sets `ω`, the initial rate. Defaults to 0.
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

/// The one-cycle policy: up to a max rate, then down to almost 0, in half waves of a cosine.
///
/// Between two rates `a` and `b` it is `b + ½ (a − b) (1 + cos(π s / n))` for step `s` of the `n` steps between them. It
/// starts at `max_lr / div_factor` and ends, after `total_steps`, at that divided by `final_div_factor`, where it stays.
/// PyTorch: `OneCycleLR`. Source: Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large
/// Learning Rates", 2018.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneCycle {
    max_lr: f64,
    total_steps: u64,
    pct_start: f64,
    div_factor: f64,
    final_div_factor: f64,
    linear: bool,
    three_phase: bool,
    /// Momentum at the max rate and at the min rate.
    momentum: Option<(f64, f64)>,
}

impl OneCycle {
    /// Creates a cycle with PyTorch's defaults, without a momentum.
    pub fn new(max_lr: f64, total_steps: u64) -> Self {
        Self {
            max_lr,
            total_steps,
            pct_start: 0.3,
            div_factor: 25.0,
            final_div_factor: 1e4,
            linear: false,
            three_phase: false,
            momentum: None,
        }
    }

    /// Sets the fraction of the steps in which the rate rises. Defaults to 0.3.
    #[must_use]
    pub fn pct_start(self, pct_start: f64) -> Self {
        Self { pct_start, ..self }
    }

    /// Sets the max rate divided by the first rate. Defaults to 25.
    #[must_use]
    pub fn div_factor(self, div_factor: f64) -> Self {
        Self { div_factor, ..self }
    }

    /// Sets the first rate divided by the last rate. Defaults to 10,000.
    #[must_use]
    pub fn final_div_factor(self, final_div_factor: f64) -> Self {
        Self { final_div_factor, ..self }
    }

    /// Sets whether straight lines replace the half waves. Defaults to `false`. PyTorch: `anneal_strategy="linear"`.
    #[must_use]
    pub fn linear(self, linear: bool) -> Self {
        Self { linear, ..self }
    }

    /// Sets whether the rate falls to the first rate as fast as it rose, and then further. Defaults to `false`.
    #[must_use]
    pub fn three_phase(self, three_phase: bool) -> Self {
        Self { three_phase, ..self }
    }

    /// Schedules the momentum too: it falls from `max` to `base` while the rate rises, and rises while the rate falls.
    ///
    /// PyTorch: `cycle_momentum=True`, its default, with 0.85 and 0.95.
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

    /// Returns the value at a step, given the values at the start, at the top and at the end.
    fn at(&self, step: u64, first: f64, top: f64, last: f64) -> f64 {
        let last_step = self.total_steps as f64 - 1.0;
        let rise = self.pct_start * self.total_steps as f64;
        // Last step and last value of each phase.
        let up = (rise - 1.0, top);
        let end = (last_step, last);
        let three_phases = [up, (2.0 * rise - 2.0, first), end];
        let phases = if self.three_phase { &three_phases[..] } else { &[up, end] };
        let step = step as f64;
        let mut start = (0.0, first);
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
