//! Hyperbolic functions of registers.

use super::exponential::{exp, expm1, nearest_power};
use super::logistic::{Decay, decay, decay_and_ln};
use super::{Elementary, abs, clamp, neg, polynomial, square_plus_offset};
use crate::kernels::vector::{Vector, splat};

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

/// Returns `tanh x` within 4 ulp, and its derivative `1 / cosh² x` within 6 ulp down to where [`exp`] is zero.
// u = e⁻²ˡˣˡ,  tanh |x| = (1 − u) / (1 + u),  1 / cosh² x = 4 u / (1 + u)²
#[inline(always)]
pub(crate) fn tanh_and_derivative<V: Vector<Scalar: Elementary>>(x: V) -> (V, V) {
    let a = abs(x);
    let Decay { exp, complement, scale } = decay(a.add(a));
    let y = complement.mul(scale);
    (x.select_positive(y, neg(y)), exp.mul(splat(4.0)).mul(scale.mul(scale)))
}

/// Returns `ln cosh x = |x| + ln(1 + e⁻²ˡˣˡ) − ln 2` and its derivative `tanh x`.
#[inline(always)]
pub(crate) fn ln_cosh_and_tanh<V: Vector<Scalar: Elementary>>(x: V) -> (V, V) {
    let a = abs(x);
    let (Decay { complement, scale, .. }, log) = decay_and_ln(a.mul(splat(-2.0)));
    let y = complement.mul(scale);
    (a.add(log).sub(splat(core::f64::consts::LN_2)), x.select_positive(y, neg(y)))
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
