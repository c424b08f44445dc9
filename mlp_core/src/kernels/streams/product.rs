//! The product rule of `y = a b`, to second order, forward and backward.
//!
//! ```text
//! forward:   y  = a b
//!            yᵢ = aᵢ b + a bᵢ
//!            yₖ = aₖ b + a bₖ + Σ (aᵢ bⱼ + aⱼ bᵢ)            over the pairs (i, j) of k
//! backward:  da  += dy b + Σᵢ dyᵢ bᵢ + Σₖ dyₖ bₖ
//!            daᵢ += dyᵢ b + Σₖ dyₖ bⱼ                        over the pairs of k with i, both orders
//!            daₖ += dyₖ b
//! ```

use super::elementwise::add_product;
use super::{Pointer, StreamTile, StreamTileMut, Streams, check_derivatives};
use crate::kernels::{Kernel, Vector};
use crate::real::Real;

/// Computes the streams of `y`.
pub(super) struct Forward<'a, T> {
    streams: Streams<'a>,
    a: StreamTile<'a, T>,
    b: StreamTile<'a, T>,
    y: StreamTileMut<'a, T>,
}

impl<'a, T: Real> Forward<'a, T> {
    pub(super) fn new(
        streams: Streams<'a>,
        a: StreamTile<'a, T>,
        b: StreamTile<'a, T>,
        y: StreamTileMut<'a, T>,
    ) -> Self {
        check(streams, a, b, y.as_tile());
        Self { streams, a, b, y }
    }
}

/// Panics unless `b` has one feature or those of `a`, and `y` has the size of `a`.
fn check<T: Real>(streams: Streams<'_>, a: StreamTile<'_, T>, b: StreamTile<'_, T>, y: StreamTile<'_, T>) {
    for tile in [a, b, y] {
        check_derivatives(streams, tile.value, tile.derivatives);
        assert_eq!(tile.value.padded_samples(), a.value.padded_samples(), "samples of a product");
    }
    assert_eq!(a.value.features(), y.value.features(), "features of a product");
    assert!([1, a.value.features()].contains(&b.value.features()), "features of a factor");
}

impl<T: Real> Kernel<T> for Forward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let (features, padded) = (self.a.value.features(), self.a.value.padded_samples());
        let shared = self.b.value.features() == 1;
        let (a, b, y) = (self.a.pointer(), self.b.pointer(), self.y.pointer());
        for feature in 0..features {
            let b_feature = if shared { 0 } else { feature };
            for sample in (0..padded).step_by(V::LANES) {
                // SAFETY: `new` has compared the sizes. Registers lie inside the padded tiles.
                unsafe {
                    let (a, b) = (a.at(feature, sample), b.at(b_feature, sample));
                    multiply::<V>(self.streams, a, b, y.at(feature, sample));
                }
            }
        }
    }
}

/// Multiplies one register of streams.
///
/// # Safety
/// The streams must be a register each.
#[inline(always)]
unsafe fn multiply<V: Vector>(
    streams: Streams<'_>,
    a: Pointer<*const V::Scalar>,
    b: Pointer<*const V::Scalar>,
    y: Pointer<*mut V::Scalar>,
) {
    // SAFETY: the caller's contract.
    unsafe {
        let (a_value, b_value) = (V::load(a.value), V::load(b.value));
        a_value.mul(b_value).store(y.value);
        for s in 0..streams.derivatives() {
            let of_a = V::load(a.derivative(s)).mul(b_value);
            a_value.mul_add(V::load(b.derivative(s)), of_a).store(y.derivative(s));
        }
        for (k, pairs) in streams.second.iter().enumerate() {
            let target = y.derivative(streams.directions + k);
            for &(i, j) in *pairs {
                add_product(target, V::load(a.derivative(i)), V::load(b.derivative(j)));
                add_product(target, V::load(a.derivative(j)), V::load(b.derivative(i)));
            }
        }
    }
}

/// Adds the gradient with respect to the streams of `a`.
pub(super) struct Backward<'a, T> {
    streams: Streams<'a>,
    gradient: StreamTile<'a, T>,
    b: StreamTile<'a, T>,
    target: StreamTileMut<'a, T>,
}

impl<'a, T: Real> Backward<'a, T> {
    /// `b` or `target` may have a single feature: a factor of all features.
    pub(super) fn new(
        streams: Streams<'a>,
        gradient: StreamTile<'a, T>,
        b: StreamTile<'a, T>,
        target: StreamTileMut<'a, T>,
    ) -> Self {
        check(streams, gradient, b, gradient);
        check(streams, gradient, target.as_tile(), gradient);
        Self { streams, gradient, b, target }
    }
}

impl<T: Real> Kernel<T> for Backward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let (features, padded) = (self.gradient.value.features(), self.gradient.value.padded_samples());
        let b_shared = self.b.value.features() == 1;
        let target_shared = self.target.value.features() == 1;
        let (gradient, b, target) = (self.gradient.pointer(), self.b.pointer(), self.target.pointer());
        for feature in 0..features {
            let b_feature = if b_shared { 0 } else { feature };
            let target_feature = if target_shared { 0 } else { feature };
            for sample in (0..padded).step_by(V::LANES) {
                // SAFETY: `new` has compared the sizes. Registers lie inside the padded tiles.
                unsafe {
                    let (dy, b) = (gradient.at(feature, sample), b.at(b_feature, sample));
                    add_gradient::<V>(self.streams, dy, b, target.at(target_feature, sample));
                }
            }
        }
    }
}

/// Adds the gradient of one register of streams.
///
/// # Safety
/// The streams must be a register each.
#[inline(always)]
unsafe fn add_gradient<V: Vector>(
    streams: Streams<'_>,
    dy: Pointer<*const V::Scalar>,
    b: Pointer<*const V::Scalar>,
    target: Pointer<*mut V::Scalar>,
) {
    // SAFETY: the caller's contract.
    unsafe {
        let b_value = V::load(b.value);
        let mut value = V::load(dy.value).mul_add(b_value, V::load(target.value));
        for s in 0..streams.derivatives() {
            let dy = V::load(dy.derivative(s));
            value = dy.mul_add(V::load(b.derivative(s)), value);
            add_product(target.derivative(s), dy, b_value);
        }
        value.store(target.value);
        for (k, pairs) in streams.second.iter().enumerate() {
            let dy = V::load(dy.derivative(streams.directions + k));
            for &(i, j) in *pairs {
                add_product(target.derivative(i), dy, V::load(b.derivative(j)));
                add_product(target.derivative(j), dy, V::load(b.derivative(i)));
            }
        }
    }
}
