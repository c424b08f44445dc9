use core::f64::consts::PI;

use super::Schedule;
use crate::options;
use num_traits::Float as _;

/// `α ((1 − a) ½ (1 + cos(π s / n)) + a)` for step `s` up to `n`, then `α a`.
///
/// With a warm-up, the rate first goes from `α` to a target in a straight line, and decays from there. Keras:
/// `CosineDecay`. Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CosineDecay {
    initial_learning_rate: f64,
    decay_steps: u64,
    alpha: f64,
    /// Target and number of steps.
    warmup: Option<(f64, u64)>,
}

impl CosineDecay {
    /// Creates a schedule from `α` and `n` that decays to 0, without a warm-up.
    pub fn new(initial_learning_rate: f64, decay_steps: u64) -> Self {
        Self { initial_learning_rate, decay_steps, alpha: 0.0, warmup: None }
    }

    /// Sets `a`, the fraction of the rate that remains. Defaults to 0.
    #[must_use]
    pub fn alpha(self, alpha: f64) -> Self {
        Self { alpha, ..self }
    }

    /// Adds a warm-up: from the initial rate to `target` in `steps` steps, before the `n` steps of the decay.
    ///
    /// Keras: `warmup_target`, `warmup_steps`.
    #[must_use]
    pub fn warmup(self, target: f64, steps: u64) -> Self {
        Self { warmup: Some((target, steps)), ..self }
    }
}

impl Schedule for CosineDecay {
    fn learning_rate(&self, step: u64) -> f64 {
        let start = self.initial_learning_rate;
        let (top, warmup) = self.warmup.unwrap_or((start, 0));
        if step < warmup {
            return (top - start) * (step as f64 / warmup as f64) + start;
        }
        let fraction = ((step - warmup) as f64 / self.decay_steps.max(1) as f64).min(1.0);
        top * ((1.0 - self.alpha) * 0.5 * (1.0 + (PI * fraction).cos()) + self.alpha)
    }
}

options! {
    /// [`CosineDecay`] with restarts: decay `i` lasts `tⁱ n` steps and starts at `mⁱ α`.
    ///
    /// Keras: `CosineDecayRestarts`. Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts",
    /// 2017.
    CosineDecayRestarts(
        /// Creates a schedule from `α` and `n`, with Keras's defaults.
        initial_learning_rate: f64,
        first_decay_steps: u64,
    ) {
        /// Sets `t`, which must be above 0. Defaults to 2.
        t_mul: f64 = 2.0,
        /// Sets `m`. Defaults to 1.
        m_mul: f64 = 1.0,
        /// Sets the fraction of the initial rate that remains. Defaults to 0.
        alpha: f64 = 0.0,
    }
}

impl CosineDecayRestarts {
    /// Returns the number of completed decays and the completed fraction of the current one.
    ///
    /// `i` decays last `(tⁱ − 1) / (t − 1)` times as long as the first.
    fn position(&self, lengths: f64) -> (f64, f64) {
        let t = self.t_mul;
        if t == 1.0 {
            return (lengths.floor(), lengths.fract());
        }
        let restarts = (1.0 - lengths * (1.0 - t)).ln() / t.ln();
        // The logarithm of a whole power may be slightly too small.
        let is_whole = (restarts.round() - restarts).abs() < 1e-9;
        let restarts = if is_whole { restarts.round() } else { restarts.floor() };
        let completed = (1.0 - t.powf(restarts)) / (1.0 - t);
        (restarts, ((lengths - completed) / t.powf(restarts)).max(0.0))
    }
}

impl Schedule for CosineDecayRestarts {
    fn learning_rate(&self, step: u64) -> f64 {
        let (restarts, fraction) = self.position(step as f64 / self.first_decay_steps.max(1) as f64);
        let height = self.m_mul.powf(restarts) * 0.5 * (1.0 + (PI * fraction).cos());
        self.initial_learning_rate * ((1.0 - self.alpha) * height + self.alpha)
    }
}
