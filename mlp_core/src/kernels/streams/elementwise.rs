//! The chain rule of `y = f(z)`, to second order, forward and backward.
//!
//! ```text
//! forward:   yᵢ = f' zᵢ
//!            yₖ = f' zₖ + f'' Σ zᵢ zⱼ                        over the pairs (i, j) of k
//! backward:  dz  = f' dy + f'' Σᵢ dyᵢ zᵢ + Σₖ dyₖ (f'' zₖ + f''' Σ zᵢ zⱼ)
//!            dzᵢ = f' dyᵢ + f'' Σₖ dyₖ zⱼ                    over the pairs of k with i, both orders
//!            dzₖ = f' dyₖ
//! ```
//!
//! [`pattern`](super::pattern) has the formulas of one register.

use super::pattern::{Pattern, match_pattern};
use super::{ActivationDerivatives, StreamTileMut, Streams, check_derivatives};
use crate::kernels::{Kernel, Vector};
use crate::real::Real;
use crate::tile::{Tile, TileMut};

/// Computes the derivatives of `y` from those of `z`.
pub(super) struct Forward<'a, T> {
    streams: Streams<'a>,
    orders: ActivationDerivatives<'a, T>,
    z: Tile<'a, T>,
    y: TileMut<'a, T>,
}

impl<'a, T: Real> Forward<'a, T> {
    pub(super) fn new(
        streams: Streams<'a>,
        orders: ActivationDerivatives<'a, T>,
        z: Tile<'a, T>,
        y: TileMut<'a, T>,
    ) -> Self {
        check(streams, orders, z);
        check_derivatives(streams, orders.first, y.as_tile());
        Self { streams, orders, z, y }
    }
}

fn check<T: Real>(streams: Streams<'_>, orders: ActivationDerivatives<'_, T>, z: Tile<'_, T>) {
    check_derivatives(streams, orders.first, z);
    for tile in [orders.second, orders.third] {
        assert_eq!(tile.features(), orders.first.features(), "features of the derivatives");
        assert_eq!(tile.padded_samples(), orders.first.padded_samples(), "samples of the derivatives");
    }
}

impl<T: Real> Kernel<T> for Forward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let streams = self.streams;
        match_pattern!(streams, self.run_for::<V, _>);
    }
}

impl<T: Real> Forward<'_, T> {
    #[inline(always)]
    fn run_for<V: Vector<Scalar = T>, P: Pattern>(mut self, pattern: P) {
        let ActivationDerivatives { first: by_z, second: by_z2, .. } = self.orders;
        let (padded, stride) = (by_z.padded_samples(), by_z.stride());
        let (z_stride, y_stride) = (self.z.stride(), self.y.stride());
        for feature in 0..by_z.features() {
            for sample in (0..padded).step_by(V::LANES) {
                // SAFETY: `new` has compared the sizes. Registers lie inside the padded tiles.
                unsafe {
                    let first = V::load(by_z.as_ptr().add(feature * stride + sample));
                    let second = V::load(by_z2.as_ptr().add(feature * stride + sample));
                    // Without derivatives, the tiles are empty.
                    let z = self.z.as_ptr().wrapping_add(feature * z_stride + sample);
                    let y = self.y.as_mut_ptr().wrapping_add(feature * y_stride + sample);
                    pattern.forward([first, second], z, y, padded);
                }
            }
        }
    }
}

/// Replaces the gradient with respect to the streams of `y` by that with respect to the streams of `z`.
pub(super) struct Backward<'a, T> {
    streams: Streams<'a>,
    orders: ActivationDerivatives<'a, T>,
    z: Tile<'a, T>,
    gradient: StreamTileMut<'a, T>,
}

impl<'a, T: Real> Backward<'a, T> {
    pub(super) fn new(
        streams: Streams<'a>,
        orders: ActivationDerivatives<'a, T>,
        z: Tile<'a, T>,
        gradient: StreamTileMut<'a, T>,
    ) -> Self {
        check(streams, orders, z);
        let tile = gradient.as_tile();
        assert_eq!(tile.value.features(), z.features(), "features of the gradient");
        assert_eq!(tile.value.padded_samples(), orders.first.padded_samples(), "samples of the gradient");
        check_derivatives(streams, tile.value, tile.derivatives);
        Self { streams, orders, z, gradient }
    }
}

impl<T: Real> Kernel<T> for Backward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let streams = self.streams;
        match_pattern!(streams, self.run_for::<V, _>);
    }
}

impl<T: Real> Backward<'_, T> {
    #[inline(always)]
    fn run_for<V: Vector<Scalar = T>, P: Pattern>(mut self, pattern: P) {
        let ActivationDerivatives { first, second, third } = self.orders;
        let (padded, stride, z_stride) = (first.padded_samples(), first.stride(), self.z.stride());
        let gradient = self.gradient.pointer();
        for feature in 0..first.features() {
            for sample in (0..padded).step_by(V::LANES) {
                let at = feature * stride + sample;
                // SAFETY: `new` has compared the sizes. Registers lie inside the padded tiles.
                unsafe {
                    let load = |order: Tile<'_, T>| V::load(order.as_ptr().add(at));
                    let orders = [load(first), load(second), load(third)];
                    let z = self.z.as_ptr().wrapping_add(feature * z_stride + sample);
                    pattern.backward(orders, z, gradient.at(feature, sample));
                }
            }
        }
    }
}

/// Adds a product to a register in memory.
///
/// # Safety
/// `target` must be a register.
#[inline(always)]
pub(super) unsafe fn add_product<V: Vector>(target: *mut V::Scalar, a: V, b: V) {
    // SAFETY: the caller's contract.
    unsafe { a.mul_add(b, V::load(target)).store(target) };
}
