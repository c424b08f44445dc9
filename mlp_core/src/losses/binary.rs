//! Binary classification losses (cross-entropy, focal, hinge), for each output on its own.

use num_traits::{clamp, clamp_min};

use super::pointwise::{EPSILON, number, pointwise_losses, probability};
use crate::scalar::Scalar;

pointwise_losses! {
    /// `−y ln p − (1 − y) ln(1 − p)` with `p = sigmoid(z)`, the mean over the outputs `z`, for targets from 0 to 1.
    ///
    /// Expects logits: sigmoid and loss are computed together, which is numerically stable. A network that ends in a
    /// sigmoid needs `from_logits(false)`. Keras: `BinaryCrossentropy(from_logits=True)`. PyTorch: `BCEWithLogitsLoss`.
    #[doc(alias = "BCELoss")]
    #[doc(alias = "BCEWithLogitsLoss")]
    #[doc(alias = "BinaryCrossEntropyLoss")]
    struct BinaryCrossentropy {
        /// Sets whether the outputs are logits; if not, they are probabilities. Defaults to `true`.
        from_logits: bool = true,
        /// Sets `s`, which moves targets toward one half: `y (1 − s) + s / 2`. Defaults to 0.
        label_smoothing: f64 = 0.0,
    }
    "binary_crossentropy" targets: probability; logits if from_logits; (vectorized)
    |loss, prediction, target| {
        let target = smooth(target, loss.label_smoothing);
        if loss.from_logits { crossentropy_of_logit(prediction, target) } else { crossentropy(prediction, target) }
    }

    /// `(1 − pₜ)^γ` times the binary cross-entropy, with `pₜ` the probability of the true class; the mean over the outputs.
    ///
    /// The factor reduces the weight of easy examples. Expects logits, as [`BinaryCrossentropy`]. Keras:
    /// `BinaryFocalCrossentropy(from_logits=True)`. Source: Lin et al., "Focal Loss for Dense Object Detection", 2017.
    struct BinaryFocalCrossentropy {
        /// Sets `γ`, the focusing exponent. Defaults to 2.
        gamma: f64 = 2.0,
        /// Balances the classes: weight `alpha` for targets of 1, `1 − alpha` for 0. Defaults to no balancing.
        ///
        /// Keras: `apply_class_balancing=True`, with 0.25 as the default of `alpha`.
        alpha(f64): Option<f64> = None,
        /// Sets whether the outputs are logits; if not, they are probabilities. Defaults to `true`.
        from_logits: bool = true,
        /// Sets `s`, which moves targets toward one half: `y (1 − s) + s / 2`. Defaults to 0.
        label_smoothing: f64 = 0.0,
    }
    "binary_focal_crossentropy" targets: probability; logits if from_logits; (vectorized)
    |focal, prediction, target| {
        focal.value_and_derivative_at(prediction, smooth(target, focal.label_smoothing))
    }

    /// `max(1 − y ŷ, 0)`, the mean over the outputs, for targets −1 and 1; a target of 0 counts as −1.
    ///
    /// Keras: `Hinge`.
    struct Hinge;
    "hinge" (vectorized)
    |_loss, prediction, target| {
        let target = plus_or_minus(target);
        let margin = T::one() - target * prediction;
        if margin <= T::zero() { (T::zero(), T::zero()) } else { (margin, -target) }
    }

    /// `max(1 − y ŷ, 0)²`, the mean over the outputs, for targets −1 and 1; a target of 0 counts as −1.
    ///
    /// Keras: `SquaredHinge`.
    struct SquaredHinge;
    "squared_hinge" (vectorized)
    |_loss, prediction, target| {
        let target = plus_or_minus(target);
        let margin = clamp_min(T::one() - target * prediction, T::zero());
        (margin * margin, -(margin + margin) * target)
    }
}

impl BinaryFocalCrossentropy {
    // L = w (1 − pₜ)^γ H, with the cross-entropy H and pₜ = y p + (1 − y)(1 − p)
    // ∂L/∂ŷ = w (∂(1 − pₜ)^γ/∂ŷ · H + (1 − pₜ)^γ ∂H/∂ŷ)
    // ∂(1 − pₜ)^γ/∂p = −γ (1 − pₜ)^(γ − 1) (2 y − 1)
    #[inline(always)]
    fn value_and_derivative_at<T: Scalar>(&self, prediction: T, target: T) -> (T, T) {
        let one = T::one();
        // The probability p, its derivative ∂p/∂ŷ, and H with its derivative.
        let (p, inner, (entropy, entropy_derivative)) = if self.from_logits {
            let p = sigmoid(prediction);
            (p, p * (one - p), crossentropy_of_logit(prediction, target))
        } else {
            (prediction, one, crossentropy(prediction, target))
        };
        let error = one - (target * p + (one - target) * (one - p));
        let gamma = number::<T>(self.gamma);
        let factor = error.powf(gamma);
        // At pₜ = 1, the power can be infinite; its product with H tends to 0.
        let power = if self.gamma == 0.0 || error <= T::zero() { T::zero() } else { gamma * error.powf(gamma - one) };
        let factor_derivative = power * (one - target - target) * inner;
        let weight = self.alpha.map_or(one, |alpha| {
            let alpha = number::<T>(alpha);
            target * alpha + (one - target) * (one - alpha)
        });
        (weight * factor * entropy, weight * (factor_derivative * entropy + factor * entropy_derivative))
    }
}

/// `y (1 − s) + s / 2`
fn smooth<T: Scalar>(target: T, smoothing: f64) -> T {
    if smoothing == 0.0 { target } else { target * number(1.0 - smoothing) + number(0.5 * smoothing) }
}

/// Returns −1 for a target of 0, and every other target unchanged.
fn plus_or_minus<T: Scalar>(target: T) -> T {
    if target == T::zero() { -T::one() } else { target }
}

fn sigmoid<T: Scalar>(z: T) -> T {
    let small = (-z.abs()).exp();
    (if z > T::zero() { T::one() } else { small }) / (T::one() + small)
}

/// Returns the binary cross-entropy of a logit, `max(z, 0) − z y + ln(1 + exp(−|z|))`, and its derivative.
fn crossentropy_of_logit<T: Scalar>(z: T, target: T) -> (T, T) {
    (clamp_min(z, T::zero()) - z * target + (-z.abs()).exp().ln_1p(), sigmoid(z) - target)
}

/// Returns the binary cross-entropy of a probability, clamped away from 0 and 1 as in Keras, and its derivative.
fn crossentropy<T: Scalar>(p: T, target: T) -> (T, T) {
    let one = T::one();
    let min = number::<T>(EPSILON);
    let clamped = clamp(p, min, one - min);
    let value = -(target * clamped.ln() + (one - target) * (one - clamped).ln());
    let derivative = if p == clamped { (one - target) / (one - p) - target / p } else { T::zero() };
    (value, derivative)
}
