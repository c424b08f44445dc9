//! Sine and cosine of registers.
//!
//! ```text
//! k = round(x / π + shift)               shift = 0 for the sine, ½ for the cosine
//! r = x − (k − shift) π                  |r| ≤ ½ π
//! y = (−1)ᵏ sin r,  sin r = r + r³ P(r²)
//! ```
//!
//! π is a sum of parts (Cody and Waite). Each but the last has so few bits that its product with `k − shift` is exact, so `r`
//! is accurate also near zero.

use super::{Elementary, clamp, neg, polynomial, square_plus_offset};
use crate::kernels::vector::{Vector, splat};

/// Returns `sin x` within 4 ulp for `|x| ≤ 10⁵`, and NaN for infinite `x`.
///
/// The error of larger `x` is at most that of a change of `x` by a few ulp. Above `2²²` (`f32`) or `2⁵¹` (`f64`), and below
/// its negative, the result is constant.
#[inline(always)]
pub(crate) fn sin<V: Vector<Scalar: Elementary>>(x: V) -> V {
    shifted_sine(x, 0.0)
}

/// Returns `cos x` within 4 ulp for `|x| ≤ 10⁵`. Larger `x` are treated as by [`sin`].
#[inline(always)]
pub(crate) fn cos<V: Vector<Scalar: Elementary>>(x: V) -> V {
    shifted_sine(x, 0.5)
}

/// Returns `sin(x + shift π)` for a `shift` of 0 or ½.
#[inline(always)]
fn shifted_sine<V: Vector<Scalar: Elementary>>(x: V, shift: f64) -> V {
    let max = V::splat(V::Scalar::ANGLE_MAX);
    let angle = clamp(x, neg(max), max);
    let round = V::splat(V::Scalar::ROUND);
    let k = angle.mul_add(splat(core::f64::consts::FRAC_1_PI), splat(shift)).add(round).sub(round);
    let half_turns = k.sub(splat(shift));
    // The product is NaN for an infinite `x` and zero otherwise.
    let mut r = x.mul_add(splat(0.0), angle);
    for &part in V::Scalar::NEGATIVE_PI {
        r = half_turns.mul_add(V::splat(part), r);
    }
    signed_sine(k, r)
}

/// Returns `sin 2πx` within 4 ulp, and NaN for infinite `x`. Its zeros are exact, and so is its period: the result is the same at
/// `x` and `x + 1`, if both are exact.
///
/// Above `2²⁰` (`f32`) or `2⁴⁹` (`f64`), and below its negative, the result is constant.
#[inline(always)]
pub(crate) fn sin_of_turns<V: Vector<Scalar: Elementary>>(x: V) -> V {
    shifted_sine_of_turns(x, 0.0)
}

/// Returns `cos 2πx`, as [`sin_of_turns`] does.
#[inline(always)]
pub(crate) fn cos_of_turns<V: Vector<Scalar: Elementary>>(x: V) -> V {
    shifted_sine_of_turns(x, 0.5)
}

/// Returns `sin(2πx + shift π)` for a `shift` of 0 or ½.
// k = round(2x + shift),  r = (2x − (k − shift)) π, in which only the product is rounded.
#[inline(always)]
fn shifted_sine_of_turns<V: Vector<Scalar: Elementary>>(x: V, shift: f64) -> V {
    let max = V::splat(V::Scalar::ANGLE_MAX).mul(splat(0.25));
    let turns = clamp(x, neg(max), max);
    let round = V::splat(V::Scalar::ROUND);
    let half_turns = turns.add(turns);
    let k = half_turns.add(splat(shift)).add(round).sub(round);
    // The product is NaN for an infinite `x` and zero otherwise.
    let rest = x.mul_add(splat(0.0), half_turns.sub(k.sub(splat(shift))));
    signed_sine(k, rest.mul(splat(core::f64::consts::PI)))
}

/// Returns `(−1)ᵏ sin r` for an integer `k` and `|r| ≤ ½ π`.
#[inline(always)]
fn signed_sine<V: Vector<Scalar: Elementary>>(k: V, r: V) -> V {
    let round = V::splat(V::Scalar::ROUND);
    let half = k.mul_add(splat(0.5), round).sub(round);
    // ±1 for an odd k, because then half of it is rounded by ½.
    let odd = half.mul_add(splat(-2.0), k);
    let sign = odd.mul(odd).mul_add(splat(-2.0), splat(1.0));
    let square = square_plus_offset(r);
    polynomial(square, V::Scalar::SIN).mul(square).mul_add(r, r).mul(sign)
}
