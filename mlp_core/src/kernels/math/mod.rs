//! Elementary functions of registers: branch-free, from the primitives of [`Vector`] alone.
//!
//! An ulp below is the distance of neighboring scalars at the result. The bounds are those of the tests, which hold
//! with and without fused multiply-add.

mod coefficients;
#[cfg(test)]
mod normal_reference;
#[cfg(test)]
mod tests;

use super::vector::{Vector, splat};
use crate::scalar::Scalar;

/// A scalar with the constants of its elementary functions. `tools/coefficients.py` computes them.
pub trait Elementary: Copy + 'static {
    /// `1.5 · 2ᵐ` with `m` the bits of the mantissa: a sum with it is rounded to an integer, which its low bits hold.
    const ROUND: Self;
    /// The same for a step small enough that no square of a rounded argument of [`normal`] is rounded again.
    const ROUND_SQUARE: Self;
    /// What is added to an exponent in the bit pattern.
    const BIAS: Self;
    /// Where [`exp`] becomes zero.
    const EXP_LEAST: Self;
    /// Where [`exp`] has become infinite.
    const EXP_MOST: Self;
    /// `−ln 2` in so few bits that its product with an exponent is exact.
    const NEGATIVE_LN_2_HIGH: Self;
    /// The rest of `−ln 2`.
    const NEGATIVE_LN_2_LOW: Self;
    /// The `c` of [`normal`].
    const NORMAL_CENTER: Self;
    /// Where the tail of [`normal`] has become zero.
    const NORMAL_FARTHEST: Self;
    /// `(eʳ − 1 − r) / r²` by powers of `r`, the highest first, for `|r| ≤ ½ ln 2` and a little beyond.
    const EXPM1: &'static [Self];
    /// `(2 atanh(s) − 2 s) / s³` by powers of `s²`, for `s² ≤ 1/9`.
    const LOG1P: &'static [Self];
    /// `(a + c) (1 − Φ(a)) exp(a²/2)` by powers of `(a − c) / (a + c)`, for `0 ≤ a ≤ NORMAL_FARTHEST`.
    const MILLS: &'static [Self];
}

/// `−x`
#[inline(always)]
pub(crate) fn neg<V: Vector<Scalar: Scalar>>(x: V) -> V {
    splat::<V>(0.0).sub(x)
}

/// `|x|`
#[inline(always)]
pub(crate) fn abs<V: Vector<Scalar: Scalar>>(x: V) -> V {
    x.max(neg(x))
}

/// `x` in the range from `least` to `most`; a NaN stays one.
#[inline(always)]
pub(crate) fn clamp<V: Vector<Scalar: Scalar>>(x: V, least: V, most: V) -> V {
    most.min(least.max(x))
}

#[inline(always)]
fn polynomial<V: Vector>(x: V, coefficients: &[V::Scalar]) -> V {
    let mut sum = V::splat(coefficients[0]);
    for &coefficient in &coefficients[1..] {
        sum = sum.mul_add(x, V::splat(coefficient));
    }
    sum
}

// n = round(x / ln 2)
// r = x − n ln 2 − less
// the result: 2 to the power n + exponent, and eʳ − 1 = r + r² P(r)
#[inline(always)]
fn power_and_rest<V: Vector<Scalar: Scalar>>(x: V, less: V, exponent: f64) -> (V, V) {
    let round = V::splat(V::Scalar::ROUND + V::Scalar::BIAS + V::Scalar::from_f64(exponent));
    let rounded = x.mul_add(splat(core::f64::consts::LOG2_E), round);
    let n = rounded.sub(round);
    let r = n.mul_add(V::splat(V::Scalar::NEGATIVE_LN_2_HIGH), x);
    let r = n.mul_add(V::splat(V::Scalar::NEGATIVE_LN_2_LOW), r).sub(less);
    let rest = polynomial(r, V::Scalar::EXPM1).mul_add(r.mul(r), r);
    (rounded.low_bits_to_exponent(), rest)
}

/// `eˣ` within 1.5 ulp. Infinite above the largest scalar; zero below 2⁻¹²⁵ for `f32` and 2⁻¹⁰²¹ for `f64`.
#[inline(always)]
pub(crate) fn exp<V: Vector<Scalar: Scalar>>(x: V) -> V {
    exp_of_difference(x, splat(0.0))
}

// Half the power and twice the rest, so that the power overflows where the result does and not a factor of √2 before.
#[inline(always)]
fn exp_of_difference<V: Vector<Scalar: Scalar>>(x: V, less: V) -> V {
    let x = clamp(x, V::splat(V::Scalar::EXP_LEAST), V::splat(V::Scalar::EXP_MOST));
    let (power, rest) = power_and_rest(x, less, -1.0);
    rest.mul_add(splat(2.0), splat(2.0)).mul(power)
}

/// `eˣ − 1` within 2.5 ulp, for `x ≤ 40`; beyond it stays at `e⁴⁰`.
#[inline(always)]
pub(crate) fn expm1<V: Vector<Scalar: Scalar>>(x: V) -> V {
    let (power, rest) = power_and_rest(clamp(x, splat(-40.0), splat(40.0)), splat(0.0), 0.0);
    rest.mul_add(power, power.sub(splat(1.0)))
}

/// `tanh x = (e²ˣ − 1) / (e²ˣ + 1)` within 4 ulp, never beyond ± 1.
#[inline(always)]
pub(crate) fn tanh<V: Vector<Scalar: Scalar>>(x: V) -> V {
    let e = expm1(x.add(x));
    e.div(e.add(splat(2.0)))
}

/// `1 / (1 + e⁻ˣ)` within 4 ulp. Zero where `e⁻ˣ` is infinite.
#[inline(always)]
pub(crate) fn sigmoid<V: Vector<Scalar: Scalar>>(x: V) -> V {
    let one = splat::<V>(1.0);
    one.div(one.add(exp(neg(x))))
}

/// `ln(1 + eˣ) = max(x, 0) + ln(1 + e⁻ˡˣˡ)` within 4 ulp.
// ln(1 + u) = 2 atanh(s) = 2 s + s³ P(s²),  s = u / (2 + u)
#[inline(always)]
pub(crate) fn softplus<V: Vector<Scalar: Scalar>>(x: V) -> V {
    let u = exp(neg(abs(x)));
    let s = u.div(u.add(splat(2.0)));
    let square = s.mul(s);
    let log1p = polynomial(square, V::Scalar::LOG1P).mul(square).mul_add(s, s.add(s));
    splat::<V>(0.0).max(x).add(log1p)
}

/// The standard normal distribution at a point.
#[derive(Clone, Copy)]
pub(crate) struct Normal<V> {
    /// `Φ(x)` within 6 ulp, also in the lower tail, down to where [`exp`] becomes zero.
    pub(crate) cdf: V,
    /// `φ(x) = exp(−x²/2) / √(2π)` within 3 ulp.
    pub(crate) density: V,
}

/// `Φ(x)` and `φ(x)`
// a = |x|,  1 − Φ(a) = exp(−a²/2) P(t) / (a + c),  t = (a − c) / (a + c)
//
// The error of a²/2 is the relative error of its exponential, so it is taken apart into an exact square and the rest:
// a² = h² + (a + h) (a − h) with h near a.
#[inline(always)]
pub(crate) fn normal<V: Vector<Scalar: Scalar>>(x: V) -> Normal<V> {
    let a = V::splat(V::Scalar::NORMAL_FARTHEST).min(abs(x));
    let step = V::splat(V::Scalar::ROUND_SQUARE);
    let h = a.add(step).sub(step);
    let rest = a.add(h).mul(a.sub(h)).mul(splat(0.5));
    let gauss = exp_of_difference(h.mul(h).mul(splat(-0.5)), rest);

    let center = V::splat(V::Scalar::NORMAL_CENTER);
    let scale = splat::<V>(1.0).div(a.add(center));
    let tail = polynomial(a.sub(center).mul(scale), V::Scalar::MILLS).mul(scale).mul(gauss);
    Normal {
        cdf: x.if_positive(splat::<V>(1.0).sub(tail), tail),
        density: gauss.mul(splat(0.5 * core::f64::consts::FRAC_2_SQRT_PI * core::f64::consts::FRAC_1_SQRT_2)),
    }
}
