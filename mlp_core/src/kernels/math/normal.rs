//! The normal distribution.

use super::exponential::{expm1_of_rest, nearest_power};
use super::{Elementary, abs, polynomial_by_pairs};
use crate::kernels::vector::{Vector, splat};

/// The standard normal distribution at a point.
#[derive(Clone, Copy)]
pub(crate) struct Normal<V> {
    /// `Φ(x)` within 6 ulp, including the lower tail down to where [`exp`](super::exp) is zero.
    pub(crate) cdf: V,
    /// `φ(x) = exp(−x²/2) / √(2π)` within 3 ulp.
    pub(crate) density: V,
    /// `|x|`, limited to where the density is zero.
    pub(crate) magnitude: V,
}

/// Returns `Φ(x)` and `φ(x)`.
// a = |x|,  1 − Φ(a) = exp(−a²/2) P(t) / (a + c),  t = (a − c) / (a + c)
//
// The last term of P stands alone, which rounds less. An absolute error of a²/2 is a relative error of its exponential. So a²
// is split into an exact square and a rest: a²/2 = h²/2 − d (h − d/2) with h near a and d = h − a.
#[inline(always)]
pub(crate) fn normal<V: Vector<Scalar: Elementary>>(x: V) -> Normal<V> {
    let a = V::splat(V::Scalar::NORMAL_MAX).min(abs(x));
    let step = V::splat(V::Scalar::ROUND_SQUARE);
    let h = a.add(step).sub(step);
    let difference = h.sub(a);
    // The offset has the sign of −a²/2, so that they do not cancel.
    let offset = V::splat(-V::Scalar::OFFSET);
    let gauss = exp_of_half_square(h, difference.mul_add(splat(-0.5), h).mul_add(difference, offset));

    let center = V::splat(V::Scalar::NORMAL_CENTER);
    let scale = splat::<V>(1.0).div(a.add(center));
    let t = a.sub(center).mul(scale);
    let (&last, others) = V::Scalar::MILLS.split_last().expect("terms");
    let tail = polynomial_by_pairs(t, others).mul_add(t, V::splat(last)).mul(scale).mul(gauss);
    Normal {
        cdf: x.select_positive(splat::<V>(1.0).sub(tail), tail),
        density: gauss.mul(splat(0.5 * core::f64::consts::FRAC_2_SQRT_PI * core::f64::consts::FRAC_1_SQRT_2)),
        magnitude: a,
    }
}

/// Returns `exp(more − h²/2)` for an `h` up to `NORMAL_MAX` whose square is exact, and a small `more`.
// `more` is added to the small part of n ln 2, outside of the chain of dependent operations.
#[inline(always)]
fn exp_of_half_square<V: Vector<Scalar: Elementary>>(h: V, more: V) -> V {
    let square = h.mul(h);
    let (n, half) = nearest_power(square, -0.5 * core::f64::consts::LOG2_E, -1.0);
    let r = n.mul_add(V::splat(V::Scalar::NEGATIVE_LN_2_HIGH), square.mul(splat(-0.5)));
    let r = r.add(n.mul_add(V::splat(V::Scalar::NEGATIVE_LN_2_LOW), more));
    let power = half.add(half);
    expm1_of_rest(r).mul_add(power, power)
}
