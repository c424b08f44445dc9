//! Optimizers with memory on the heap: the state of a training, L-BFGS, and least squares.

mod damped_gauss_newton;
mod energy_natural_gradient;
mod gauss_newton;
mod lbfgs;
mod levenberg_marquardt;
mod optimizer_state;
mod progress;
mod settings;
#[cfg(test)]
mod tests;
mod trains;

pub use crate::least_squares::{LeastSquaresFunction, Minimum, StopReason};
pub use damped_gauss_newton::{DampedGaussNewton, DampedGaussNewtonState};
pub use energy_natural_gradient::EnergyNaturalGradient;
pub use gauss_newton::GaussNewton;
pub use lbfgs::{Lbfgs, LbfgsState};
pub use levenberg_marquardt::LevenbergMarquardt;
pub use optimizer_state::OptimizerState;
pub(crate) use optimizer_state::{GradientStep, trainable_ranges};
pub use progress::OptimizerProgress;
pub(crate) use settings::{OptimizerSettings, number};
pub use trains::Trains;
