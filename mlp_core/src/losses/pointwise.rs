//! Losses that are the mean, over the outputs, of a function with hyper-parameters of one prediction and one target.

use super::Comparison;
use crate::scalar::Scalar;

/// A function of one prediction and one target.
pub(super) trait Pointwise {
    /// Its value, and its derivative by the prediction.
    fn at<T: Scalar>(&self, prediction: T, target: T) -> (T, T);
}

/// A loss for each entry: its name, which targets it accepts, and the value and the slope at a prediction and a target.
macro_rules! losses {
    ($($name:ident = $text:literal, $accepts:expr, $at:expr;)*) => {$(
        impl Pointwise for $name {
            #[inline(always)]
            fn at<T: Scalar>(&self, prediction: T, target: T) -> (T, T) {
                $at(self, prediction, target)
            }
        }

        // The message names the losses; the compiler would show this table.
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, const N: usize> Loss<T, Features<N>> for $name {
            type Targets = Features<N>;

            fn name(&self) -> &'static str {
                $text
            }
            fn accepts(&self, target: T) -> bool {
                $accepts(target)
            }
            fn evaluate(&self, comparison: Comparison<'_, T>) -> f64 {
                evaluate(self, comparison)
            }
        }
    )*};
}
pub(super) use losses;

pub(super) fn evaluate<T: Scalar>(loss: &impl Pointwise, comparison: Comparison<'_, T>) -> f64 {
    let Comparison { predictions, targets, weights, mut gradient, scale } = comparison;
    assert_eq!(predictions.features(), targets.features(), "features of predictions and targets");
    let share = 1.0 / predictions.features() as f64;
    let scale = scale * T::from_f64(share);
    let mut sum = 0.0;
    for feature in 0..predictions.features() {
        let pairs = predictions.feature(feature).iter().zip(targets.feature(feature));
        for (sample, (&prediction, &target)) in pairs.enumerate() {
            let weight = weights.map_or(T::one(), |weights| weights[sample]);
            let (value, slope) = loss.at(prediction, target);
            sum += Scalar::to_f64(value * weight);
            if let Some(gradient) = &mut gradient {
                gradient.feature(feature)[sample] = slope * weight * scale;
            }
        }
        if let Some(gradient) = &mut gradient {
            gradient.clear_padding(feature);
        }
    }
    sum * share
}

/// The number nearest to a double.
pub(super) fn number<T: Scalar>(value: f64) -> T {
    T::from_f64(value)
}

/// Any number.
pub(super) fn any<T: Scalar>(_target: T) -> bool {
    true
}

/// From 0 to 1.
pub(super) fn probability<T: Scalar>(target: T) -> bool {
    target >= T::zero() && target <= T::one()
}

/// Keras's `epsilon`, which keeps logarithms and quotients finite.
pub(super) const EPSILON: f64 = 1e-7;
