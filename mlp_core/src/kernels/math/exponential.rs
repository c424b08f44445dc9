//! Exponentials of registers.
//!
//! ```text
//! n = round(x / ln 2)
//! r = x − n ln 2                         |r| ≤ ½ ln 2
//! y = 2ⁿ eʳ,  eʳ = 1 + r + r² P(r)
//! ```

use super::{Elementary, clamp, polynomial, polynomial_by_pairs, square_plus_offset};
use crate::kernels::vector::{Vector, splat};
use crate::real::Real;

/// Returns `n = round(rate x)`, and `2` to the power of `n + exponent`, or zero at the exponent of subnormal scalars.
#[inline(always)]
pub(super) fn nearest_power<V: Vector<Scalar: Elementary>>(x: V, rate: f64, exponent: f64) -> (V, V) {
    let round = V::splat(V::Scalar::ROUND + V::Scalar::BIAS + V::Scalar::nearest(exponent));
    let rounded = x.mul_add(splat(rate), round);
    (rounded.sub(round), rounded.low_bits_to_exponent())
}

/// Returns `x − n ln 2`.
#[inline(always)]
pub(super) fn without_power<V: Vector<Scalar: Elementary>>(x: V, n: V) -> V {
    let r = n.mul_add(V::splat(V::Scalar::NEGATIVE_LN_2_HIGH), x);
    n.mul_add(V::splat(V::Scalar::NEGATIVE_LN_2_LOW), r)
}

/// Returns `2` to the power of `n + exponent`, and `eʳ − 1`, for `n = round(x / ln 2)` and `r = x − n ln 2`.
#[inline(always)]
pub(super) fn power_and_rest<V: Vector<Scalar: Elementary>>(x: V, exponent: f64) -> (V, V) {
    let (n, power) = nearest_power(x, core::f64::consts::LOG2_E, exponent);
    (power, expm1_of_rest(without_power(x, n)))
}

/// Returns `eʳ − 1 = r + r² P(r)` for `|r| ≤ ½ ln 2`.
#[inline(always)]
pub(super) fn expm1_of_rest<V: Vector<Scalar: Elementary>>(r: V) -> V {
    polynomial_by_pairs(r, V::Scalar::EXPM1).mul_add(r.mul(r), r)
}

/// Returns `eˣ` within 1.5 ulp. Results above the largest scalar are infinite. Results below 2⁻¹²⁵ (`f32`) or 2⁻¹⁰²¹
/// (`f64`) are zero.
// Half the power and twice the rest, so that the power overflows where the result does and not a factor of √2 earlier.
#[inline(always)]
pub(crate) fn exp<V: Vector<Scalar: Elementary>>(x: V) -> V {
    let x = clamp(x, V::splat(V::Scalar::EXP_MIN), V::splat(V::Scalar::EXP_MAX));
    let (n, power) = nearest_power(x, core::f64::consts::LOG2_E, -1.0);
    let r = without_power(x, n);
    // Alone, a polynomial of few terms is faster by Horner's rule.
    let is_short = V::Scalar::EXPM1.len() <= 5;
    let curve = if is_short { polynomial(r, V::Scalar::EXPM1) } else { polynomial_by_pairs(r, V::Scalar::EXPM1) };
    curve.mul_add(square_plus_offset(r), r).mul_add(splat(2.0), splat(2.0)).mul(power)
}

/// Returns `eˣ − 1` within 2.5 ulp for `x ≤ 40`, and `e⁴⁰` above.
#[inline(always)]
pub(crate) fn expm1<V: Vector<Scalar: Elementary>>(x: V) -> V {
    let x = clamp(x, splat(-40.0), splat(40.0));
    let (n, power) = nearest_power(x, core::f64::consts::LOG2_E, 0.0);
    let r = without_power(x, n);
    // Not r², which is subnormal for the derivative of `softplus` at −40.
    let rest = polynomial_by_pairs(r, V::Scalar::EXPM1).mul(r).mul_add(r, r);
    rest.mul_add(power, power.sub(splat(1.0)))
}
