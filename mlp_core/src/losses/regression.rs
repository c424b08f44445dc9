//! Regression losses.

use num_traits::clamp_min;

use super::pointwise::{EPSILON, number, pointwise_losses};
use crate::scalar::Scalar;

pointwise_losses! {
    /// `(ŷ − y)²`, the mean over the outputs.
    ///
    /// Keras: `MeanSquaredError`. PyTorch: `MSELoss`.
    #[doc(alias = "MSELoss")]
    #[doc(alias = "MseLoss")]
    #[doc(alias = "Mse")]
    #[doc(alias = "MSE")]
    struct MeanSquaredError;
    "mean_squared_error" (vectorized)
    |_loss, prediction, target| {
        let error = prediction - target;
        (error * error, error + error)
    }
    residual |prediction, target| { (prediction - target, T::one()) }

    /// `|ŷ − y|`, the mean over the outputs.
    ///
    /// Keras: `MeanAbsoluteError`. PyTorch: `L1Loss`.
    #[doc(alias = "L1Loss")]
    #[doc(alias = "Mae")]
    #[doc(alias = "MAE")]
    struct MeanAbsoluteError;
    "mean_absolute_error" (vectorized)
    |_loss, prediction, target| {
        let error = prediction - target;
        (error.abs(), sign(error))
    }

    /// `100 · |ŷ − y| / max(|y|, 1e-7)`, the mean over the outputs.
    ///
    /// Keras: `MeanAbsolutePercentageError`.
    struct MeanAbsolutePercentageError;
    "mean_absolute_percentage_error" (vectorized)
    |_loss, prediction, target| {
        let unit = number::<T>(100.0) / target.abs().max(number(EPSILON));
        let error = prediction - target;
        (error.abs() * unit, sign(error) * unit)
    }

    /// `(ln(1 + ŷ) − ln(1 + y))²`, the mean over the outputs; values below 1e-7 count as 1e-7.
    ///
    /// Keras: `MeanSquaredLogarithmicError`.
    struct MeanSquaredLogarithmicError;
    "mean_squared_logarithmic_error" (vectorized)
    |_loss, prediction, target| {
        let min = number::<T>(EPSILON);
        let error = clamp_min(prediction, min).ln_1p() - clamp_min(target, min).ln_1p();
        let derivative = if prediction < min { T::zero() } else { (error + error) / (prediction + T::one()) };
        (error * error, derivative)
    }
    residual |prediction, target| {
        let min = number::<T>(EPSILON);
        let residual = clamp_min(prediction, min).ln_1p() - clamp_min(target, min).ln_1p();
        (residual, if prediction < min { T::zero() } else { (prediction + T::one()).recip() })
    }

    /// `e² / 2` where `|e| ≤ δ`, else `δ |e| − δ² / 2`, with `e = ŷ − y`; the mean over the outputs.
    ///
    /// Keras: `Huber`. PyTorch: `HuberLoss`. Source: Huber, "Robust Estimation of a Location Parameter", 1964.
    #[doc(alias = "HuberLoss")]
    #[doc(alias = "SmoothL1Loss")]
    struct Huber {
        /// Sets `δ`, the error from which the loss is linear. Defaults to 1.
        delta: f64 = 1.0,
    }
    "huber" (vectorized)
    |huber, prediction, target| {
        let error = prediction - target;
        let delta = number::<T>(huber.delta);
        let half = number::<T>(0.5);
        if error.abs() <= delta {
            (half * error * error, error)
        } else {
            (delta * error.abs() - half * delta * delta, delta * sign(error))
        }
    }

    /// `ln cosh(ŷ − y)`, the mean over the outputs.
    ///
    /// Keras: `LogCosh`.
    struct LogCosh;
    "log_cosh" (vectorized)
    |_loss, prediction, target| {
        // ln cosh e = |e| + ln(1 + exp(−2 |e|)) − ln 2
        let error = prediction - target;
        let size = error.abs();
        (size + (-(size + size)).exp().ln_1p() - number(core::f64::consts::LN_2), error.tanh())
    }

    /// `ŷ − y ln(ŷ + 1e-7)`, the mean over the outputs, for counts `y` and positive predictions.
    ///
    /// Keras: `Poisson`. PyTorch: `PoissonNLLLoss(log_input=False)`.
    struct Poisson;
    "poisson" (vectorized)
    |_loss, prediction, target| {
        let shifted = prediction + number(EPSILON);
        (prediction - target * shifted.ln(), T::one() - target / shifted)
    }

    /// `max(q e, (q − 1) e)` with `e = y − ŷ`, the mean over the outputs: the pinball loss.
    ///
    /// The loss is minimal where the prediction is the quantile `q` of its targets. Defaults to the median.
    /// scikit-learn: `mean_pinball_loss`. Source: Koenker and Bassett, "Regression Quantiles", 1978.
    struct Quantile(
        /// Creates the loss of a quantile between 0 and 1; 0.5 is the median.
        quantile: f64 = 0.5
    )
    "quantile" (vectorized)
    |pinball, prediction, target| {
        let error = target - prediction;
        let quantile = number::<T>(pinball.quantile);
        let factor = if error > T::zero() { quantile } else { quantile - T::one() };
        (factor * error, if error == T::zero() { T::zero() } else { -factor })
    }
}

/// Returns the sign of a number, 0 for 0.
fn sign<T: Scalar>(number: T) -> T {
    if number == T::zero() { number } else { number.signum() }
}
