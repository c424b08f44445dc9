use super::{Clip, IntoLearningRate, LearningRate};
use crate::options::{InvalidValue, OptionValue as _};

/// Settings that all optimizers share: the learning rate, and the processing of gradients and weights.
///
/// The builder methods of an [`Optimizer`](super::Optimizer) set them. The heap-less `Trainer` applies the learning rate
/// and the weight decay; the rest needs memory that `compile` allocates.
#[derive(Clone, Debug)]
pub struct OptimizerConfig {
    /// Learning rate `α`, or a schedule.
    pub learning_rate: LearningRate,
    /// Gradient clipping.
    pub clip: Option<Clip>,
    /// Decoupled weight decay coefficient `λ`.
    pub weight_decay: Option<f64>,
    /// Momentum `μ` of the exponential moving average of the weights.
    pub ema_momentum: Option<f64>,
    /// Number of steps between overwrites of the weights by their average. `None`: only at the end of `fit`.
    pub ema_overwrite_frequency: Option<u64>,
    /// Number of batches accumulated per step. 0 means 1.
    pub gradient_accumulation_steps: u64,
}

impl OptimizerConfig {
    /// Creates a configuration with a learning rate and nothing else.
    pub fn new(learning_rate: impl IntoLearningRate) -> Self {
        Self {
            learning_rate: learning_rate.into_learning_rate(),
            clip: None,
            weight_decay: None,
            ema_momentum: None,
            ema_overwrite_frequency: None,
            gradient_accumulation_steps: 0,
        }
    }

    /// Returns an error if a setting is invalid: NaN, infinite, negative, or a momentum of 1 or more. The learning rate of a
    /// schedule is that of the first step.
    ///
    /// # Errors
    /// Names the setting and its valid values.
    pub fn check(&self) -> Result<(), InvalidValue> {
        self.learning_rate.at(0).check("learning_rate")?;
        self.weight_decay.check("weight_decay")?;
        self.ema_momentum.check("ema_momentum")?;
        match self.clip {
            None => Ok(()),
            Some(Clip::Norm(limit)) => limit.check("clipnorm"),
            Some(Clip::Value(limit)) => limit.check("clipvalue"),
            Some(Clip::GlobalNorm(limit)) => limit.check("global_clipnorm"),
        }
    }
}

impl From<f64> for OptimizerConfig {
    fn from(learning_rate: f64) -> Self {
        Self::new(learning_rate)
    }
}
