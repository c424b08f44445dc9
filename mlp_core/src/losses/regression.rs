//! Losses of numbers.

use num_traits::clamp_min;

use super::pointwise::{EPSILON, Pointwise, any, evaluate, losses, number};
use super::{Comparison, Loss};
use crate::layers::Features;
use crate::scalar::Scalar;

/// `100 · |y − ŷ| / max(|y|, 1e-7)`, the mean over the outputs. Keras: `MeanAbsolutePercentageError`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeanAbsolutePercentageError;

/// `(ln(1 + ŷ) − ln(1 + y))²`, the mean over the outputs, with negative numbers taken for 1e-7. Keras:
/// `MeanSquaredLogarithmicError`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeanSquaredLogarithmicError;

/// `e² / 2` up to `|e| = delta`, and `delta · |e| − delta² / 2` beyond, with `e = ŷ − y`: the mean over the outputs.
///
/// Keras: `Huber`. Source: Huber, "Robust Estimation of a Location Parameter", 1964.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Huber {
    /// From which error on the loss is linear; 1 if nothing is said.
    pub delta: f64,
}

impl Default for Huber {
    fn default() -> Self {
        Self { delta: 1.0 }
    }
}

impl Huber {
    /// Linear from `delta` on.
    pub fn new(delta: f64) -> Self {
        Self { delta }
    }
}

/// `ln cosh(ŷ − y)`, the mean over the outputs. Keras: `LogCosh`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LogCosh;

/// `ŷ − y ln(ŷ + 1e-7)`, the mean over the outputs, of positive predictions of counts. Keras: `Poisson`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Poisson;

/// `max(q e, (q − 1) e)` with `e = y − ŷ`, the mean over the outputs: the pinball loss, which is least where a prediction is
/// the quantile `q` of its targets.
///
/// Source: Koenker and Bassett, "Regression Quantiles", 1978.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantile {
    /// Which quantile, between 0 and 1.
    pub quantile: f64,
}

impl Quantile {
    /// The quantile `q`: 0.5 is the median.
    pub fn new(quantile: f64) -> Self {
        Self { quantile }
    }
}

/// `max(qₖ eₖ, (qₖ − 1) eₖ)` with `eₖ = y − ŷₖ`, the mean over the outputs, each of which is another quantile of the same
/// target.
///
/// For a network with an output for each quantile and one target: `Dense(8 => 3)` and `Quantiles([0.1, 0.5, 0.9])` give a
/// median and where four fifths of the targets lie. scikit-learn: the mean of `mean_pinball_loss` with each `alpha`.
///
/// ```
/// use mlp_core::layers::Features;
/// use mlp_core::losses::{Loss, Quantiles};
///
/// fn is_loss<L: Loss<f32, Features<3>, Targets = Features<1>>>(_: L) {}
/// is_loss(Quantiles([0.1, 0.5, 0.9]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantiles<const COUNT: usize>(
    /// Which quantile each output is, between 0 and 1.
    pub [f64; COUNT],
);

#[diagnostic::do_not_recommend]
impl<T: Scalar, const COUNT: usize> Loss<T, Features<COUNT>> for Quantiles<COUNT> {
    type Targets = Features<1>;

    fn name(&self) -> &'static str {
        "quantiles"
    }
    fn evaluate(&self, comparison: Comparison<'_, T>) -> f64 {
        let Comparison { predictions, targets, weights, mut gradient, scale } = comparison;
        let share = T::from_f64(1.0 / COUNT as f64);
        let mut sum = 0.0;
        for (output, &quantile) in self.0.iter().enumerate() {
            let pairs = predictions.feature(output).iter().zip(targets.feature(0));
            for (sample, (&prediction, &target)) in pairs.enumerate() {
                let weight = weights.map_or(T::one(), |weights| weights[sample]) * share;
                let (value, slope) = Quantile { quantile }.at(prediction, target);
                sum += Scalar::to_f64(value * weight);
                if let Some(gradient) = &mut gradient {
                    gradient.feature(output)[sample] = slope * weight * scale;
                }
            }
            if let Some(gradient) = &mut gradient {
                gradient.clear_padding(output);
            }
        }
        sum
    }
}

losses! {
    MeanAbsolutePercentageError = "mean_absolute_percentage_error", any, |_, prediction: T, target: T| {
        let unit = number::<T>(100.0) / target.abs().max(number(EPSILON));
        let error = prediction - target;
        (error.abs() * unit, sign(error) * unit)
    };
    MeanSquaredLogarithmicError = "mean_squared_logarithmic_error", any, |_, prediction: T, target: T| {
        let least = number::<T>(EPSILON);
        let error = clamp_min(prediction, least).ln_1p() - clamp_min(target, least).ln_1p();
        let slope = if prediction < least { T::zero() } else { (error + error) / (prediction + T::one()) };
        (error * error, slope)
    };
    Huber = "huber", any, |loss: &Huber, prediction: T, target: T| {
        let (error, delta, half) = (prediction - target, number::<T>(loss.delta), number::<T>(0.5));
        if error.abs() <= delta {
            (half * error * error, error)
        } else {
            (delta * error.abs() - half * delta * delta, delta * sign(error))
        }
    };
    LogCosh = "log_cosh", any, |_, prediction: T, target: T| {
        // ln cosh e = |e| + ln(1 + exp(−2 |e|)) − ln 2
        let error = prediction - target;
        let size = error.abs();
        (size + (-(size + size)).exp().ln_1p() - number(core::f64::consts::LN_2), error.tanh())
    };
    Poisson = "poisson", any, |_, prediction: T, target: T| {
        let shifted = prediction + number(EPSILON);
        (prediction - target * shifted.ln(), T::one() - target / shifted)
    };
    Quantile = "quantile", any, |loss: &Quantile, prediction: T, target: T| {
        let (error, quantile) = (target - prediction, number::<T>(loss.quantile));
        let slope = if error > T::zero() { quantile } else { quantile - T::one() };
        (slope * error, if error == T::zero() { T::zero() } else { -slope })
    };
}

/// The sign, and 0 of 0.
fn sign<T: Scalar>(number: T) -> T {
    if number == T::zero() { number } else { number.signum() }
}
