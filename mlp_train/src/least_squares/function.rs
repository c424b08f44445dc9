use mlp_core::TileBuffer as _;
use mlp_core::optimizers::NormalEquations as _;
use nalgebra::DMatrix;

use super::{Covariance, Minimizer, NormalMatrix, Settings, SquaredFunction, StopReason};
use crate::heap::Buffer;

/// Residuals of some unknowns, without a network: a curve fit, for example.
///
/// [`LevenbergMarquardt::minimize`](crate::optimizers::LevenbergMarquardt::minimize) minimizes their sum of squares.
pub trait LeastSquaresFunction {
    /// Returns the number of residuals.
    fn count(&self) -> usize;

    /// Sets the residuals at `x`. A value that is NaN or infinite rejects the point.
    fn residuals(&mut self, x: &[f64], residuals: &mut [f64]);

    /// Sets the derivative of each residual, a row, by each unknown, a column. The matrix is zero before.
    fn jacobian(&mut self, x: &[f64], jacobian: &mut DMatrix<f64>);
}

/// Result of a minimization.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Minimum {
    /// `Σ r²` at the end.
    pub sum_of_squares: f64,
    /// Standard deviation of each unknown: the root of the diagonal of `(JᵀJ)⁻¹ Σ r² / (residuals − unknowns)`. Infinite if there
    /// are not more residuals than unknowns that they determine.
    pub standard_errors: Vec<f64>,
    /// Number of steps.
    pub iterations: usize,
    /// Number of steps that were tried.
    pub evaluations: usize,
    /// Reason why it ended before the max number of iterations.
    pub stop_reason: Option<StopReason>,
}

/// Minimizes a function from `x` on.
pub(crate) fn minimize(
    function: &mut dyn LeastSquaresFunction,
    x: &mut [f64],
    settings: &Settings,
    max_iterations: usize,
) -> Minimum {
    let count = function.count();
    let mut plain = Plain {
        residuals: vec![0.0; count],
        jacobian: DMatrix::zeros(count, x.len()),
        block: Buffer::new(x.len() + 1, count),
        function,
    };
    let mut minimizer = Minimizer::new(x.len());
    let mut iterations = 0;
    while iterations < max_iterations && minimizer.stop.is_none() {
        minimizer.iterate(x, &mut plain, settings);
        iterations += 1;
    }
    let mut matrix = NormalMatrix::new(x.len());
    plain.linearize(x, &mut matrix);
    let covariance = Covariance::new(&matrix, x.len(), &[]);
    let freedom = (count as f64 - covariance.effective_parameters.round()).max(0.0);
    let variance = matrix.sum_of_squares() / freedom;
    let standard_error = |&element: &f64| if freedom > 0.0 { (element * variance).sqrt() } else { f64::INFINITY };
    Minimum {
        sum_of_squares: matrix.sum_of_squares(),
        standard_errors: covariance.inverse.diagonal().iter().map(standard_error).collect(),
        iterations,
        evaluations: minimizer.evaluations,
        stop_reason: minimizer.stop,
    }
}

/// A function with memory for its residuals.
struct Plain<'a> {
    function: &'a mut dyn LeastSquaresFunction,
    residuals: Vec<f64>,
    jacobian: DMatrix<f64>,
    block: Buffer<f64>,
}

impl SquaredFunction for Plain<'_> {
    fn loss(&mut self, x: &[f64]) -> f64 {
        self.function.residuals(x, &mut self.residuals);
        self.residuals.iter().map(|residual| residual * residual).sum()
    }

    fn linearize(&mut self, x: &[f64], equations: &mut NormalMatrix) {
        self.function.residuals(x, &mut self.residuals);
        self.jacobian.fill(0.0);
        self.function.jacobian(x, &mut self.jacobian);
        let count = self.residuals.len();
        let mut tile = self.block.tile_mut(x.len() + 1, count);
        for unknown in 0..x.len() {
            tile.feature(unknown).copy_from_slice(self.jacobian.column(unknown).as_slice());
        }
        tile.feature(x.len()).copy_from_slice(&self.residuals);
        equations.add_rows(self.block.tile(x.len() + 1, count));
    }
}
