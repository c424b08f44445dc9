use super::Schedule;
use crate::options;
use num_traits::Float as _;

options! {
    /// `α rˢᐟⁿ` for step `s`: a factor of `r` every `n` steps.
    ///
    /// Keras: `ExponentialDecay`.
    ExponentialDecay(
        /// Creates a schedule from `α`, `n` and `r`.
        initial_learning_rate: f64,
        decay_steps: u64,
        decay_rate: f64,
    ) {
        /// Sets whether `s / n` is rounded down, so that the rate falls in steps. Defaults to `false`.
        staircase: bool = false,
    }
}

impl Schedule for ExponentialDecay {
    fn learning_rate(&self, step: u64) -> f64 {
        self.initial_learning_rate * self.decay_rate.powf(periods(step, self.decay_steps, self.staircase))
    }
}

options! {
    /// `α / (1 + r s / n)` for step `s`.
    ///
    /// Keras: `InverseTimeDecay`.
    InverseTimeDecay(
        /// Creates a schedule from `α`, `n` and `r`.
        initial_learning_rate: f64,
        decay_steps: u64,
        decay_rate: f64,
    ) {
        /// Sets whether `s / n` is rounded down, so that the rate falls in steps. Defaults to `false`.
        staircase: bool = false,
    }
}

impl Schedule for InverseTimeDecay {
    fn learning_rate(&self, step: u64) -> f64 {
        self.initial_learning_rate / (1.0 + self.decay_rate * periods(step, self.decay_steps, self.staircase))
    }
}

options! {
    /// `(α − ω) (1 − s / n)ᵖ + ω` for step `s` up to `n`, then `ω`.
    ///
    /// Keras: `PolynomialDecay`.
    PolynomialDecay(
        /// Creates a schedule from `α` and `n`.
        initial_learning_rate: f64,
        decay_steps: u64,
    ) {
        /// Sets `ω`, the final rate. Defaults to 0.0001.
        end_learning_rate: f64 = 1e-4,
        /// Sets `p`. Defaults to 1, a straight line.
        power: f64 = 1.0,
        /// Sets whether the decay restarts: after `n` steps, the next multiple of `n` replaces it. Defaults to `false`.
        cycle: bool = false,
    }
}

impl Schedule for PolynomialDecay {
    fn learning_rate(&self, step: u64) -> f64 {
        let periods = periods(step, self.decay_steps, false);
        let fraction = if self.cycle { periods / periods.ceil().max(1.0) } else { periods.min(1.0) };
        (self.initial_learning_rate - self.end_learning_rate) * (1.0 - fraction).powf(self.power)
            + self.end_learning_rate
    }
}

/// Returns `s / n`, rounded down for a staircase. An `n` of 0 counts as 1.
fn periods(step: u64, decay_steps: u64, staircase: bool) -> f64 {
    let periods = step as f64 / decay_steps.max(1) as f64;
    if staircase { periods.floor() } else { periods }
}
