use super::{Loss, MeanSquaredError, MeanSquaredLogarithmicError};
use crate::layers::{Features, Shape};
use crate::scalar::Scalar;

/// Loss that is a sum of squares, as least squares minimize it.
///
/// These are [`MeanSquaredError`], [`MeanSquaredLogarithmicError`], tuples of them for a network with several outputs, the
/// residuals of equations, and custom losses with [`PointwiseLoss::residual`](super::PointwiseLoss::residual):
///
/// ```
/// # extern crate mlp_core as mlp;
/// use mlp::Scalar;
/// use mlp::layers::Features;
/// use mlp::losses::{PointwiseLoss, SumOfSquares};
///
/// /// `((ŷ − y) / y)²`, the mean over the outputs.
/// struct MeanSquaredRelativeError;
///
/// impl PointwiseLoss for MeanSquaredRelativeError {
///     const NAME: &'static str = "mean_squared_relative_error";
///
///     fn value<T: Scalar>(&self, prediction: T, target: T) -> T {
///         ((prediction - target) / target).powi(2)
///     }
///     fn derivative<T: Scalar>(&self, prediction: T, target: T) -> T {
///         T::from_f64(2.0) * (prediction - target) / target.powi(2)
///     }
///     fn residual<T: Scalar>(&self, prediction: T, target: T) -> Option<(T, T)> {
///         Some(((prediction - target) / target, target.recip()))
///     }
/// }
///
/// impl<T: Scalar, const N: usize> SumOfSquares<T, Features<N>> for MeanSquaredRelativeError {}
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a sum of squares",
    label = "expected a loss such as `MeanSquaredError`",
    note = "sums of squares are `MeanSquaredError`, `MeanSquaredLogarithmicError`, tuples of them, and residuals of equations"
)]
pub trait SumOfSquares<T: Scalar, Outputs: Shape> {}

impl<T: Scalar, const N: usize> SumOfSquares<T, Features<N>> for MeanSquaredError {}
impl<T: Scalar, const N: usize> SumOfSquares<T, Features<N>> for MeanSquaredLogarithmicError {}

macro_rules! tuples {
    ($($($loss:ident $output:ident),*;)*) => {$(
        impl<T: Scalar, $($output: Shape, $loss: Loss<T, $output> + SumOfSquares<T, $output>),*>
            SumOfSquares<T, ($($output,)*)> for ($($loss,)*) {}
    )*};
}

tuples! {
    LA A, LB B;
    LA A, LB B, LC C;
    LA A, LB B, LC C, LD D;
    LA A, LB B, LC C, LD D, LE E;
    LA A, LB B, LC C, LD D, LE E, LF F;
    LA A, LB B, LC C, LD D, LE E, LF F, LG G;
    LA A, LB B, LC C, LD D, LE E, LF F, LG G, LH H;
}
