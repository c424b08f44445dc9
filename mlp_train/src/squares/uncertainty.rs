use mlp_core::DataError;
use mlp_core::layers::{Features, Module, TwiceDifferentiable};
use mlp_core::losses::MeanSquaredError;
use mlp_core::network::BaseNetwork;
use mlp_core::optimizers::Squares as _;
use nalgebra::DMatrix;

use super::{BatchSquares, Penalty, SquaresBuffers, parameter_jacobian};
use crate::dataset::{Data, Dataset, check};
use crate::least_squares::{Covariance, NormalMatrix, Unknowns};
use crate::summary::LayerOptions;

/// Uncertainty of a network that was trained on the squares of its errors: the delta method.
///
/// ```text
/// H = JᵀJ + Λ                                // J: outputs by parameters; Λ: the l2 penalties
/// parameters: trace(JᵀJ H⁻¹)                 // how many the data determines
/// σ² = Σ r² / (targets − parameters)         // noise of the targets
/// covariance of the parameters: σ² H⁻¹
/// variance of an output: g σ² H⁻¹ gᵀ          // g: its derivatives by the parameters
/// ```
///
/// It holds at a minimum, for errors that are independent, of equal size, and small enough for the network to be nearly
/// linear in its parameters. Directions that the data does not determine are left out: `H⁻¹` is a pseudo-inverse.
///
/// Source: Seber and Wild, "Nonlinear Regression", 1989, chapter 5. MacKay, "A Practical Bayesian Framework for
/// Backpropagation Networks", 1992.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncertainty {
    unknowns: Unknowns,
    covariance: DMatrix<f64>,
    noise: f64,
    effective_parameters: f64,
}

impl Uncertainty {
    /// Computes the uncertainty from the data of the training, or `None` if a penalty is not a square.
    pub(crate) fn new<N: Module<Output = Features<OUT>>, const OUT: usize>(
        network: &N,
        options: &N::Options,
        unknowns: Unknowns,
        data: Dataset<'_, N::Scalar, N::Input, Features<OUT>>,
    ) -> Option<Self> {
        let penalty = Penalty::new::<N>(options, &unknowns)?;
        let targets = (data.x.samples() * OUT) as f64;
        // The penalties of the mean of the squares, in units of their sum.
        let penalties: Vec<f64> = penalty.weights().iter().map(|weight| weight * targets).collect();
        let mut matrix = NormalMatrix::new(unknowns.len());
        let mut buffers = SquaresBuffers::new::<N>(unknowns.clone(), Penalty::default(), OUT);
        let batch = data.whole();
        let loss = MeanSquaredError;
        let mut squares =
            BatchSquares { options, loss: &loss, loss_weights: &[targets], batch: &batch, buffers: &mut buffers };
        squares.linearize(network, &mut matrix);
        let Covariance { inverse, effective_parameters } = Covariance::new(&matrix, unknowns.len(), &penalties);
        let freedom = targets - effective_parameters;
        if freedom < 1e-9 * targets {
            let covariance = DMatrix::from_element(unknowns.len(), unknowns.len(), f64::INFINITY);
            return Some(Self { unknowns, covariance, noise: f64::INFINITY, effective_parameters });
        }
        // The sum of the squares is that of the mean over the outputs, times the number of outputs.
        let variance = matrix.sum_of_squares() / freedom;
        Some(Self { unknowns, covariance: inverse * variance, noise: variance.sqrt(), effective_parameters })
    }

    /// Returns `σ`, the standard deviation of the targets about the outputs. It is infinite if there are not more targets than
    /// parameters that they determine.
    pub fn noise(&self) -> f64 {
        self.noise
    }

    /// Returns how many parameters the data determines: at most their number, fewer with penalties.
    pub fn effective_parameters(&self) -> f64 {
        self.effective_parameters
    }

    /// Returns the covariance of the trained parameters, in the order of the network.
    pub fn covariance(&self) -> &DMatrix<f64> {
        &self.covariance
    }

    /// Returns the standard deviation of each output at the samples of `x`, one row per sample: how far the network may be from
    /// the curve. About 95% of the curve lies within 1.96 of them.
    ///
    /// New targets scatter about the curve too. Their standard deviation is `√(σ² + s²)`, where `s` is that of the output and `σ`
    /// the [`noise`](Self::noise).
    ///
    /// # Errors
    /// If `x` has no rows, or a value is NaN or infinite.
    pub fn standard_errors<N, X, const OUT: usize>(&self, network: &N, x: &X) -> Result<DMatrix<f64>, DataError>
    where
        N: BaseNetwork<Output = Features<OUT>> + TwiceDifferentiable,
        X: Data<N::Scalar, N::Input> + ?Sized,
    {
        check::inputs(&x)?;
        let jacobian = parameter_jacobian(network, &LayerOptions::<N>::new().values, &self.unknowns, &x);
        let product = &jacobian * &self.covariance;
        Ok(DMatrix::from_fn(x.samples(), OUT, |sample, output| {
            let row = sample * OUT + output;
            product.row(row).dot(&jacobian.row(row)).max(0.0).sqrt()
        }))
    }
}
