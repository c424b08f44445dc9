use core::f64::consts::PI;

use super::Schedule;
use num_traits::Float as _;

/// `α ((1 − a) ½ (1 + cos(π s / n)) + a)` after `s` of `n` steps, and `α a` from then on. Keras: `CosineDecay`.
///
/// With a warm-up, the rate first goes from `α` to a target in a straight line, and falls from there. Source:
/// Loshchilov and Hutter, "SGDR: Stochastic Gradient OptimizerState with Warm Restarts", 2017.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CosineDecay {
    /// `α`
    pub initial_learning_rate: f64,
    /// `n`, without the steps of the warm-up.
    pub decay_steps: u64,
    /// `a`, the fraction of the rate that stays.
    pub alpha: f64,
    /// The rate after the warm-up, if there is one, and how many steps it takes.
    pub warmup: Option<(f64, u64)>,
}

impl CosineDecay {
    /// Down to zero, without a warm-up.
    pub fn new(initial_learning_rate: f64, decay_steps: u64) -> Self {
        Self { initial_learning_rate, decay_steps, alpha: 0.0, warmup: None }
    }

    /// `a`, the fraction of the rate that stays.
    #[must_use]
    pub fn alpha(self, alpha: f64) -> Self {
        Self { alpha, ..self }
    }

    /// Goes from the initial rate to `target` in `steps` first. Keras: `warmup_target`, `warmup_steps`.
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

/// [`CosineDecay`] over and over, each time `t` times as long and from `m` times the height. Keras:
/// `CosineDecayRestarts`.
///
/// Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient OptimizerState with Warm Restarts", 2017.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CosineDecayRestarts {
    /// Where the first decay starts.
    pub initial_learning_rate: f64,
    /// How long the first decay is.
    pub first_decay_steps: u64,
    /// `t`, above zero.
    pub t_mul: f64,
    /// `m`
    pub m_mul: f64,
    /// The fraction of the initial rate that stays.
    pub alpha: f64,
}

impl CosineDecayRestarts {
    /// Keras's defaults: each decay is twice as long as the one before, and all start at one height.
    pub fn new(initial_learning_rate: f64, first_decay_steps: u64) -> Self {
        Self { initial_learning_rate, first_decay_steps, t_mul: 2.0, m_mul: 1.0, alpha: 0.0 }
    }

    /// `t`
    #[must_use]
    pub fn t_mul(self, t_mul: f64) -> Self {
        Self { t_mul, ..self }
    }

    /// `m`
    #[must_use]
    pub fn m_mul(self, m_mul: f64) -> Self {
        Self { m_mul, ..self }
    }

    /// The fraction of the initial rate that stays.
    #[must_use]
    pub fn alpha(self, alpha: f64) -> Self {
        Self { alpha, ..self }
    }

    /// How many decays are over, and which fraction of the current one is. After `i` of them, `(tⁱ − 1) / (t − 1)`
    /// lengths of the first have gone by.
    fn position(&self, lengths: f64) -> (f64, f64) {
        let t = self.t_mul;
        if t == 1.0 {
            return (lengths.floor(), lengths.fract());
        }
        let over = (1.0 - lengths * (1.0 - t)).ln() / t.ln();
        // The logarithm of a whole power may come out a little too small.
        let over = if (over.round() - over).abs() < 1e-9 { over.round() } else { over.floor() };
        let past = (1.0 - t.powf(over)) / (1.0 - t);
        (over, ((lengths - past) / t.powf(over)).max(0.0))
    }
}

impl Schedule for CosineDecayRestarts {
    fn learning_rate(&self, step: u64) -> f64 {
        let (restarts, fraction) = self.position(step as f64 / self.first_decay_steps.max(1) as f64);
        let height = self.m_mul.powf(restarts) * 0.5 * (1.0 + (PI * fraction).cos());
        self.initial_learning_rate * ((1.0 - self.alpha) * height + self.alpha)
    }
}
