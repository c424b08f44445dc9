//! Optimizers: update rules that change a network by its gradient.
//!
//! `compile` expects one. The learning rate is a number or a [`Schedule`]; builder methods set the rest:
//!
//! ```
//! # extern crate mlp_core as mlp;
//! use mlp::optimizers::{Adam, CosineDecay, Optimizer, Sgd};
//!
//! let sgd = Sgd::new(0.01).momentum(0.9).nesterov(true);
//! let adam = Adam::new(CosineDecay::new(1e-3, 1000)).global_clipnorm(1.0).ema(0.99);
//! # let _ = (sgd, adam);
//! ```
//!
//! # Custom optimizers
//!
//! A custom optimizer is a type with a configuration, `init` and `update`. Gradient descent with steps of a constant
//! length, whatever the norm of the gradient:
//!
//! ```
//! # extern crate mlp_core as mlp;
//! use mlp::layers::Module;
//! use mlp::optimizers::{Optimizer, OptimizerConfig, Step};
//! use mlp::{Memory, Scalar};
//!
//! struct NormalizedDescent {
//!     config: OptimizerConfig,
//! }
//!
//! impl Optimizer for NormalizedDescent {
//!     type State<N: Module, M: Memory> = (); // or `Slots<N, M>`: values for each parameter
//!
//!     fn init<N: Module, M: Memory>(&self) {}
//!     fn update<N: Module, M: Memory>(&self, step: Step<'_, N>, (): &mut ()) {
//!         let rate = step.learning_rate;
//!         step.each([], |parameters, gradient, []| {
//!             let norm = gradient.iter().map(|&g| g.to_f64() * g.to_f64()).sum::<f64>().sqrt();
//!             let scale = N::Scalar::from_f64(rate / norm.max(1e-12));
//!             parameters.iter_mut().zip(gradient).for_each(|(p, &g)| *p -= g * scale);
//!         });
//!     }
//!     fn config(&self) -> &OptimizerConfig {
//!         &self.config
//!     }
//!     fn config_mut(&mut self) -> &mut OptimizerConfig {
//!         &mut self.config
//!     }
//! }
//!
//! let optimizer = NormalizedDescent { config: 0.5.into() }.weight_decay(0.1);
//! # assert_eq!(optimizer.config().weight_decay, Some(0.1));
//! ```
//!
//! An optimizer of the library is a file of this folder and a line of the `prelude` below.

mod adadelta;
mod adagrad;
mod adam;
mod adamax;
mod checkpoint;
mod clip;
mod config;
mod define;
mod ftrl;
mod lion;
mod nadam;
mod rmsprop;
mod schedules;
mod sgd;
mod slots;
mod step;

pub use checkpoint::{Checkpoint, StateReader, StateWriter};
pub use clip::Clip;
pub use config::OptimizerConfig;
pub use nadam::NadamState;
#[doc(inline)]
pub use prelude::*;
pub use schedules::{IntoLearningRate, LearningRate, Schedule};
pub use slots::Slots;
pub use step::{NormalEquations, Objective, Squares, Step, visit_trainable};

/// Optimizers, schedules and their traits: the part of the prelude of `mlp` that this module defines.
#[doc(hidden)]
pub mod prelude {
    pub use super::Optimizer;
    pub use super::adadelta::Adadelta;
    pub use super::adagrad::Adagrad;
    pub use super::adam::{Adam, AdamW};
    pub use super::adamax::Adamax;
    pub use super::ftrl::Ftrl;
    pub use super::lion::Lion;
    pub use super::nadam::Nadam;
    pub use super::rmsprop::RmsProp;
    pub use super::schedules::{
        CosineDecay, CosineDecayRestarts, ExponentialDecay, InverseTimeDecay, LinearWarmup, OneCycle,
        PiecewiseConstantDecay, PolynomialDecay,
    };
    pub use super::sgd::Sgd;
}

use crate::layers::Module;
use crate::memory::Memory;
use crate::options::InvalidValue;

/// Update rule for parameters, given their gradient.
///
/// Clipping, weight decay, accumulation and averaging are set by the builder methods and apply to every optimizer, in
/// this order: gradients are accumulated, then clipped; weights decay, the rule changes them, and the average is updated.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an optimizer",
    label = "not an optimizer",
    note = "`compile` expects an optimizer and a loss: `compile(Adam::new(1e-3), MeanSquaredError)`"
)]
pub trait Optimizer: Send + Sync {
    /// State kept for a network: [`Slots`], or `()` for none.
    type State<N: Module, M: Memory>: Checkpoint<N>;

    /// Name of the optimizer, stored in checkpoints.
    const NAME: &'static str = "custom";

    /// `true` if [`update`](Optimizer::update) needs [`Step::objective`].
    #[doc(hidden)]
    const NEEDS_OBJECTIVE: bool = false;

    /// `true` if [`update`](Optimizer::update) needs [`Step::squares`] of all samples.
    #[doc(hidden)]
    const NEEDS_SQUARES: bool = false;

    /// `true` if [`undo`](Optimizer::undo) is implemented. Otherwise training keeps a copy of the weights of networks of
    /// any size.
    #[doc(hidden)]
    const CAN_UNDO: bool = false;

    /// Creates the state of a network before its first step.
    fn init<N: Module, M: Memory>(&self) -> Self::State<N, M>;

    /// Makes a step: calls [`Step::each`] with the update rule for one variable.
    fn update<N: Module, M: Memory>(&self, step: Step<'_, N>, state: &mut Self::State<N, M>);

    /// Returns an error if the value of an option is invalid. Training calls it before the first step. Defaults to the
    /// check of the configuration.
    ///
    /// # Errors
    /// Names the option and its valid values.
    fn check(&self) -> Result<(), InvalidValue> {
        self.config().check()
    }

    /// Visits the options of the rule: their names and values, NaN for none. A checkpoint stores them, and loading it with
    /// others is an error. The configuration is not among them. Defaults to no options.
    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        let _ = visit;
    }

    /// Returns the configuration.
    fn config(&self) -> &OptimizerConfig;

    /// Returns the configuration, for writing.
    fn config_mut(&mut self) -> &mut OptimizerConfig;

    /// Returns the max number of parameters that the optimizer trains.
    #[doc(hidden)]
    fn max_parameters(&self) -> usize {
        usize::MAX
    }

    /// Returns why no further step can reduce the loss, if that is so.
    #[doc(hidden)]
    fn stop_reason<N: Module, M: Memory>(&self, _state: &Self::State<N, M>) -> Option<&'static str> {
        None
    }

    /// Undoes the last step, up to rounding. The state is that after the step; the gradient is not available.
    #[doc(hidden)]
    fn undo<N: Module, M: Memory>(&self, _step: Step<'_, N>, _state: &mut Self::State<N, M>) {}

    /// Sets the learning rate, or its schedule: `Adam::default().learning_rate(1e-3)` is `Adam::new(1e-3)`.
    #[must_use]
    fn learning_rate(mut self, learning_rate: impl IntoLearningRate) -> Self
    where
        Self: Sized,
    {
        self.config_mut().learning_rate = learning_rate.into_learning_rate();
        self
    }

    /// Sets gradient clipping by norm: `g ← g · min(1, c / ‖g‖)` for each variable. Replaces other clipping.
    #[must_use]
    fn clipnorm(self, norm: f64) -> Self
    where
        Self: Sized,
    {
        with_gradient_setting(self, |config| config.clip = Some(Clip::Norm(norm)))
    }

    /// Sets gradient clipping by value: `g ← max(−c, min(g, c))`. Replaces other clipping.
    #[must_use]
    fn clipvalue(self, value: f64) -> Self
    where
        Self: Sized,
    {
        with_gradient_setting(self, |config| config.clip = Some(Clip::Value(value)))
    }

    /// Sets gradient clipping by global norm: `g ← g · min(1, c / ‖g‖)`, with the norm of the whole gradient. Replaces
    /// other clipping.
    #[must_use]
    fn global_clipnorm(self, norm: f64) -> Self
    where
        Self: Sized,
    {
        with_gradient_setting(self, |config| config.clip = Some(Clip::GlobalNorm(norm)))
    }

    /// Sets decoupled weight decay: `p ← p − α λ p` before each step. Source: Loshchilov and Hutter, "Decoupled Weight
    /// Decay Regularization", 2019.
    #[must_use]
    fn weight_decay(self, decay: f64) -> Self
    where
        Self: Sized,
    {
        with_gradient_setting(self, |config| config.weight_decay = Some(decay))
    }

    /// Sets the momentum of an average of the weights: `a ← μ a + (1 − μ) p` after each batch. `fit` replaces the weights
    /// by their average at its end. Keras: `use_ema=True, ema_momentum=μ`.
    #[must_use]
    fn ema(mut self, momentum: f64) -> Self
    where
        Self: Sized,
    {
        self.config_mut().ema_momentum = Some(momentum);
        self
    }

    /// Sets the number of steps between overwrites of the weights by their average: `p ← a`.
    #[must_use]
    fn ema_overwrite_frequency(mut self, steps: u64) -> Self
    where
        Self: Sized,
    {
        self.config_mut().ema_overwrite_frequency = Some(steps);
        self
    }

    /// Sets the number of batches per step. The step uses the mean of their gradients. Schedules count batches, as in
    /// Keras.
    #[must_use]
    fn gradient_accumulation_steps(self, batches: u64) -> Self
    where
        Self: Sized,
    {
        with_gradient_setting(self, |config| config.gradient_accumulation_steps = batches)
    }
}

/// Changes a setting that would be inconsistent with the objective of an optimizer that evaluates it.
fn with_gradient_setting<O: Optimizer>(mut optimizer: O, change: impl FnOnce(&mut OptimizerConfig)) -> O {
    const {
        assert!(
            !O::NEEDS_OBJECTIVE,
            "an optimizer that evaluates the loss supports no clipping, weight decay or gradient accumulation"
        );
    };
    change(optimizer.config_mut());
    optimizer
}
