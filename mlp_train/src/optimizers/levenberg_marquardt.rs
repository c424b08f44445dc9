use mlp_core::layers::{Module, TwiceDifferentiable};
use mlp_core::losses::SumOfSquares;

use super::{DampedGaussNewton, Trains};
use crate::least_squares::{LeastSquaresFunction, Method, Minimum, Settings, minimize};

/// Max number of parameters, unless another one is set.
pub(super) const MAX_PARAMETERS: usize = 5000;

/// Relative reduction of the loss, and relative length of a step, below which a minimization has converged.
pub(super) const TOLERANCE: f64 = 1e-10;

/// `(JᵀJ + μ D²) p = Jᵀr`: the Levenberg-Marquardt method, for full batches and losses that are sums of squares `Σ r²`.
///
/// `J` is the Jacobian of the residuals by the parameters, and the step is `−p`. The damping `μ` is chosen such that the
/// step stays in a trust region, which grows and shrinks with the quality of the linear model. `D` holds the largest norms
/// so far of the columns of `J`, so that the steps do not depend on the scale of a parameter.
///
/// For networks of some hundred to some thousand parameters, it reaches losses that no first-order method reaches. An
/// epoch of `fit` is one iteration over all samples, whatever the batch size: steps are tried until one reduces the loss.
/// `fit` ends early when no step reduces the loss further; the [state](super::DampedGaussNewtonState::stop_reason) has the
/// reason. A step that leads to NaN is rejected.
///
/// # Loss and network
/// The loss is a [sum of squares](mlp_core::losses::SumOfSquares): `MeanSquaredError`, also of several outputs with loss
/// weights, sample weights and `l2` penalties, or the residuals of equations. The layers must have derivatives
/// ([`TwiceDifferentiable`]), and behave as in inference: `Dropout` does nothing.
///
/// # Memory
/// `P` parameters need about `12 P²` bytes, 300 MB at the default [max](Self::max_parameters) of 5000. An iteration on `S`
/// residuals costs about `S P² + P³` operations. Use [`Lbfgs`](super::Lbfgs) for larger networks.
///
/// MINPACK: `lmder`. SciPy: `least_squares(method="lm")`. MATLAB: `trainlm`. Source: Moré, "The Levenberg-Marquardt
/// algorithm: implementation and theory", 1978.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct LevenbergMarquardt {
    settings: Settings,
    max_parameters: usize,
}

impl Default for LevenbergMarquardt {
    fn default() -> Self {
        Self::new()
    }
}

impl LevenbergMarquardt {
    /// Creates the optimizer with its defaults.
    pub fn new() -> Self {
        let settings = Settings {
            method: Method::TrustRegion(1.0),
            loss_tolerance: TOLERANCE,
            step_tolerance: TOLERANCE,
            gradient_tolerance: 0.0,
            epsilon: f64::EPSILON,
        };
        Self { settings, max_parameters: MAX_PARAMETERS }
    }

    /// Sets the first radius of the trust region, in units of `‖D x‖` with the initial parameters `x`. Defaults to 1.
    /// MINPACK: `factor`, 100.
    pub fn radius(self, radius: f64) -> Self {
        self.set(|settings| settings.method = Method::TrustRegion(radius))
    }

    /// Sets the relative reduction of the loss, actual and predicted, below which `fit` ends. Defaults to 1e-10. MINPACK:
    /// `ftol`.
    pub fn loss_tolerance(self, tolerance: f64) -> Self {
        self.set(|settings| settings.loss_tolerance = tolerance)
    }

    /// Sets the length of a step, relative to that of the parameters, below which `fit` ends. Defaults to 1e-10. MINPACK:
    /// `xtol`.
    pub fn step_tolerance(self, tolerance: f64) -> Self {
        self.set(|settings| settings.step_tolerance = tolerance)
    }

    /// Sets the cosine between the residuals and any column of the Jacobian below which `fit` ends. Defaults to 0. MINPACK:
    /// `gtol`.
    pub fn gradient_tolerance(self, tolerance: f64) -> Self {
        self.set(|settings| settings.gradient_tolerance = tolerance)
    }

    /// Sets the max number of parameters that are trained. Defaults to 5000.
    ///
    /// `fit` returns an error for a larger network, before it allocates memory.
    pub fn max_parameters(self, max_parameters: usize) -> Self {
        Self { max_parameters, ..self }
    }

    /// Minimizes the sum of squares of a function that is no network, from `x` on, and leaves the minimum in `x`.
    ///
    /// The curve `a (1 − exp(−b t))` through five points:
    ///
    /// ```
    /// # mod mlp { pub mod optimizers { pub use mlp_train::optimizers::{LeastSquaresFunction, LevenbergMarquardt}; } }
    /// use mlp::optimizers::{LeastSquaresFunction, LevenbergMarquardt};
    /// use nalgebra::DMatrix;
    ///
    /// struct Saturation<'a>(&'a [(f64, f64)]);
    ///
    /// impl LeastSquaresFunction for Saturation<'_> {
    ///     fn count(&self) -> usize {
    ///         self.0.len()
    ///     }
    ///     fn residuals(&mut self, x: &[f64], residuals: &mut [f64]) {
    ///         for (residual, (t, value)) in residuals.iter_mut().zip(self.0) {
    ///             *residual = x[0] * (1.0 - (-x[1] * t).exp()) - value;
    ///         }
    ///     }
    ///     fn jacobian(&mut self, x: &[f64], jacobian: &mut DMatrix<f64>) {
    ///         for (row, (t, _)) in self.0.iter().enumerate() {
    ///             jacobian[(row, 0)] = 1.0 - (-x[1] * t).exp();
    ///             jacobian[(row, 1)] = x[0] * t * (-x[1] * t).exp();
    ///         }
    ///     }
    /// }
    ///
    /// let points = [1.0, 2.0, 3.0, 5.0, 8.0].map(|t: f64| (t, 2.0 * (1.0 - (-0.5 * t).exp())));
    /// let mut x = [1.0, 1.0];
    /// let minimum = LevenbergMarquardt::new().minimize(&mut Saturation(&points), &mut x, 100);
    /// assert!(minimum.sum_of_squares < 1e-20 && (x[0] - 2.0).abs() < 1e-8 && (x[1] - 0.5).abs() < 1e-8);
    /// ```
    pub fn minimize(&self, function: &mut impl LeastSquaresFunction, x: &mut [f64], max_iterations: usize) -> Minimum {
        minimize(function, x, &self.settings, max_iterations)
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }
}

impl<N, L> Trains<N, L> for LevenbergMarquardt
where
    N: Module + TwiceDifferentiable,
    L: SumOfSquares<N::Scalar, N::Output>,
{
    type Optimizer = DampedGaussNewton;

    fn into_optimizer(self) -> DampedGaussNewton {
        DampedGaussNewton::new(self.settings, self.max_parameters)
    }
}
