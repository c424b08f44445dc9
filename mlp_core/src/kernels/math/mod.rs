//! Elementary functions of registers, without branches and from the methods of [`Vector`] alone.
//!
//! Error bounds are in ulp, the distance between neighboring scalars at the result. The tests check the bounds with and
//! without fused multiply-add.

mod coefficients;
#[cfg(test)]
pub(crate) mod double_double;
mod normal;
#[cfg(test)]
mod normal_reference;
mod sine;
#[cfg(test)]
mod tests;

pub(crate) use normal::normal;
use num_traits::Float;
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

/// Returns `n = round(rate x)`, and `2` to the power of `n + exponent`, or zero at the exponent of subnormal scalars.
#[inline(always)]
fn nearest_power<V: Vector<Scalar: Elementary>>(x: V, rate: f64, exponent: f64) -> (V, V) {
    let round = V::splat(V::Scalar::ROUND + V::Scalar::BIAS + V::Scalar::nearest(exponent));
    let rounded = x.mul_add(splat(rate), round);
    (rounded.sub(round), rounded.low_bits_to_exponent())
}

/// Returns `x − n ln 2`.
#[inline(always)]
fn without_power<V: Vector<Scalar: Elementary>>(x: V, n: V) -> V {
    let r = n.mul_add(V::splat(V::Scalar::NEGATIVE_LN_2_HIGH), x);
    n.mul_add(V::splat(V::Scalar::NEGATIVE_LN_2_LOW), r)
}

/// Returns `2` to the power of `n + exponent`, and `eʳ − 1`, for `n = round(x / ln 2)` and `r = x − n ln 2`.
#[inline(always)]
fn power_and_rest<V: Vector<Scalar: Elementary>>(x: V, exponent: f64) -> (V, V) {
    let (n, power) = nearest_power(x, core::f64::consts::LOG2_E, exponent);
    (power, expm1_of_rest(without_power(x, n)))
}

/// Returns `eʳ − 1 = r + r² P(r)` for `|r| ≤ ½ ln 2`.
#[inline(always)]
fn expm1_of_rest<V: Vector<Scalar: Elementary>>(r: V) -> V {
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

/// Returns `tanh x` within 3 ulp and within ± 1.
// The addition theorem for x = ½ n ln 2 + r, with t = tanh r and p = 2ⁿ:
//
// tanh(½ n ln 2) = (p − 1) / (p + 1),  tanh x = ((p − 1) + (p + 1) t) / ((p + 1) + (p − 1) t),  t = r + r³ P(r²)
//
// One multiply-add is enough for r: its error grows with n, but the derivative of tanh shrinks with p. All of it is halved,
// because n is then rounded in a sum with an even number: ties are rounded symmetrically, and so tanh is odd.
#[inline(always)]
pub(crate) fn tanh<V: Vector<Scalar: Elementary>>(x: V) -> V {
    let x = clamp(x, splat(-20.0), splat(20.0));
    let (n, half) = nearest_power(x, 2.0 * core::f64::consts::LOG2_E, -1.0);
    let r = n.mul_add(splat(-0.5 * core::f64::consts::LN_2), x);
    let square = square_plus_offset(r);
    let t = polynomial(square, V::Scalar::TANH).mul_add(r.mul(square), r);
    let (less, more) = (half.sub(splat(0.5)), half.add(splat(0.5)));
    more.mul_add(t, less).div(less.mul_add(t, more))
}

/// The exponential of `−a`, for `a ≥ 0`, and two terms that it cannot replace near `a = 0`.
struct Decay<V> {
    /// `u = e⁻ᵃ`, zero where [`exp`] is.
    exp: V,
    /// `1 − u`
    complement: V,
    /// `1 / (1 + u)`
    scale: V,
}

/// Returns `e⁻ᵃ` for `a ≥ 0`. A NaN propagates.
#[inline(always)]
fn decay<V: Vector<Scalar: Elementary>>(a: V) -> Decay<V> {
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
fn decay_and_ln<V: Vector<Scalar: Elementary>>(x: V) -> (Decay<V>, V) {
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

/// Returns `2 atanh s = 2 s + s³ P(s²)` for `0 ≤ s ≤ ⅓`.
#[inline(always)]
fn double_atanh<V: Vector<Scalar: Elementary>>(s: V) -> V {
    let square = square_plus_offset(s);
    polynomial_by_pairs(square, V::Scalar::LOG1P).mul(square).mul_add(s, s.add(s))
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

/// Returns `ln cosh x = |x| + ln(1 + e⁻²ˡˣˡ) − ln 2` and its derivative `tanh x`.
#[inline(always)]
pub(crate) fn ln_cosh_and_tanh<V: Vector<Scalar: Elementary>>(x: V) -> (V, V) {
    let a = abs(x);
    let (Decay { complement, scale, .. }, log) = decay_and_ln(a.mul(splat(-2.0)));
    let y = complement.mul(scale);
    (a.add(log).sub(splat(core::f64::consts::LN_2)), x.select_positive(y, neg(y)))
}

/// Returns `tanh x` within 4 ulp, and its derivative `1 / cosh² x` within 6 ulp down to where [`exp`] is zero.
// u = e⁻²ˡˣˡ,  tanh |x| = (1 − u) / (1 + u),  1 / cosh² x = 4 u / (1 + u)²
#[inline(always)]
pub(crate) fn tanh_and_derivative<V: Vector<Scalar: Elementary>>(x: V) -> (V, V) {
    let a = abs(x);
    let Decay { exp, complement, scale } = decay(a.add(a));
    let y = complement.mul(scale);
    (x.select_positive(y, neg(y)), exp.mul(splat(4.0)).mul(scale.mul(scale)))
}

/// A sigmoid, and the two terms of its derivatives that it cannot replace where it is near 1 or near ½.
#[derive(Clone, Copy)]
pub(crate) struct Sigmoid<V> {
    /// `1 / (1 + e⁻ˣ)` within 4 ulp down to where [`exp`] is zero.
    pub(crate) gate: V,
    /// `1 / (1 + eˣ)`, one minus the gate, within 4 ulp down to where [`exp`] is zero.
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
fn ln_of_parts<V: Vector<Scalar: Elementary>>(f: V, n: V) -> V {
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

/// Returns `cosh x = (eˣ + e⁻ˣ) / 2` within 3 ulp where [`exp`] is finite.
#[inline(always)]
pub(crate) fn cosh<V: Vector<Scalar: Elementary>>(x: V) -> V {
    let e = exp(abs(x));
    e.add(splat::<V>(1.0).div(e)).mul(splat(0.5))
}

/// Returns `sinh x = (eˣ − e⁻ˣ) / 2` within 4 ulp where [`exp`] is finite.
// Near zero, m = eˣ − 1 keeps the accuracy of small x:  eˣ − e⁻ˣ = m + m / (m + 1)
#[inline(always)]
pub(crate) fn sinh<V: Vector<Scalar: Elementary>>(x: V) -> V {
    let a = abs(x);
    let (e, m) = (exp(a), expm1(a));
    let large = e.sub(splat::<V>(1.0).div(e));
    let small = m.add(m.div(m.add(splat(1.0))));
    let y = a.sub(splat(1.0)).select_positive(large, small).mul(splat(0.5));
    x.select_positive(y, neg(y))
}
