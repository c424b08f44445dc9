use super::Schedule;
use num_traits::Float as _;

/// `α rˢᐟⁿ` after `s` steps: a factor of `r` for every `n` steps. Keras: `ExponentialDecay`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExponentialDecay {
    /// `α`
    pub initial_learning_rate: f64,
    /// `n`
    pub decay_steps: u64,
    /// `r`
    pub decay_rate: f64,
    /// Whether the factor comes all at once, at the end of its `n` steps.
    pub staircase: bool,
}

impl ExponentialDecay {
    /// Smooth, not a staircase.
    pub fn new(initial_learning_rate: f64, decay_steps: u64, decay_rate: f64) -> Self {
        Self { initial_learning_rate, decay_steps, decay_rate, staircase: false }
    }

    /// Whether the factor comes all at once, at the end of its `n` steps.
    #[must_use]
    pub fn staircase(self, staircase: bool) -> Self {
        Self { staircase, ..self }
    }
}

impl Schedule for ExponentialDecay {
    fn learning_rate(&self, step: u64) -> f64 {
        self.initial_learning_rate * self.decay_rate.powf(periods(step, self.decay_steps, self.staircase))
    }
}

/// `α / (1 + r s / n)` after `s` steps. Keras: `InverseTimeDecay`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InverseTimeDecay {
    /// `α`
    pub initial_learning_rate: f64,
    /// `n`
    pub decay_steps: u64,
    /// `r`
    pub decay_rate: f64,
    /// Whether `s / n` is rounded down.
    pub staircase: bool,
}

impl InverseTimeDecay {
    /// Smooth, not a staircase.
    pub fn new(initial_learning_rate: f64, decay_steps: u64, decay_rate: f64) -> Self {
        Self { initial_learning_rate, decay_steps, decay_rate, staircase: false }
    }

    /// Whether `s / n` is rounded down.
    #[must_use]
    pub fn staircase(self, staircase: bool) -> Self {
        Self { staircase, ..self }
    }
}

impl Schedule for InverseTimeDecay {
    fn learning_rate(&self, step: u64) -> f64 {
        self.initial_learning_rate / (1.0 + self.decay_rate * periods(step, self.decay_steps, self.staircase))
    }
}

/// `(α − ω) (1 − s / n)ᵖ + ω` after `s` of `n` steps, and `ω` from then on. Keras: `PolynomialDecay`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PolynomialDecay {
    /// `α`
    pub initial_learning_rate: f64,
    /// `n`
    pub decay_steps: u64,
    /// `ω`
    pub end_learning_rate: f64,
    /// `p`
    pub power: f64,
    /// Whether, after the end, `n` becomes the next multiple of it that is not below `s`.
    pub cycle: bool,
}

impl PolynomialDecay {
    /// To 0.0001 in a straight line, once.
    pub fn new(initial_learning_rate: f64, decay_steps: u64) -> Self {
        Self { initial_learning_rate, decay_steps, end_learning_rate: 1e-4, power: 1.0, cycle: false }
    }

    /// `ω`
    #[must_use]
    pub fn end_learning_rate(self, end_learning_rate: f64) -> Self {
        Self { end_learning_rate, ..self }
    }

    /// `p`
    #[must_use]
    pub fn power(self, power: f64) -> Self {
        Self { power, ..self }
    }

    /// Whether, after the end, `n` becomes the next multiple of it that is not below `s`.
    #[must_use]
    pub fn cycle(self, cycle: bool) -> Self {
        Self { cycle, ..self }
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

/// How many periods have gone by, whole ones only if it goes by stairs. A period of no steps is as one of one step.
fn periods(step: u64, decay_steps: u64, staircase: bool) -> f64 {
    let periods = step as f64 / decay_steps.max(1) as f64;
    if staircase { periods.floor() } else { periods }
}
