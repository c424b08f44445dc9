//! Optimizers: the rules by which a gradient changes a network.
//!
//! `compile` expects one. The learning rate is a number or a [`Schedule`]. Hyper-parameters have builder methods of
//! their own; what all optimizers share, such as clipping, is set by methods of [`Optimizer`]:
//!
//! ```
//! use mlp_core::optimizers::{Adam, CosineDecay, Optimizer, Sgd};
//!
//! let sgd = Sgd::new(0.01).momentum(0.9).nesterov(true);
//! let adam = Adam::new(CosineDecay::new(1e-3, 1000)).global_clipnorm(1.0).ema(0.99);
//! # let _ = (sgd, adam);
//! ```
//!
//! # Custom optimizers
//!
//! A custom optimizer is its configuration, its initial state and its rule. Gradient descent with steps of a constant
//! length, whatever the norm of the gradient:
//!
//! ```
//! use mlp_core::Scalar;
//! use mlp_core::layers::Layer;
//! use mlp_core::optimizers::{Optimizer, OptimizerConfig, Step};
//!
//! struct NormalizedDescent(OptimizerConfig);
//!
//! impl Optimizer for NormalizedDescent {
//!     const NAME: &'static str = "NormalizedDescent";
//!     type State<N: Layer> = (); // `Slots<N>` holds moments
//!
//!     fn init<N: Layer>(&self) {}
//!
//!     // p ← p − α g / ‖g‖ for each variable
//!     fn update<N: Layer>(&self, step: Step<'_, N>, _state: &mut ()) {
//!         let rate = step.learning_rate;
//!         step.each([], |parameters, gradient, []| {
//!             let norm = gradient.iter().map(|&g| g.to_f64().powi(2)).sum::<f64>().sqrt();
//!             let factor = N::Scalar::from_f64(rate / norm.max(1e-12));
//!             parameters.iter_mut().zip(gradient).for_each(|(p, &g)| *p -= g * factor);
//!         });
//!     }
//!     fn config(&self) -> &OptimizerConfig {
//!         &self.0
//!     }
//!     fn config_mut(&mut self) -> &mut OptimizerConfig {
//!         &mut self.0
//!     }
//! }
//!
//! let optimizer = NormalizedDescent(OptimizerConfig::new(0.5)).weight_decay(0.1);
//! # use mlp_core::Parameters;
//! # use mlp_core::layers::Dense;
//! # use mlp_core::optimizers::OptimizerState;
//! # let mut layer = Dense::<1, 1>::zeroed();
//! # let mut gradient = Dense::<1, 1>::zeroed();
//! # gradient.weights[0] = -100.0;
//! # OptimizerState::new(optimizer).step(&mut layer, &mut gradient);
//! # assert_eq!(layer.weights[0], 0.5);
//! ```
//!
//! An optimizer of the library is a file of this folder and a line of [`prelude`].

mod adadelta;
mod adagrad;
mod adam;
mod adamax;
#[cfg(feature = "std")]
mod clip;
mod config;
mod define;
mod ftrl;
#[cfg(feature = "std")]
mod lbfgs;
mod lion;
mod nadam;
#[cfg(feature = "std")]
mod optimizer_state;
mod persist;
#[cfg(feature = "std")]
mod progress;
mod rmsprop;
mod schedules;
mod sgd;
mod slots;
#[cfg(not(feature = "std"))]
mod static_optimizer_state;
mod step;
#[cfg(test)]
mod tests;

pub use config::{Clip, OptimizerConfig};
#[cfg(feature = "std")]
pub use lbfgs::LbfgsState;
pub use nadam::NadamState;
#[cfg(feature = "std")]
pub(crate) use optimizer_state::GradientStep;
pub use persist::{Checkpoint, StateVisitor};
#[doc(inline)]
pub use prelude::*;
#[cfg(feature = "std")]
pub(crate) use progress::OptimizerProgress;
pub use schedules::LearningRate;
pub use slots::Slots;
#[doc(hidden)]
pub use step::visit_trainable;
pub use step::{Objective, Step};

/// Optimizers, schedules and their traits: the part of the prelude of `mlp` that is defined here.
#[doc(hidden)]
pub mod prelude {
    pub use super::Optimizer;
    pub use super::adadelta::Adadelta;
    pub use super::adagrad::Adagrad;
    pub use super::adam::{Adam, AdamW};
    pub use super::adamax::Adamax;
    pub use super::ftrl::Ftrl;
    #[cfg(feature = "std")]
    pub use super::lbfgs::Lbfgs;
    pub use super::lion::Lion;
    pub use super::nadam::Nadam;
    #[cfg(feature = "std")]
    pub use super::optimizer_state::OptimizerState;
    pub use super::rmsprop::RmsProp;
    pub use super::schedules::{
        CosineDecay, CosineDecayRestarts, ExponentialDecay, InverseTimeDecay, LinearWarmup, OneCycle,
        PiecewiseConstantDecay, PolynomialDecay, Schedule,
    };
    pub use super::sgd::Sgd;
    #[cfg(not(feature = "std"))]
    pub use super::static_optimizer_state::OptimizerState;
}

use crate::layers::Layer;

/// A rule that changes parameters by their gradient.
///
/// Required are a name, [`init`](Optimizer::init), [`update`](Optimizer::update) and access to the
/// [`OptimizerConfig`]; the builder methods are provided. See the [module](self) for an example.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an optimizer",
    label = "not an optimizer",
    note = "for instance `Adam::default()`, or `Adam::new(1e-3)` with a learning rate"
)]
pub trait Optimizer: Send + Sync {
    /// Name in checkpoints.
    const NAME: &'static str;

    /// State for one network: `()`, [`Slots`] or a type of its own.
    type State<N: Layer>: Checkpoint<N>;

    /// Returns the state before the first step.
    fn init<N: Layer>(&self) -> Self::State<N>;

    /// Makes a step: calls [`Step::each`] with the rule for one variable.
    fn update<N: Layer>(&self, step: Step<'_, N>, state: &mut Self::State<N>);

    /// Returns the learning rate and the settings that all optimizers share.
    fn config(&self) -> &OptimizerConfig;

    /// Returns the learning rate and the settings that all optimizers share, for writing.
    fn config_mut(&mut self) -> &mut OptimizerConfig;

    /// `true` if [`update`](Optimizer::update) needs [`Step::objective`].
    const NEEDS_OBJECTIVE: bool = false;

    /// `true` if [`undo`](Optimizer::undo) is implemented. If not, training copies the weights of large networks too.
    const CAN_UNDO: bool = false;

    /// Undoes the last step, up to rounding. `state` is the one after the step, and stays.
    ///
    /// The gradient must not be read. Weight decay is undone by the caller.
    fn undo<N: Layer>(&self, _step: Step<'_, N>, _state: &mut Self::State<N>) {
        unreachable!("`undo` is only called where `CAN_UNDO` is true");
    }

    /// Replaces the learning rate and any schedule.
    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.config_mut().learning_rate = learning_rate.into();
    }

    /// Clips the gradient of each variable to a norm: `g ← g · min(1, c / ‖g‖)`. Replaces other clipping.
    #[must_use]
    fn clipnorm(self, norm: f64) -> Self
    where
        Self: Sized,
    {
        with_gradient_setting(self, |config| config.clip = Some(Clip::Norm(norm)))
    }

    /// Clips each element of the gradient: `g ← max(−c, min(g, c))`. Replaces other clipping.
    #[must_use]
    fn clipvalue(self, value: f64) -> Self
    where
        Self: Sized,
    {
        with_gradient_setting(self, |config| config.clip = Some(Clip::Value(value)))
    }

    /// Clips the whole gradient to a norm: `g ← g · min(1, c / ‖g‖)`. Replaces other clipping.
    #[must_use]
    fn global_clipnorm(self, norm: f64) -> Self
    where
        Self: Sized,
    {
        with_gradient_setting(self, |config| config.clip = Some(Clip::GlobalNorm(norm)))
    }

    /// Sets `λ` of the decoupled weight decay before each step: `p ← p − α λ p`.
    ///
    /// Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019.
    #[must_use]
    fn weight_decay(self, decay: f64) -> Self
    where
        Self: Sized,
    {
        with_gradient_setting(self, |config| config.weight_decay = Some(decay))
    }

    /// Keeps an exponential moving average of the weights, updated after each batch: `a ← μ a + (1 − μ) p`.
    ///
    /// `fit` replaces the weights by it at its end; [`OptimizerState::average`] returns it earlier. Keras:
    /// `use_ema=True, ema_momentum=μ`.
    #[must_use]
    fn ema(self, momentum: f64) -> Self
    where
        Self: Sized,
    {
        with_setting(self, |config| config.ema_momentum = Some(momentum))
    }

    /// Replaces the weights by their average after every `steps` steps: `p ← a`.
    #[must_use]
    fn ema_overwrite_frequency(self, steps: u64) -> Self
    where
        Self: Sized,
    {
        with_setting(self, |config| config.ema_overwrite_frequency = Some(steps))
    }

    /// Makes one step for every `batches` batches, by the mean of their gradients.
    ///
    /// Batches of equal size act as one large batch. Schedules count batches, as in Keras.
    #[must_use]
    fn gradient_accumulation_steps(self, batches: u64) -> Self
    where
        Self: Sized,
    {
        with_gradient_setting(self, |config| config.gradient_accumulation_steps = batches)
    }
}

fn with_setting<O: Optimizer>(mut optimizer: O, change: impl FnOnce(&mut OptimizerConfig)) -> O {
    change(optimizer.config_mut());
    optimizer
}

/// Changes a setting that would contradict the objective of an optimizer that evaluates it.
fn with_gradient_setting<O: Optimizer>(optimizer: O, change: impl FnOnce(&mut OptimizerConfig)) -> O {
    const {
        assert!(
            !O::NEEDS_OBJECTIVE,
            "an optimizer that evaluates the loss supports no clipping, weight decay or gradient accumulation"
        );
    };
    with_setting(optimizer, change)
}
