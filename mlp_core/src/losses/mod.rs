//! Loss functions.
//!
//! Classification losses expect logits by default: a network whose last layer has no activation. For a network that ends
//! in a sigmoid or a softmax, set `from_logits(false)`:
//!
//! ```
//! # extern crate mlp_core as mlp;
//! use mlp::losses::{BinaryCrossentropy, CategoricalCrossentropy};
//!
//! let for_logits = CategoricalCrossentropy::new().label_smoothing(0.1);
//! let for_probabilities = BinaryCrossentropy::new().from_logits(false);
//! # let _ = (for_logits, for_probabilities);
//! ```
//!
//! # Custom losses
//!
//! - [`PointwiseLoss`]: two formulas, the value for one prediction and its derivative.
//! - [`Loss`]: everything else, such as losses that combine the outputs of a sample.
//!
//! A new loss of the library is one row of a table: in `regression`, `binary` or `categorical`.

mod binary;
mod categorical;
mod gaussian;
mod input;
mod into_losses;
mod loss_list;
mod pointwise;
mod quantiles;
mod regression;
mod sparse_categorical;
mod sum_of_squares;
#[cfg(test)]
mod tests;
mod vectorized;

pub use binary::*;
pub use categorical::*;
pub use gaussian::*;
pub use input::{Logits, LossInput, MetricInput, ResidualInput};
pub use into_losses::{IntoLosses, Separate, Together};
pub use loss_list::{Joint, LossList, MAX_OUTPUTS};
pub use pointwise::PointwiseLoss;
pub use quantiles::*;
pub use regression::*;
pub use sparse_categorical::*;
pub use sum_of_squares::SumOfSquares;

use crate::layers::Shape;
use crate::options::InvalidValue;
use crate::scalar::Scalar;

/// A measure of the distance between predictions of shape `Outputs` and their targets, with its gradient.
///
/// The loss of a batch is the mean over its samples. Training minimizes it.
///
/// # Custom losses
///
/// A loss that is a mean over the outputs is a [`PointwiseLoss`], which is shorter. Any other loss sums over the samples
/// of a tile itself, each sample times its weight, and sets the gradient if there is one:
///
/// ```
/// # extern crate mlp_core as mlp;
/// use mlp::Scalar;
/// use mlp::layers::Features;
/// use mlp::losses::{Loss, LossInput};
///
/// /// `(Σₖ ŷₖ − y)²`: only the sum of the outputs has a target.
/// struct SquaredErrorOfSum;
///
/// impl<T: Scalar, const N: usize> Loss<T, Features<N>> for SquaredErrorOfSum {
///     type Targets = Features<1>;
///
///     fn name(&self) -> &'static str {
///         "squared_error_of_sum"
///     }
///     fn evaluate(&self, LossInput { pairs, mut gradient, scale }: LossInput<'_, T>) -> f64 {
///         let mut loss = 0.0;
///         for sample in 0..pairs.predictions.samples() {
///             let sum: T = (0..N).map(|output| pairs.predictions.feature(output)[sample]).sum();
///             let error = sum - pairs.targets.feature(0)[sample];
///             loss += (error * error * pairs.weight(sample)).to_f64();
///             for output in 0..N {
///                 let Some(gradient) = &mut gradient else { continue };
///                 gradient.feature(output)[sample] = (error + error) * pairs.weight(sample) * scale;
///             }
///         }
///         loss
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a loss for a network with output `{Outputs}` of `{T}`",
    label = "not a loss for this network's output",
    note = "`compile` expects an optimizer and a loss: `compile(Adam::default(), MeanSquaredError)`",
    note = "losses are `MeanSquaredError`, `MeanAbsoluteError`, … and every type that implements `PointwiseLoss` or `Loss`"
)]
pub trait Loss<T: Scalar, Outputs: Shape>: Send + Sync {
    /// Shape of the targets of one sample.
    type Targets: Shape;

    /// Returns the name in the history, such as `mean_squared_error`.
    fn name(&self) -> &'static str;

    /// States that [`accepts`](Self::accepts) is always `true`, so that training need not call it.
    #[doc(hidden)]
    const ACCEPTS_ALL: bool = false;

    /// Returns whether a finite `target` is a valid target. Defaults to `true`.
    fn accepts(&self, target: T) -> bool {
        let _ = target;
        true
    }

    /// Returns the activation that the loss applies to the outputs, which are logits: `softmax` or `sigmoid`. Training rejects
    /// a network that ends in one, too. Defaults to none.
    fn logits_activation(&self) -> Option<&'static str> {
        None
    }

    /// Returns an error if the value of an option is invalid. Training calls it before the first step. Defaults to no check.
    ///
    /// # Errors
    /// Names the option and its valid values.
    fn check(&self) -> Result<(), InvalidValue> {
        Ok(())
    }

    /// Visits the options: their names and values. A checkpoint stores them, and loading it with others is an error.
    /// Defaults to no options.
    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        let _ = visit;
    }

    /// Returns the weighted sum of the losses of a tile's samples, and sets the gradient if there is one.
    ///
    /// The derivative of each sample's loss is multiplied by the weight of the sample and by [`LossInput::scale`]. The
    /// padding of the gradient is zero and must stay zero.
    fn evaluate(&self, input: LossInput<'_, T>) -> f64;

    /// Sets the residuals of a tile, if the loss is a [`SumOfSquares`], and else NaN.
    #[doc(hidden)]
    fn residuals(&self, mut input: ResidualInput<'_, T>) {
        input.residuals.fill(T::nan());
        input.derivatives.fill(T::nan());
    }
}

/// Marker of the losses that are metrics too: the mean of the loss over the samples.
///
/// Every [`PointwiseLoss`] is one. For another custom loss, implement it with an empty body.
pub trait LossMetric {
    /// Sign of the metric: −1 where the metric is the negative of the loss.
    const SIGN: f64 = 1.0;
}
