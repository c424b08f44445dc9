//! Elementary functions of registers, without branches and from the methods of [`Vector`] alone.
//!
//! Error bounds are in ulp, the distance between neighboring scalars at the result. The tests check the bounds with and
//! without fused multiply-add.

mod coefficients;
#[cfg(test)]
pub(crate) mod double_double;
mod exponential;
mod hyperbolic;
mod logarithm;
mod logistic;
mod normal;
#[cfg(test)]
mod normal_reference;
mod sine;
#[cfg(test)]
mod tests;

pub(crate) use exponential::{exp, expm1};
pub(crate) use hyperbolic::{cosh, ln_cosh_and_tanh, sinh, tanh, tanh_and_derivative};
pub(crate) use logarithm::{ln, ln_1p_difference, ln_of_moderate};
pub(crate) use logistic::{Logit, Sigmoid, logit, sigmoid, sigmoid_and_rest, softplus};
pub(crate) use normal::normal;
pub(crate) use sine::{cos, cos_of_turns, sin, sin_of_turns};

use super::vector::{Vector, splat};
use crate::real::Real;

/// Constants of the elementary functions for one scalar type. `tools/coefficients.py` computes them.
pub trait Elementary: Real {
    /// `1.5 · 2ᵐ` with `m` bits of mantissa. Adding it rounds to an integer, which is then in the low bits of the sum.
    const ROUND: Self;
    /// Like `ROUND`, but rounds to a multiple of a step for which the squares of the arguments of [`normal`] are exact.
    const ROUND_SQUARE: Self;
    /// `2ᵐ`, from which on all scalars are integers.
    const INTEGERS: Self;
    /// `m`, the bits of the mantissa.
    const MANTISSA: Self;
    /// The bias of the exponent in the bit pattern.
    const BIAS: Self;
    /// 2⁻⁶² (`f32`) or 2⁻⁵¹⁰ (`f64`). Added to a product in a sum with a term near 1, it changes nothing. But then neither the
    /// product nor its square is subnormal, which would be slow.
    const OFFSET: Self;
    /// Argument below which [`exp`] is zero.
    const EXP_MIN: Self;
    /// Argument above which [`exp`] is infinite.
    const EXP_MAX: Self;
    /// The leading bits of `−ln 2`, so few that the product with an exponent is exact.
    const NEGATIVE_LN_2_HIGH: Self;
    /// The remaining bits of `−ln 2`.
    const NEGATIVE_LN_2_LOW: Self;
    /// Argument above which [`sin`] and [`cos`] are constant.
    const ANGLE_MAX: Self;
    /// The `c` of [`normal`].
    const NORMAL_CENTER: Self;
    /// Argument above which the tail of [`normal`] is zero: `round(a² / (2 ln 2))` is the exponent of the smallest normal
    /// scalar there, and `a²` is exact.
    const NORMAL_MAX: Self;
    /// Polynomial of `(eʳ − 1 − r) / r²` in `r` for `|r| ≤ ½ ln 2` and slightly beyond. The highest power comes first.
    const EXPM1: &'static [Self];
    /// Polynomial of `(tanh r − r) / r³` in `r²` for `|r| ≤ ¼ ln 2` and slightly beyond.
    const TANH: &'static [Self];
    /// Polynomial of `r coth(r/2)` in `r²` for `|r| ≤ ½ ln 2` and slightly beyond.
    const COTH_OF_HALF: &'static [Self];
    /// Polynomial of `(2 atanh(s) − 2 s) / s³` in `s²` for `s² ≤ 1/9`.
    const LOG1P: &'static [Self];
    /// Polynomial of `ln(1 + u) / u` in `u` for `0 ≤ u ≤ 1`. Empty where `LOG1P` has so many terms less that it is faster with
    /// its division.
    const LN_OF_SUM: &'static [Self];
    /// Polynomial of `(ln(1 + f) − f) / f²` in `f` for `√½ − 1 ≤ f ≤ ½` and slightly beyond. Empty like `LN_OF_SUM`.
    const LN: &'static [Self];
    /// `−π` as a sum. All parts but the last have so few bits that their product with a number of half turns is exact.
    const NEGATIVE_PI: &'static [Self];
    /// Polynomial of `(sin r − r) / r³` in `r²` for `|r| ≤ ½ π` and slightly beyond.
    const SIN: &'static [Self];
    /// Polynomial of `(a + c) (1 − Φ(a)) exp(a²/2)` in `(a − c) / (a + c)` for `0 ≤ a ≤ NORMAL_MAX`.
    const MILLS: &'static [Self];
}

/// Returns `−x`.
#[inline(always)]
pub(crate) fn neg<V: Vector<Scalar: Real>>(x: V) -> V {
    splat::<V>(0.0).sub(x)
}

/// Returns `|x|`.
#[inline(always)]
pub(crate) fn abs<V: Vector<Scalar: Real>>(x: V) -> V {
    x.max(neg(x))
}

/// Returns `a b`, rounded to a multiple of about 2⁻¹⁰³ (`f32`) or 2⁻⁹⁷⁰ (`f64`): the product of a gradient and a derivative.
/// From 2⁴⁸ or 2¹⁰⁶ times that on, it is as precise as a product.
///
/// The tails of a softmax and of most activations are tiny. Their products with weights would be subnormal, and Intel cores
/// take 20 to 40 times as long for these: a step of 8-64-64-4 with `softplus` took 2,700 µs instead of 130 on inputs of ±500.
#[inline(always)]
pub(crate) fn gradient_product<V: Vector<Scalar: Real>>(a: V, b: V) -> V {
    use num_traits::Float;

    let epsilon = V::Scalar::epsilon();
    let quanta = V::splat(V::Scalar::min_positive_value() / epsilon / epsilon);
    a.mul_add(b, quanta).sub(quanta)
}

/// Returns `1 − y²`, the derivative of `tanh` with the value `y`.
#[inline(always)]
pub(crate) fn one_minus_square<V: Vector<Scalar: Real>>(y: V) -> V {
    neg(y).mul_add(y, splat(1.0))
}

/// Returns `x`, clamped to the range from `low` to `high`. A NaN propagates.
#[inline(always)]
pub(crate) fn clamp<V: Vector<Scalar: Real>>(x: V, low: V, high: V) -> V {
    high.min(low.max(x))
}

/// Returns `x²` plus [`OFFSET`](Elementary::OFFSET).
#[inline(always)]
fn square_plus_offset<V: Vector<Scalar: Elementary>>(x: V) -> V {
    x.mul_add(x, V::splat(V::Scalar::OFFSET))
}

/// Evaluates a polynomial by Horner's rule. The coefficient of the highest power comes first.
#[inline(always)]
pub(super) fn polynomial<V: Vector>(x: V, coefficients: &[V::Scalar]) -> V {
    let mut sum = V::splat(coefficients[0]);
    for &coefficient in &coefficients[1..] {
        sum = sum.mul_add(x, V::splat(coefficient));
    }
    sum
}

/// Evaluates a polynomial of at least two terms by Horner's rule in `x²`, whose coefficients are the pairs of neighboring
/// terms. It has one product more than [`polynomial`], and half as long a chain of dependent operations.
#[inline(always)]
fn polynomial_by_pairs<V: Vector<Scalar: Elementary>>(x: V, coefficients: &[V::Scalar]) -> V {
    let square = square_plus_offset(x);
    let odd = coefficients.len() % 2;
    let mut sum = V::splat(coefficients[0]);
    if odd == 0 {
        sum = sum.mul_add(x, V::splat(coefficients[1]));
    }
    for pair in coefficients[2 - odd..].chunks_exact(2) {
        sum = sum.mul_add(square, V::splat(pair[0]).mul_add(x, V::splat(pair[1])));
    }
    sum
}
