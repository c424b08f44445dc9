//! Optimizers: how a gradient changes a network.
//!
//! `compile` takes any of them. The learning rate is a number or a [`Schedule`], other numbers are set by methods of
//! their names, and so is what all have in common ([`Configure`]):
//!
//! ```
//! use mlp_core::optimizers::{Adam, Configure, CosineDecay, Sgd};
//!
//! let sgd = Sgd::new(0.01).momentum(0.9).nesterov(true);
//! let adam = Adam::new(CosineDecay::new(1e-3, 1000)).global_clipnorm(1.0).ema(0.99);
//! # let _ = (sgd, adam);
//! ```
//!
//! One of your own is a type with a rule for one variable. Here is gradient descent whose steps all have one length,
//! whatever the length of the gradient:
//!
//! ```
//! use mlp_core::layers::Layer;
//! use mlp_core::optimizers::{Configure, OptimizerState, Optimizer, Settings, Step};
//! use mlp_core::{Parameters, Scalar};
//!
//! struct NormalizedDescent {
//!     learning_rate: f64,
//!     settings: Settings,
//! }
//!
//! impl Optimizer for NormalizedDescent {
//!     /// Nothing is remembered. `Memory<N>` holds some numbers for each parameter.
//!     type State<N: Layer> = ();
//!
//!     fn init<N: Layer>(&self) {}
//!
//!     fn update<N: Layer>(&self, step: Step<'_, N>, _state: &mut ()) {
//!         let rate = step.learning_rate;
//!         step.each([], |parameters, gradient, []| {
//!             let norm = gradient.iter().map(|&slope| Scalar::to_f64(slope).powi(2)).sum::<f64>().sqrt();
//!             for (parameter, &slope) in parameters.iter_mut().zip(gradient) {
//!                 *parameter -= slope * N::Scalar::from_f64(rate / norm.max(1e-12));
//!             }
//!         });
//!     }
//!
//!     fn learning_rate(&self, _step: u64) -> f64 {
//!         self.learning_rate
//!     }
//!
//!     fn set_learning_rate(&mut self, learning_rate: f64) {
//!         self.learning_rate = learning_rate;
//!     }
//!
//!     fn settings(&self) -> Settings {
//!         self.settings
//!     }
//! }
//!
//! /// Only for the methods: `.weight_decay(0.1)` and so on.
//! impl Configure for NormalizedDescent {
//!     fn settings_mut(&mut self) -> &mut Settings {
//!         &mut self.settings
//!     }
//! }
//!
//! # use mlp_core::layers::Dense;
//! let optimizer = NormalizedDescent { learning_rate: 0.5, settings: Settings::default() }.weight_decay(0.1);
//! let mut layer = Dense::<1, 1>::zeroed();
//! let mut gradient = Dense::<1, 1>::zeroed();
//! gradient.weights[0] = -100.0;
//! OptimizerState::new(optimizer).step(&mut layer, &mut gradient);
//! assert_eq!(layer.weights[0], 0.5);
//! ```

mod adadelta;
mod adagrad;
mod adam;
mod adamax;
#[cfg(feature = "std")]
mod clip;
mod define;
#[cfg(feature = "std")]
mod descent;
mod ftrl;
#[cfg(feature = "std")]
mod lbfgs;
mod lion;
mod memory;
mod nadam;
#[cfg(feature = "std")]
mod past;
mod persist;
mod rmsprop;
mod schedules;
mod settings;
mod sgd;
#[cfg(not(feature = "std"))]
mod static_descent;
mod step;
#[cfg(test)]
mod tests;

pub use adadelta::Adadelta;
pub use adagrad::Adagrad;
pub use adam::{Adam, AdamW};
pub use adamax::Adamax;
#[cfg(feature = "std")]
pub use clip::Clip;
#[cfg(feature = "std")]
pub use descent::OptimizerState;
#[cfg(feature = "std")]
pub(crate) use descent::Slope;
pub use ftrl::Ftrl;
#[cfg(feature = "std")]
pub use lbfgs::{Lbfgs, LbfgsState};
pub use lion::Lion;
pub use memory::Memory;
pub use nadam::{Nadam, NadamState};
#[cfg(feature = "std")]
pub(crate) use past::Past;
pub use persist::{Checkpoint, StateReader, StateWriter};
pub use rmsprop::RmsProp;
#[cfg(feature = "std")]
pub use schedules::PiecewiseConstantDecay;
pub use schedules::{
    CosineDecay, CosineDecayRestarts, ExponentialDecay, InverseTimeDecay, LearningRate, LinearWarmup, OneCycle,
    PolynomialDecay, Schedule,
};
pub use settings::{Configure, Settings};
pub use sgd::Sgd;
#[cfg(not(feature = "std"))]
pub use static_descent::OptimizerState;
pub use step::{Objective, Step};

use crate::layers::Layer;

/// A rule that changes parameters by their gradient.
///
/// What it remembers of each parameter are values of the network's own type, made by [`init`](Optimizer::init).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an optimizer",
    label = "not an optimizer",
    note = "for instance `Adam::default()`, or `Adam::new(1e-3)` with a learning rate"
)]
pub trait Optimizer: Send + Sync {
    /// What the optimizer remembers of a network.
    type State<N: Layer>: Checkpoint<N>;

    /// The memory of a network that has made no step.
    fn init<N: Layer>(&self) -> Self::State<N>;

    /// Makes a step: calls [`Step::each`] with the rule for one variable.
    fn update<N: Layer>(&self, step: Step<'_, N>, state: &mut Self::State<N>);

    /// The learning rate of a step before which `step` steps were made.
    fn learning_rate(&self, step: u64) -> f64;

    /// Lets the learning rate be this from now on, whatever a schedule says.
    fn set_learning_rate(&mut self, learning_rate: f64);

    /// Before a step before which `step` steps were made: sets what a schedule says beside the learning rate.
    fn follow(&mut self, _step: u64) {}

    /// What happens to the gradient before, and with the weights after. An optimizer that has a field for it implements
    /// [`Configure`] too.
    fn settings(&self) -> Settings {
        Settings::default()
    }

    /// Whether [`update`](Optimizer::update) cannot do without [`Step::objective`].
    const NEEDS_OBJECTIVE: bool = false;

    /// Whether [`undo`](Optimizer::undo) is written. If not, training keeps a copy of the weights of a network of any
    /// size.
    const CAN_UNDO: bool = false;

    /// Takes back a step, the last one, as far as rounding allows. The memory of the optimizer stays as it is after the
    /// step, so it is still known how far the step went. The gradient is not to be read; weight decay is no concern
    /// here.
    fn undo<N: Layer>(&self, _step: Step<'_, N>, _state: &mut Self::State<N>) {
        unreachable!("only asked of an optimizer that can undo");
    }
}
