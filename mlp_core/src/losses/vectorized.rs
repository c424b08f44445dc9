//! Losses with vectorized kernels: the formulas of the tables, for SIMD registers.
//!
//! The kernels are compiled in this crate, once for each scalar type.

use super::pointwise::EPSILON;
use super::{
    BinaryCrossentropy, BinaryFocalCrossentropy, Hinge, Huber, KlDivergence, LogCosh, MeanAbsoluteError,
    MeanAbsolutePercentageError, MeanSquaredError, MeanSquaredLogarithmicError, Poisson, Quantile, SquaredHinge,
};
use crate::kernels::math::{self, Elementary, Logit, abs, clamp, neg};
use crate::kernels::{ElementwiseEvaluation, ElementwiseLoss, Vector, loss_kernel, splat};

/// Implements [`ElementwiseLoss`] by a function that returns the value and the derivative, and its kernels.
macro_rules! elementwise {
    ($($loss:ident $(($mean:ident))? |$this:ident, $prediction:ident, $target:ident| $formulas:block)*) => {$(
        impl ElementwiseLoss for $loss {
            $(const IS_MEAN: bool = $mean;)?

            #[inline(always)]
            fn value_and_derivative<V: Vector<Scalar: Elementary>>(&self, $prediction: V, $target: V) -> (V, V) {
                let $this = self;
                $formulas
            }
        }

        loss_kernel!($loss, ElementwiseEvaluation::new);
    )*};
}

elementwise! {
    // e², 2 e
    MeanSquaredError |_loss, prediction, target| {
        let error = prediction.sub(target);
        (error.mul(error), error.add(error))
    }
    // |e|, sign(e)
    MeanAbsoluteError |_loss, prediction, target| {
        let error = prediction.sub(target);
        (abs(error), sign(error))
    }
    // u |e|, u sign(e) with u = 100 / max(|y|, ε)
    MeanAbsolutePercentageError |_loss, prediction, target| {
        let unit = splat::<V>(100.0).div(splat::<V>(EPSILON).max(abs(target)));
        let error = prediction.sub(target);
        (abs(error).mul(unit), sign(error).mul(unit))
    }
    // e², 2 e / (1 + ŷ) with e = ln(1 + ŷ) − ln(1 + y)
    MeanSquaredLogarithmicError |_loss, prediction, target| {
        let min = splat::<V>(EPSILON);
        let (error, scale) = math::ln_1p_difference(min.max(prediction), min.max(target));
        let derivative = error.add(error).mul(scale);
        (error.mul(error), min.sub(prediction).select_positive(splat(0.0), derivative))
    }
    // e² / 2, e where |e| ≤ δ; δ |e| − δ² / 2, δ sign(e) elsewhere
    Huber |loss, prediction, target| {
        let (error, delta, half) = (prediction.sub(target), splat::<V>(loss.delta), splat::<V>(0.5));
        let size = abs(error);
        let is_large = size.sub(delta);
        let linear = delta.mul(size).sub(half.mul(delta).mul(delta));
        let value = is_large.select_positive(linear, half.mul(error).mul(error));
        (value, is_large.select_positive(delta.mul(sign(error)), error))
    }
    // |e| + ln(1 + exp(−2 |e|)) − ln 2, tanh e
    LogCosh |_loss, prediction, target| {
        math::ln_cosh_and_tanh(prediction.sub(target))
    }
    // ŷ − y ln(ŷ + ε), 1 − y / (ŷ + ε)
    Poisson |_loss, prediction, target| {
        let shifted = prediction.add(splat(EPSILON));
        (prediction.sub(target.mul(math::ln(shifted))), splat::<V>(1.0).sub(target.div(shifted)))
    }
    // f e, −f with e = y − ŷ and f = q where e > 0, q − 1 elsewhere
    Quantile |loss, prediction, target| {
        let error = target.sub(prediction);
        let factor = error.select_positive(splat::<V>(loss.quantile), splat(loss.quantile - 1.0));
        (factor.mul(error), abs(error).select_positive(neg(factor), error))
    }
    BinaryCrossentropy |loss, prediction, target| {
        let target = smooth(target, loss.label_smoothing);
        if loss.from_logits { crossentropy_of_logit(prediction, target) } else { crossentropy(prediction, target) }
    }
    // The equations stand at the loss.
    BinaryFocalCrossentropy |loss, prediction, target| {
        let (one, zero, target) = (splat::<V>(1.0), splat::<V>(0.0), smooth(target, loss.label_smoothing));
        let (p, inner, (entropy, entropy_derivative)) = if loss.from_logits {
            let Logit { gate, rest, .. } = math::logit(prediction);
            (gate, gate.mul(rest), crossentropy_of_logit(prediction, target))
        } else {
            (prediction, one, crossentropy(prediction, target))
        };
        let error = one.sub(target.mul(p).add(one.sub(target).mul(one.sub(p))));
        let (factor, power) = if loss.gamma == 0.0 {
            (one, zero)
        } else if loss.gamma == 2.0 {
            (error.mul(error), error.add(error))
        } else {
            let ln = math::ln(error);
            let gamma = splat::<V>(loss.gamma);
            let power = gamma.mul(math::exp(gamma.sub(one).mul(ln)));
            (math::exp(gamma.mul(ln)), error.select_positive(power, zero))
        };
        let factor_derivative = power.mul(one.sub(target).sub(target)).mul(inner);
        let weight = loss.alpha.map_or(one, |alpha| {
            target.mul(splat(alpha)).add(one.sub(target).mul(splat(1.0 - alpha)))
        });
        let derivative = factor_derivative.mul(entropy).add(factor.mul(entropy_derivative));
        (weight.mul(factor).mul(entropy), weight.mul(derivative))
    }
    // max(m, 0), −y where the margin m = 1 − y ŷ is positive
    Hinge |_loss, prediction, target| {
        let (target, zero) = (plus_or_minus(target), splat::<V>(0.0));
        let margin = splat::<V>(1.0).sub(target.mul(prediction));
        (zero.max(margin), margin.select_positive(neg(target), zero.mul(margin)))
    }
    // max(m, 0)², −2 max(m, 0) y
    SquaredHinge |_loss, prediction, target| {
        let target = plus_or_minus(target);
        let margin = splat::<V>(0.0).max(splat::<V>(1.0).sub(target.mul(prediction)));
        (margin.mul(margin), neg(margin.add(margin)).mul(target))
    }
    // y ln(y / p), −y / p with p = ŷ and y clamped
    KlDivergence (false) |_loss, prediction, target| {
        let (min, one) = (splat::<V>(EPSILON), splat::<V>(1.0));
        let (p, y) = (clamp(prediction, min, one), clamp(target, min, one));
        let (ratio, is_clamped) = (y.div(p), abs(p.sub(prediction)));
        (y.mul(math::ln_of_moderate(ratio)), is_clamped.select_positive(splat(0.0), neg(ratio)))
    }
}

/// Returns the sign of a number, 0 for 0.
#[inline(always)]
fn sign<V: Vector<Scalar: Elementary>>(number: V) -> V {
    number.select_positive(splat(1.0), neg(number).select_positive(splat(-1.0), number))
}

/// `y (1 − s) + s / 2`
#[inline(always)]
fn smooth<V: Vector<Scalar: Elementary>>(target: V, smoothing: f64) -> V {
    if smoothing == 0.0 { target } else { target.mul(splat(1.0 - smoothing)).add(splat(0.5 * smoothing)) }
}

/// Returns −1 for a target of 0, and every other target unchanged.
#[inline(always)]
fn plus_or_minus<V: Vector<Scalar: Elementary>>(target: V) -> V {
    abs(target).select_positive(target, splat(-1.0))
}

/// Returns `max(z, 0) − z y + ln(1 + exp(−|z|))` and its derivative.
#[inline(always)]
fn crossentropy_of_logit<V: Vector<Scalar: Elementary>>(z: V, target: V) -> (V, V) {
    let Logit { log, gate, .. } = math::logit(z);
    (splat::<V>(0.0).max(z).sub(z.mul(target)).add(log), gate.sub(target))
}

/// Returns the binary cross-entropy of a probability, clamped away from 0 and 1, and its derivative.
// (1 − y) / (1 − p) − y / p = (p − y) / (p (1 − p))
#[inline(always)]
fn crossentropy<V: Vector<Scalar: Elementary>>(p: V, target: V) -> (V, V) {
    let (one, min) = (splat::<V>(1.0), splat::<V>(EPSILON));
    let clamped = clamp(p, min, one.sub(min));
    let (opposite, rest) = (one.sub(clamped), one.sub(target));
    let value = neg(target.mul(math::ln_of_moderate(clamped)).add(rest.mul(math::ln_of_moderate(opposite))));
    let derivative = clamped.sub(target).div(clamped.mul(opposite));
    (value, abs(p.sub(clamped)).select_positive(splat(0.0), derivative))
}
