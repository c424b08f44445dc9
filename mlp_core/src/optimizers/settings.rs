#[cfg(feature = "std")]
use super::Clip;
use super::Optimizer;

/// What every optimizer can do beside its rule: to the gradient before, and with the weights after.
///
/// The methods of [`Configure`] set them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Settings {
    /// A limit to the gradient.
    #[cfg(feature = "std")]
    pub clip: Option<Clip>,
    /// The fraction of each weight, per learning rate, that is taken away before a step.
    pub weight_decay: Option<f64>,
    /// How much of the average of the weights stays in each step.
    #[cfg(feature = "std")]
    pub ema_momentum: Option<f64>,
    /// After how many steps the weights become their average; never before the end of `fit`, if `None`.
    #[cfg(feature = "std")]
    pub ema_overwrite_frequency: Option<u64>,
    /// Of how many batches a step is made. Zero is as one.
    #[cfg(feature = "std")]
    pub gradient_accumulation_steps: u64,
}

impl Settings {
    pub(super) fn with_weight_decay(mut self, decay: f64) -> Self {
        self.weight_decay = Some(decay);
        self
    }
}

/// What Keras's optimizers have in common, under the names of their arguments:
/// `Adam::new(1e-3).global_clipnorm(1.0).ema(0.99)`.
///
/// In a step, whatever the order of the calls: gradients are accumulated, then clipped; weights decay, the rule
/// changes them, and the average takes them up.
pub trait Configure: Optimizer + Sized {
    /// The optimizer's settings, which [`Optimizer::settings`] gives too.
    fn settings_mut(&mut self) -> &mut Settings;

    /// `g ← g · min(1, c / ‖g‖)` for the gradient of each variable by itself. It takes the place of another clipping.
    #[cfg(feature = "std")]
    #[must_use]
    fn clipnorm(self, norm: f64) -> Self {
        self.set(|settings| settings.clip = Some(Clip::Norm(norm)))
    }

    /// `g ← max(−c, min(g, c))`. It takes the place of another clipping.
    #[cfg(feature = "std")]
    #[must_use]
    fn clipvalue(self, value: f64) -> Self {
        self.set(|settings| settings.clip = Some(Clip::Value(value)))
    }

    /// `g ← g · min(1, c / ‖g‖)` with the norm of the whole gradient. It takes the place of another clipping.
    #[cfg(feature = "std")]
    #[must_use]
    fn global_clipnorm(self, norm: f64) -> Self {
        self.set(|settings| settings.clip = Some(Clip::GlobalNorm(norm)))
    }

    /// `p ← p − α λ p` before each step, apart from the gradient. Source: Loshchilov and Hutter, "Decoupled Weight
    /// Decay Regularization", 2019.
    #[must_use]
    fn weight_decay(self, decay: f64) -> Self {
        self.set(|settings| settings.weight_decay = Some(decay))
    }

    /// `a ← μ a + (1 − μ) p` after each batch: an average of the weights, which the network has when `fit` ends. Keras:
    /// `use_ema=True, ema_momentum=μ`.
    ///
    /// The average is also to be had before, see [`OptimizerState::average`](super::OptimizerState::average).
    #[cfg(feature = "std")]
    #[must_use]
    fn ema(self, momentum: f64) -> Self {
        self.set(|settings| settings.ema_momentum = Some(momentum))
    }

    /// `p ← a` after every so many steps.
    #[cfg(feature = "std")]
    #[must_use]
    fn ema_overwrite_frequency(self, steps: u64) -> Self {
        self.set(|settings| settings.ema_overwrite_frequency = Some(steps))
    }

    /// A step for every so many batches, by the mean of their gradients: that of one large batch, if they are of one
    /// size. Schedules count batches, as in Keras.
    #[cfg(feature = "std")]
    #[must_use]
    fn gradient_accumulation_steps(self, batches: u64) -> Self {
        self.set(|settings| settings.gradient_accumulation_steps = batches)
    }

    #[doc(hidden)]
    #[must_use]
    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(self.settings_mut());
        self
    }
}
