use super::LearningRate;

/// Settings that all optimizers share, under the names of Keras's arguments.
///
/// The builder methods of [`Optimizer`](super::Optimizer) set them: `Adam::new(1e-3).global_clipnorm(1.0).ema(0.99)`.
///
/// The order within a step does not depend on the order of the calls: gradients are accumulated, then clipped; weights
/// decay, the rule of the optimizer changes them, and the average is updated.
#[derive(Clone, Debug, PartialEq)]
pub struct OptimizerConfig {
    /// `α`: a number or a [`Schedule`](super::Schedule).
    pub learning_rate: LearningRate,
    /// Gradient clipping. Defaults to none.
    pub clip: Option<Clip>,
    /// `λ`, the decoupled weight decay: `p ← p − α λ p`. Defaults to none.
    pub weight_decay: Option<f64>,
    /// `μ`, the decay of the exponential moving average of the weights. Defaults to no average.
    pub ema_momentum: Option<f64>,
    /// Number of steps after which the weights are replaced by their average. Defaults to the end of `fit` only.
    pub ema_overwrite_frequency: Option<u64>,
    /// Number of batches accumulated per step; 0 means 1.
    pub gradient_accumulation_steps: u64,
}

impl OptimizerConfig {
    /// Creates a configuration with a learning rate and nothing else.
    pub fn new(learning_rate: impl Into<LearningRate>) -> Self {
        Self {
            learning_rate: learning_rate.into(),
            clip: None,
            weight_decay: None,
            ema_momentum: None,
            ema_overwrite_frequency: None,
            gradient_accumulation_steps: 0,
        }
    }

    /// Returns the momentum of the step after `batches` batches, if a schedule sets it.
    pub(super) fn momentum(&self, batches: u64) -> Option<f64> {
        // Zero would disable momentum: no state is kept for it.
        self.learning_rate.momentum(batches).map(|momentum| momentum.max(f64::MIN_POSITIVE))
    }
}

/// Gradient clipping. Limits that are not above 0 disable it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clip {
    /// Limit of the norm of each variable's gradient; a variable is the weights, or the bias, of one layer.
    Norm(f64),
    /// Limit of the magnitude of each element.
    Value(f64),
    /// Limit of the norm of the whole gradient.
    GlobalNorm(f64),
}
