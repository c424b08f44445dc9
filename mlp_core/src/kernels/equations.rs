//! Functions of registers in the code of `residual!`. Not public API.

use super::math::{self, Elementary};
use super::vector::{self, Vector};
use crate::real::Real;
use crate::tile::LANES;

/// Returns a register with the scalar nearest to `value` in every lane.
#[inline(always)]
pub fn splat<V: Vector<Scalar: Real>>(value: f64) -> V {
    vector::splat(value)
}

/// Returns `−x`.
#[inline(always)]
pub fn neg<V: Vector<Scalar: Real>>(x: V) -> V {
    math::neg(x)
}

/// Returns `|x|`.
#[inline(always)]
pub fn abs<V: Vector<Scalar: Real>>(x: V) -> V {
    math::abs(x)
}

/// Returns −1, 0 or 1: the derivative of `|x|`, which is 0 at zero.
#[inline(always)]
pub fn sign<V: Vector<Scalar: Real>>(x: V) -> V {
    let negative = neg(x).select_positive(splat(-1.0), splat(0.0));
    x.select_positive(splat(1.0), negative)
}

/// Returns the larger of two values.
#[inline(always)]
pub fn max<V: Vector>(a: V, b: V) -> V {
    a.max(b)
}

/// Returns the smaller of two values.
#[inline(always)]
pub fn min<V: Vector>(a: V, b: V) -> V {
    a.min(b)
}

/// Returns `if condition > 0 { yes } else { no }`.
#[inline(always)]
pub fn select_positive<V: Vector>(condition: V, yes: V, no: V) -> V {
    condition.select_positive(yes, no)
}

/// Returns `√x`.
#[inline(always)]
pub fn sqrt<V: Vector>(x: V) -> V {
    x.sqrt()
}

/// Returns `sin x`.
#[inline(always)]
pub fn sin<V: Vector<Scalar: Elementary>>(x: V) -> V {
    math::sin(x)
}

/// Returns `cos x`.
#[inline(always)]
pub fn cos<V: Vector<Scalar: Elementary>>(x: V) -> V {
    math::cos(x)
}

/// Returns `eˣ`.
#[inline(always)]
pub fn exp<V: Vector<Scalar: Elementary>>(x: V) -> V {
    math::exp(x)
}

/// Returns `ln x`.
#[inline(always)]
pub fn ln<V: Vector<Scalar: Elementary>>(x: V) -> V {
    math::ln(x)
}

/// Returns `tanh x`.
#[inline(always)]
pub fn tanh<V: Vector<Scalar: Elementary>>(x: V) -> V {
    math::tanh_and_derivative(x).0
}

/// Returns `1 / cosh² x`, the derivative of `tanh x`. Together, the compiler computes both at the cost of one.
#[inline(always)]
pub fn tanh_derivative<V: Vector<Scalar: Elementary>>(x: V) -> V {
    math::tanh_and_derivative(x).1
}

/// Returns `sinh x`.
#[inline(always)]
pub fn sinh<V: Vector<Scalar: Elementary>>(x: V) -> V {
    math::sinh(x)
}

/// Returns `cosh x`.
#[inline(always)]
pub fn cosh<V: Vector<Scalar: Elementary>>(x: V) -> V {
    math::cosh(x)
}

/// Returns `base ^ exponent = exp(exponent · ln base)`. The relative error is about `|exponent · ln base|` ulp. A negative
/// base is NaN.
#[inline(always)]
pub fn powf<V: Vector<Scalar: Elementary>>(base: V, exponent: V) -> V {
    math::exp(exponent.mul(math::ln(base)))
}

/// Returns a function of `f64` lane by lane.
#[inline(always)]
pub fn map_lanes<V: Vector<Scalar: Real>, const ARGUMENTS: usize>(
    arguments: [V; ARGUMENTS],
    function: impl Fn([f64; ARGUMENTS]) -> f64,
) -> V {
    const { assert!(V::LANES <= LANES) };
    let zero = <V::Scalar as num_traits::Zero>::zero();
    let mut lanes = [[zero; LANES]; ARGUMENTS];
    for (lanes, argument) in lanes.iter_mut().zip(arguments) {
        // SAFETY: the array is `LANES` long, at least as long as any register.
        unsafe { argument.store(lanes.as_mut_ptr()) };
    }
    let mut values = [zero; LANES];
    for (lane, value) in values[..V::LANES].iter_mut().enumerate() {
        *value = V::Scalar::nearest(function(core::array::from_fn(|argument| lanes[argument][lane].widen())));
    }
    // SAFETY: as above.
    unsafe { V::load(values.as_ptr()) }
}
