//! Losses of yes and no, for each output by itself.

use num_traits::{clamp, clamp_min};

use super::pointwise::{EPSILON, Pointwise, any, evaluate, losses, number, probability};
use super::{Comparison, Loss};
use crate::layers::Features;
use crate::scalar::Scalar;

/// `−y ln p − (1 − y) ln(1 − p)` with `p = sigmoid(z)`, the mean over the outputs `z`.
///
/// The network gives logits, without a sigmoid of its own; both are computed in one, which is stable. A target is from 0 to
/// 1. Keras: `BinaryCrossentropy(from_logits=True)`. PyTorch: `BCEWithLogitsLoss`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BinaryCrossentropy {
    /// Whether the network gives logits, as it does if nothing is said, or probabilities.
    pub from_logits: bool,
    /// How far targets are moved toward one half.
    pub label_smoothing: f64,
}

impl Default for BinaryCrossentropy {
    fn default() -> Self {
        Self { from_logits: true, label_smoothing: 0.0 }
    }
}

impl BinaryCrossentropy {
    /// For a network that ends in a sigmoid. Keras: `BinaryCrossentropy()`.
    pub fn from_probabilities() -> Self {
        Self { from_logits: false, ..Self::default() }
    }
    /// Moves targets toward one half: `y (1 − s) + s / 2`.
    #[must_use]
    pub fn label_smoothing(self, label_smoothing: f64) -> Self {
        Self { label_smoothing, ..self }
    }
}

/// `(1 − pₜ)^gamma` times the binary cross-entropy, with `pₜ` the probability of what is right: what is clear already counts
/// less.
///
/// The network gives logits. Keras: `BinaryFocalCrossentropy(from_logits=True)`. Source: Lin et al., "Focal Loss for Dense
/// Object Detection", 2017.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BinaryFocalCrossentropy {
    /// How much less what is clear counts; 2 if nothing is said.
    pub gamma: f64,
    /// The weight of a yes, one minus which is that of a no, if classes are balanced. Keras: `apply_class_balancing` and
    /// `alpha`.
    pub alpha: Option<f64>,
    /// Whether the network gives logits, as it does if nothing is said, or probabilities.
    pub from_logits: bool,
    /// How far targets are moved toward one half.
    pub label_smoothing: f64,
}

impl Default for BinaryFocalCrossentropy {
    fn default() -> Self {
        Self { gamma: 2.0, alpha: None, from_logits: true, label_smoothing: 0.0 }
    }
}

impl BinaryFocalCrossentropy {
    /// For a network that ends in a sigmoid.
    pub fn from_probabilities() -> Self {
        Self { from_logits: false, ..Self::default() }
    }
    /// How much less what is clear counts.
    #[must_use]
    pub fn gamma(self, gamma: f64) -> Self {
        Self { gamma, ..self }
    }
    /// Balances the classes: a yes counts `alpha`, a no `1 − alpha`. Keras's default is 0.25.
    #[must_use]
    pub fn alpha(self, alpha: f64) -> Self {
        Self { alpha: Some(alpha), ..self }
    }
    /// Moves targets toward one half.
    #[must_use]
    pub fn label_smoothing(self, label_smoothing: f64) -> Self {
        Self { label_smoothing, ..self }
    }
}

/// `max(1 − y ŷ, 0)`, the mean over the outputs, for targets −1 and 1; 0 is taken for −1. Keras: `Hinge`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hinge;

/// `max(1 − y ŷ, 0)²`, the mean over the outputs, for targets −1 and 1; 0 is taken for −1. Keras: `SquaredHinge`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SquaredHinge;

losses! {
    BinaryCrossentropy = "binary_crossentropy", probability, |loss: &BinaryCrossentropy, prediction: T, target: T| {
        let target = smooth(target, loss.label_smoothing);
        if loss.from_logits { crossentropy_of_logit(prediction, target) } else { crossentropy(prediction, target) }
    };
    BinaryFocalCrossentropy = "binary_focal_crossentropy", probability,
        |loss: &BinaryFocalCrossentropy, prediction: T, target: T| {
        let (one, target) = (T::one(), smooth(target, loss.label_smoothing));
        // p, dp / dz, and the cross-entropy with its slope
        let (p, inner, (entropy, entropy_slope)) = if loss.from_logits {
            let p = sigmoid(prediction);
            (p, p * (one - p), crossentropy_of_logit(prediction, target))
        } else {
            (prediction, one, crossentropy(prediction, target))
        };
        // d (1 − pₜ)^γ / dp = −γ (1 − pₜ)^(γ − 1) (2 y − 1), whose product with the cross-entropy ends at 0
        let unclear = one - (target * p + (one - target) * (one - p));
        let gamma = number::<T>(loss.gamma);
        let factor = unclear.powf(gamma);
        let bend = if loss.gamma == 0.0 || unclear <= T::zero() { T::zero() } else { gamma * unclear.powf(gamma - one) };
        let factor_slope = bend * (one - target - target) * inner;
        let weight = loss.alpha.map_or(one, |alpha| {
            let alpha = number::<T>(alpha);
            target * alpha + (one - target) * (one - alpha)
        });
        (weight * factor * entropy, weight * (factor_slope * entropy + factor * entropy_slope))
    };
    Hinge = "hinge", any, |_, prediction: T, target: T| {
        let target = plus_or_minus(target);
        let margin = T::one() - target * prediction;
        if margin <= T::zero() { (T::zero(), T::zero()) } else { (margin, -target) }
    };
    SquaredHinge = "squared_hinge", any, |_, prediction: T, target: T| {
        let target = plus_or_minus(target);
        let margin = clamp_min(T::one() - target * prediction, T::zero());
        (margin * margin, -(margin + margin) * target)
    };
}

fn smooth<T: Scalar>(target: T, smoothing: f64) -> T {
    if smoothing == 0.0 { target } else { target * number(1.0 - smoothing) + number(0.5 * smoothing) }
}

fn plus_or_minus<T: Scalar>(target: T) -> T {
    if target == T::zero() { -T::one() } else { target }
}

fn sigmoid<T: Scalar>(z: T) -> T {
    let small = (-z.abs()).exp();
    (if z > T::zero() { T::one() } else { small }) / (T::one() + small)
}

/// The binary cross-entropy of a logit, `max(z, 0) − z y + ln(1 + exp(−|z|))`, and its derivative.
fn crossentropy_of_logit<T: Scalar>(z: T, target: T) -> (T, T) {
    (clamp_min(z, T::zero()) - z * target + (-z.abs()).exp().ln_1p(), sigmoid(z) - target)
}

/// The binary cross-entropy of a probability, kept away from 0 and 1 as Keras keeps it, and its derivative.
fn crossentropy<T: Scalar>(p: T, target: T) -> (T, T) {
    let (one, least) = (T::one(), number::<T>(EPSILON));
    let clipped = clamp(p, least, one - least);
    let value = -(target * clipped.ln() + (one - target) * (one - clipped).ln());
    let slope = if p == clipped { (one - target) / (one - p) - target / p } else { T::zero() };
    (value, slope)
}
