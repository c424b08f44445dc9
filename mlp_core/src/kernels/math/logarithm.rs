//! Logarithms of registers.

use num_traits::Float;

use super::{Elementary, abs, neg, polynomial_by_pairs, square_plus_offset};
use crate::kernels::vector::{Vector, splat};
use crate::real::Real;

/// Returns `2 atanh s = 2 s + s³ P(s²)` for `0 ≤ s ≤ ⅓`.
#[inline(always)]
pub(super) fn double_atanh<V: Vector<Scalar: Elementary>>(s: V) -> V {
    let square = square_plus_offset(s);
    polynomial_by_pairs(square, V::Scalar::LOG1P).mul(square).mul_add(s, s.add(s))
}

/// Returns `ln x` within 1.5 ulp, including subnormal `x`. It is −∞ at zero and NaN below.
// Small values are multiplied by 2ᵐ, the others by ¼, so that `parts` is defined for all.
#[inline(always)]
pub(crate) fn ln<V: Vector<Scalar: Elementary>>(x: V) -> V {
    if let Some((mantissa, exponent)) = x.mantissa_and_exponent() {
        return ln_of_parts(mantissa.sub(splat(1.0)), neg(exponent));
    }
    let small = V::splat(V::Scalar::min_positive_value() * V::Scalar::nearest(16.0)).sub(x);
    let (f, n) = parts(small.select_positive(x.mul(V::splat(V::Scalar::INTEGERS)), x.mul(splat(0.25))));
    let result = ln_of_parts(f, n.add(small.select_positive(V::splat(V::Scalar::MANTISSA), splat(-2.0))));
    let result = x.sub(V::splat(V::Scalar::max_value())).select_positive(x, result);
    x.select_positive(result, neg(x).select_positive(splat(f64::NAN), x.sub(splat(f64::INFINITY))))
}

/// Returns `ln x` within 1.5 ulp, for `x` from 2⁻¹²⁶ to 2¹²⁶ (`f32`) or from 2⁻¹⁰²² to 2¹⁰²² (`f64`). A NaN propagates.
#[inline(always)]
pub(crate) fn ln_of_moderate<V: Vector<Scalar: Elementary>>(x: V) -> V {
    let (f, n) = parts(x);
    ln_of_parts(f, n)
}

/// Returns `ln((1 + a) / (1 + b))` and `1 / (1 + a)` for `a, b ≥ 0`, also where both are small or close to each other.
/// Larger arguments than 2¹²⁶ (`f32`) or 2¹⁰²² (`f64`) count as these.
// If the ratio is near 1, it is 1 + (a − b) / (1 + b), whose second term is not rounded with the first.
#[inline(always)]
pub(crate) fn ln_1p_difference<V: Vector<Scalar: Elementary>>(a: V, b: V) -> (V, V) {
    let (one, max) = (splat::<V>(1.0), V::splat(V::Scalar::min_positive_value().recip()));
    let (a, b) = (max.min(a), max.min(b));
    let (above, scale) = (a.add(one), one.div(b.add(one)));
    let (f, n) = parts(above.mul(scale));
    let f = abs(n).select_positive(f, a.sub(b).mul(scale));
    (ln_of_parts(f, n), one.div(above))
}

/// Returns `f` and `n` with `x = (1 + f) / 2ⁿ` and `√½ ≤ 1 + f < √2` or `¾ ≤ 1 + f < 1½`, up to rounding, for the `x` of
/// [`ln_of_moderate`].
// −n is the exponent of √2 x.
#[inline(always)]
fn parts<V: Vector<Scalar: Elementary>>(x: V) -> (V, V) {
    if let Some((mantissa, exponent)) = x.mantissa_and_exponent() {
        return (mantissa.sub(splat(1.0)), neg(exponent));
    }
    let exponent = x.mul(splat(core::f64::consts::SQRT_2)).exponent_to_low_bits();
    let n = V::splat(V::Scalar::INTEGERS + V::Scalar::BIAS).sub(exponent);
    let power = n.add(V::splat(V::Scalar::ROUND + V::Scalar::BIAS)).low_bits_to_exponent();
    (x.mul_add(power, splat(-1.0)), n)
}

/// Returns `ln((1 + f) / 2ⁿ)` for `−0.3 < f ≤ ½`.
// ln(1 + f) = f + f² P(f), or with s = f / (2 + f):  ln(1 + f) = 2 atanh(s) = f − s (f − s² P(s²))
#[inline(always)]
pub(super) fn ln_of_parts<V: Vector<Scalar: Elementary>>(f: V, n: V) -> V {
    let (high, low) = (V::splat(V::Scalar::NEGATIVE_LN_2_HIGH), V::splat(V::Scalar::NEGATIVE_LN_2_LOW));
    if !V::Scalar::LN.is_empty() {
        let curved = polynomial_by_pairs(f, V::Scalar::LN).mul_add(f.mul(f), n.mul(low));
        return n.mul_add(high, f.add(curved));
    }
    let s = f.div(f.add(splat(2.0)));
    let square = s.mul(s);
    let curved = s.mul(f.sub(square.mul(polynomial_by_pairs(square, V::Scalar::LOG1P))));
    n.mul_add(high, f.add(n.mul_add(low, neg(curved))))
}
