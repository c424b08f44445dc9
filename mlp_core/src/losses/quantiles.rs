//! Several quantiles of one target.

use super::pointwise::PointwiseLoss;
use super::{Loss, LossInput, LossMetric, Quantile};
use crate::layers::Features;
use crate::scalar::Scalar;

/// `max(qₖ eₖ, (qₖ − 1) eₖ)` with `eₖ = y − ŷₖ`, the mean over the outputs: each output is a quantile of the one target.
///
/// The network has one output for each quantile: `Dense(8 => 3)` with `Quantiles::new([0.1, 0.5, 0.9])` predicts the
/// median and the interval that holds 80% of the targets. scikit-learn: the mean of `mean_pinball_loss` over the `alpha`.
///
/// ```
/// # extern crate mlp_core as mlp;
/// use mlp::layers::Features;
/// use mlp::losses::{Loss, Quantiles};
///
/// fn is_loss<L: Loss<f32, Features<3>, Targets = Features<1>>>(_: L) {}
/// is_loss(Quantiles::new([0.1, 0.5, 0.9]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantiles<const COUNT: usize> {
    quantiles: [f64; COUNT],
}

impl<const COUNT: usize> Quantiles<COUNT> {
    /// Creates the loss of these quantiles, each between 0 and 1, in the order of the outputs.
    pub fn new(quantiles: [f64; COUNT]) -> Self {
        Self { quantiles }
    }
}

impl<const COUNT: usize> LossMetric for Quantiles<COUNT> {}

#[diagnostic::do_not_recommend]
impl<T: Scalar, const COUNT: usize> Loss<T, Features<COUNT>> for Quantiles<COUNT> {
    type Targets = Features<1>;

    fn name(&self) -> &'static str {
        "quantiles"
    }
    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        self.quantiles.iter().for_each(|&quantile| visit("quantile", quantile));
    }
    fn evaluate(&self, input: LossInput<'_, T>) -> f64 {
        let LossInput { pairs, mut gradient, scale } = input;
        let share = T::from_f64(1.0 / COUNT as f64);
        let mut sum = 0.0;
        for (output, &quantile) in self.quantiles.iter().enumerate() {
            let elements = pairs.predictions.feature(output).iter().zip(pairs.targets.feature(0));
            for (sample, (&prediction, &target)) in elements.enumerate() {
                let weight = pairs.weight(sample) * share;
                let (value, derivative) = Quantile::new(quantile).value_and_derivative(prediction, target);
                sum += Scalar::to_f64(value * weight);
                if let Some(gradient) = &mut gradient {
                    gradient.feature(output)[sample] = derivative * weight * scale;
                }
            }
            if let Some(gradient) = &mut gradient {
                gradient.clear_padding(output);
            }
        }
        sum
    }
}
