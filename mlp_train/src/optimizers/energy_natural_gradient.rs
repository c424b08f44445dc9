use mlp_core::layers::{Module, TwiceDifferentiable};
use mlp_core::losses::SumOfSquares;

use super::levenberg_marquardt::{MAX_PARAMETERS, TOLERANCE};
use super::{DampedGaussNewton, Trains};
use crate::least_squares::{Method, Settings};

/// `(JᵀJ + μ D²) p = Jᵀr`, then the step `−½ᵏ p` with the least loss of `k = 0, …, 30`: energy natural gradient descent, for the
/// residuals of equations.
///
/// For a linear equation, `JᵀJ` is the Gram matrix of the energy inner product of the functions `∂u/∂θ`, so that the step is the
/// Newton direction in the space of functions, projected onto what the network can express. For any other sum of squares it is
/// a Gauss-Newton step. The line search over a geometric grid finds long and short steps alike; it evaluates the loss 31 times
/// in each iteration.
///
/// The source uses the pseudo-inverse of `JᵀJ`. Here the damping `μ`, in units of the squared norms `D²` of the columns of `J`,
/// removes the directions that the points do not determine. It grows if rounding leaves the matrix indefinite.
///
/// The loss, the network and the memory are those of [`LevenbergMarquardt`](super::LevenbergMarquardt), which adapts its damping
/// and is the first choice. Source: Müller and Zeinhofer, "Achieving High Accuracy with PINNs via Energy Natural Gradient
/// Descent", 2023.
///
/// ```
/// # mod mlp { pub mod optimizers { pub use mlp_train::optimizers::EnergyNaturalGradient; } }
/// use mlp::optimizers::EnergyNaturalGradient;
///
/// let optimizer = EnergyNaturalGradient::new().damping(1e-10);
/// # let _ = optimizer;
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct EnergyNaturalGradient {
    settings: Settings,
    max_parameters: usize,
}

impl Default for EnergyNaturalGradient {
    fn default() -> Self {
        Self::new()
    }
}

impl EnergyNaturalGradient {
    /// Creates the optimizer with its defaults.
    pub fn new() -> Self {
        let settings = Settings {
            method: Method::NaturalGradient(1e-6),
            loss_tolerance: TOLERANCE,
            step_tolerance: TOLERANCE,
            gradient_tolerance: 0.0,
            epsilon: f64::EPSILON,
        };
        Self { settings, max_parameters: MAX_PARAMETERS }
    }

    /// Sets the damping `μ`. Defaults to 1e-6.
    ///
    /// Less of it is noise of rounding: Poisson's equation on 400 points with 65 parameters reaches a relative error of 4e-6 to 4e-5 in
    /// 100 iterations with 1e-6, 1e-5 to 8e-5 with 1e-8, and none below 1e-3 with 1e-10. Levenberg-Marquardt reaches 3e-6 to 7e-6.
    pub fn damping(mut self, damping: f64) -> Self {
        self.settings.method = Method::NaturalGradient(damping);
        self
    }

    /// Sets the relative reduction of the loss below which the training ends. Defaults to 1e-10.
    pub fn loss_tolerance(mut self, tolerance: f64) -> Self {
        self.settings.loss_tolerance = tolerance;
        self
    }

    /// Sets the length of a step, relative to that of the parameters, below which the training ends. Defaults to 1e-10.
    pub fn step_tolerance(mut self, tolerance: f64) -> Self {
        self.settings.step_tolerance = tolerance;
        self
    }

    /// Sets the max number of parameters that are trained. Defaults to 5000.
    pub fn max_parameters(self, max_parameters: usize) -> Self {
        Self { max_parameters, ..self }
    }
}

impl<N, L> Trains<N, L> for EnergyNaturalGradient
where
    N: Module + TwiceDifferentiable,
    L: SumOfSquares<N::Scalar, N::Output>,
{
    type Optimizer = DampedGaussNewton;

    fn into_optimizer(self) -> DampedGaussNewton {
        DampedGaussNewton::new(self.settings, self.max_parameters)
    }
}
