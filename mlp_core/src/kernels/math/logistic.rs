//! Sigmoids of registers, and functions that share their exponential.

use super::exponential::{nearest_power, power_and_rest, without_power};
use super::logarithm::double_atanh;
use super::{Elementary, abs, clamp, neg, polynomial, polynomial_by_pairs, square_plus_offset};
use crate::kernels::vector::{Vector, splat};

/// The exponential of `−a`, for `a ≥ 0`, and two terms that it cannot replace near `a = 0`.
pub(super) struct Decay<V> {
    /// `u = e⁻ᵃ`, zero where [`exp`](super::exp) is.
    pub(super) exp: V,
    /// `1 − u`
    pub(super) complement: V,
    /// `1 / (1 + u)`
    pub(super) scale: V,
}

/// Returns `e⁻ᵃ` for `a ≥ 0`. A NaN propagates.
#[inline(always)]
pub(super) fn decay<V: Vector<Scalar: Elementary>>(a: V) -> Decay<V> {
    let (power, rest) = decay_and_rest(neg(a));
    let exp = rest.mul_add(power, power);
    Decay { exp, complement: complement(power, rest), scale: splat::<V>(1.0).div(exp.add(splat(1.0))) }
}

/// Returns `p = 2ⁿ` and `q = eʳ − 1` with `eˣ = p + p q`, for `x ≤ 0`. A NaN propagates.
// The power is computed as its half, which becomes zero where that of `exp` does.
#[inline(always)]
fn decay_and_rest<V: Vector<Scalar: Elementary>>(x: V) -> (V, V) {
    let (half, rest) = power_and_rest(V::splat(V::Scalar::EXP_MIN).max(x), -1.0);
    (half.add(half), rest)
}

/// Returns `1 − u` for `u = p + p q`.
#[inline(always)]
fn complement<V: Vector<Scalar: Elementary>>(power: V, rest: V) -> V {
    neg(rest.mul_add(power, power.sub(splat(1.0))))
}

/// Returns `u = eˣ` for `x ≤ 0`, and `ln(1 + u)` within 4 ulp (`f32`) or 5 ulp (`f64`).
// ln(1 + u) = u P(u), or 2 atanh(s) with s = u / (2 + u), whose division then serves the scale too:
//
// 1 / (1 + u) = (2 + u) q and s = u (1 + u) q with q = 1 / ((1 + u) (2 + u))
#[inline(always)]
pub(super) fn decay_and_ln<V: Vector<Scalar: Elementary>>(x: V) -> (Decay<V>, V) {
    let (power, rest) = decay_and_rest(x);
    let (exp, complement) = (rest.mul_add(power, power), complement(power, rest));
    let (one, one_more, two_more) = (splat::<V>(1.0), exp.add(splat(1.0)), exp.add(splat(2.0)));
    if !V::Scalar::LN_OF_SUM.is_empty() {
        let log = polynomial_by_pairs(exp, V::Scalar::LN_OF_SUM).mul(exp);
        return (Decay { exp, complement, scale: one.div(one_more) }, log);
    }
    let common = one.div(one_more.mul(two_more));
    let log = double_atanh(exp.mul(one_more).mul(common));
    (Decay { exp, complement, scale: two_more.mul(common) }, log)
}

/// Functions of a logit that share one exponential and one division.
#[derive(Clone, Copy)]
pub(crate) struct Logit<V> {
    /// `ln(1 + e⁻ˡᶻˡ)`
    pub(crate) log: V,
    /// `1 / (1 + e⁻ᶻ)`
    pub(crate) gate: V,
    /// `1 / (1 + eᶻ)`
    pub(crate) rest: V,
}

/// Returns the functions of a logit.
#[inline(always)]
pub(crate) fn logit<V: Vector<Scalar: Elementary>>(z: V) -> Logit<V> {
    let (Decay { exp, scale: large, .. }, log) = decay_and_ln(z.min(neg(z)));
    let small = exp.mul(large);
    Logit { log, gate: z.select_positive(large, small), rest: z.select_positive(small, large) }
}

/// A sigmoid, and the two terms of its derivatives that it cannot replace where it is near 1 or near ½.
#[derive(Clone, Copy)]
pub(crate) struct Sigmoid<V> {
    /// `1 / (1 + e⁻ˣ)` within 4 ulp down to where [`exp`](super::exp) is zero.
    pub(crate) gate: V,
    /// `1 / (1 + eˣ)`, one minus the gate, within 4 ulp down to where [`exp`](super::exp) is zero.
    pub(crate) rest: V,
    /// The rest minus the gate, `−tanh(x / 2)`, within 4 ulp.
    pub(crate) difference: V,
}

/// Returns a sigmoid with its rest.
// u = e⁻ˡˣˡ:  1 / (1 + u) and u / (1 + u), and their difference (1 − u) / (1 + u)
#[inline(always)]
pub(crate) fn sigmoid_and_rest<V: Vector<Scalar: Elementary>>(x: V) -> Sigmoid<V> {
    let Decay { exp, complement, scale: large } = decay(abs(x));
    let (small, difference) = (exp.mul(large), complement.mul(large));
    Sigmoid {
        gate: x.select_positive(large, small),
        rest: x.select_positive(small, large),
        difference: x.select_positive(neg(difference), difference),
    }
}

/// Returns `1 / (1 + e⁻ˣ)` within 3 ulp and at most 1. Results below 2⁻¹²⁵ (`f32`) or 2⁻¹⁰²¹ (`f64`) are zero.
// For x = n ln 2 + r and p = 2ⁿ, with tanh(r/2) = r / c and c = r coth(r/2):
//
// eˣ = p (c + r) / (c − r),  1 / (1 + e⁻ˣ) = p (c + r) / (p (c + r) + (c − r))
#[inline(always)]
pub(crate) fn sigmoid<V: Vector<Scalar: Elementary>>(x: V) -> V {
    let x = clamp(x, V::splat(V::Scalar::EXP_MIN), splat(40.0));
    let (n, half) = nearest_power(x, core::f64::consts::LOG2_E, -1.0);
    let r = without_power(x, n);
    let c = polynomial(square_plus_offset(r), V::Scalar::COTH_OF_HALF);
    let above = half.mul(c.add(r));
    above.div(c.sub(r).mul_add(splat(0.5), above))
}

/// Returns `ln(1 + eˣ) = max(x, 0) + ln(1 + e⁻ˡˣˡ)` within 4 ulp.
// With u = e⁻ˡˣˡ:  ln(1 + u) = u P(u), or 2 atanh(s) with s = u / (2 + u)
#[inline(always)]
pub(crate) fn softplus<V: Vector<Scalar: Elementary>>(x: V) -> V {
    let (power, rest) = decay_and_rest(x.min(neg(x)));
    let (u, linear) = (rest.mul_add(power, power), splat::<V>(0.0).max(x));
    if !V::Scalar::LN_OF_SUM.is_empty() {
        return polynomial_by_pairs(u, V::Scalar::LN_OF_SUM).mul_add(u, linear);
    }
    linear.add(double_atanh(u.div(u.add(splat(2.0)))))
}
