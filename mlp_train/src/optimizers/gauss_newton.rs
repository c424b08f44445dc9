use mlp_core::layers::{Module, TwiceDifferentiable};
use mlp_core::losses::SumOfSquares;

use super::levenberg_marquardt::{MAX_PARAMETERS, TOLERANCE};
use super::{DampedGaussNewton, Trains};
use crate::least_squares::{Method, Settings};

/// `JᵀJ p = Jᵀr`: the Gauss-Newton method, for full batches and well-posed losses that are sums of squares `Σ r²`.
///
/// The step `−p` is halved until the loss falls. If the parameters are not determined by the data, `fit` ends at once:
/// [`LevenbergMarquardt`](super::LevenbergMarquardt), whose loss, network and memory are the same, damps the step then. Near
/// a minimum with small residuals it converges quadratically.
///
/// For the residuals of a linear equation, this is the natural gradient of the energy with a line search.
///
/// Source: Nocedal and Wright, "Numerical Optimization", 2006, section 10.3. Müller and Zeinhofer, "Achieving High Accuracy
/// with PINNs via Energy Natural Gradients", 2023.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct GaussNewton {
    settings: Settings,
    max_parameters: usize,
}

impl Default for GaussNewton {
    fn default() -> Self {
        Self::new()
    }
}

impl GaussNewton {
    /// Creates the optimizer with its defaults.
    pub fn new() -> Self {
        let settings = Settings {
            method: Method::GaussNewton,
            loss_tolerance: TOLERANCE,
            step_tolerance: TOLERANCE,
            gradient_tolerance: 0.0,
            epsilon: f64::EPSILON,
        };
        Self { settings, max_parameters: MAX_PARAMETERS }
    }

    /// Sets the relative reduction of the loss, actual and predicted, below which `fit` ends. Defaults to 1e-10.
    pub fn loss_tolerance(mut self, tolerance: f64) -> Self {
        self.settings.loss_tolerance = tolerance;
        self
    }

    /// Sets the length of a step, relative to that of the parameters, below which `fit` ends. Defaults to 1e-10.
    pub fn step_tolerance(mut self, tolerance: f64) -> Self {
        self.settings.step_tolerance = tolerance;
        self
    }

    /// Sets the max number of parameters that are trained. Defaults to 5000.
    pub fn max_parameters(self, max_parameters: usize) -> Self {
        Self { max_parameters, ..self }
    }
}

impl<N, L> Trains<N, L> for GaussNewton
where
    N: Module + TwiceDifferentiable,
    L: SumOfSquares<N::Scalar, N::Output>,
{
    type Optimizer = DampedGaussNewton;

    fn into_optimizer(self) -> DampedGaussNewton {
        DampedGaussNewton::new(self.settings, self.max_parameters)
    }
}
