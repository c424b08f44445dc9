//! The chain rule of `y = f(z)`, to second order, forward and backward.
//!
//! ```text
//! forward:   yᵢ = f' zᵢ
//!            yₖ = f' zₖ + f'' Σ zᵢ zⱼ                        over the pairs (i, j) of k
//! backward:  dz  = f' dy + f'' Σᵢ dyᵢ zᵢ + Σₖ dyₖ (f'' zₖ + f''' Σ zᵢ zⱼ)
//!            dzᵢ = f' dyᵢ + f'' Σₖ dyₖ zⱼ                    over the pairs of k with i, both orders
//!            dzₖ = f' dyₖ
//! ```

use super::{ActivationDerivatives, StreamTileMut, Streams, check_derivatives};
use crate::kernels::vector::splat;
use crate::kernels::{Kernel, Vector};
use crate::real::Real;
use crate::tile::{Tile, TileMut};

use super::Pointer;

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
    fn run<V: Vector<Scalar = T>>(mut self) {
        let ActivationDerivatives { first: by_z, second: by_z2, .. } = self.orders;
        let (padded, stride) = (by_z.padded_samples(), by_z.stride());
        let (z_stride, y_stride) = (self.z.stride(), self.y.stride());
        let directions = self.streams.directions;
        for feature in 0..by_z.features() {
            for sample in (0..padded).step_by(V::LANES) {
                // SAFETY: `new` has compared the sizes. Registers lie inside the padded tiles.
                unsafe {
                    let first = V::load(by_z.as_ptr().add(feature * stride + sample));
                    let second = V::load(by_z2.as_ptr().add(feature * stride + sample));
                    // Without derivatives, the tiles are empty.
                    let z = self.z.as_ptr().wrapping_add(feature * z_stride + sample);
                    let y = self.y.as_mut_ptr().wrapping_add(feature * y_stride + sample);
                    for i in 0..directions {
                        first.mul(V::load(z.add(i * padded))).store(y.add(i * padded));
                    }
                    for (k, pairs) in self.streams.second.iter().enumerate() {
                        let at = (directions + k) * padded;
                        let products = products::<V>(z, padded, pairs);
                        second.mul_add(products, first.mul(V::load(z.add(at)))).store(y.add(at));
                    }
                }
            }
        }
    }
}

/// Returns `Σ zᵢ zⱼ` over some pairs.
///
/// # Safety
/// The derivatives of all pairs must be readable.
#[inline(always)]
unsafe fn products<V: Vector<Scalar: Real>>(z: *const V::Scalar, padded: usize, pairs: &[(usize, usize)]) -> V {
    let mut sum = splat::<V>(0.0);
    for &(i, j) in pairs {
        // SAFETY: the caller's contract.
        unsafe { sum = V::load(z.add(i * padded)).mul_add(V::load(z.add(j * padded)), sum) };
    }
    sum
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
    fn run<V: Vector<Scalar = T>>(mut self) {
        let ActivationDerivatives { first, second, third } = self.orders;
        let (padded, stride, z_stride) = (first.padded_samples(), first.stride(), self.z.stride());
        let gradient = self.gradient.pointer();
        for feature in 0..first.features() {
            for sample in (0..padded).step_by(V::LANES) {
                let at = feature * stride + sample;
                // SAFETY: `new` has compared the sizes. Registers lie inside the padded tiles.
                unsafe {
                    let orders = [first, second, third].map(
                        #[inline(always)]
                        |first| V::load(first.as_ptr().add(at)),
                    );
                    let z = self.z.as_ptr().wrapping_add(feature * z_stride + sample);
                    backward_register::<V>(self.streams, orders, z, gradient.at(feature, sample));
                }
            }
        }
    }
}

/// Replaces the gradient of one register.
///
/// # Safety
/// The derivatives of `z`, and the streams of the gradient, must be a register each.
#[inline(always)]
unsafe fn backward_register<V: Vector<Scalar: Real>>(
    streams: Streams<'_>,
    [first, second, third]: [V; 3],
    z: *const V::Scalar,
    gradient: Pointer<*mut V::Scalar>,
) {
    let padded = gradient.padded;
    // SAFETY: the caller's contract.
    unsafe {
        // The factor of f''.
        let mut by_second = splat::<V>(0.0);
        let mut value = first.mul(V::load(gradient.value));
        for i in 0..streams.directions {
            let target = gradient.derivative(i);
            let dy = V::load(target);
            by_second = dy.mul_add(V::load(z.add(i * padded)), by_second);
            first.mul(dy).store(target);
        }
        for (k, pairs) in streams.second.iter().enumerate() {
            let target = gradient.derivative(streams.directions + k);
            let dy = V::load(target);
            by_second = dy.mul_add(V::load(z.add((streams.directions + k) * padded)), by_second);
            first.mul(dy).store(target);
            value = dy.mul(third).mul_add(products::<V>(z, padded, pairs), value);
            let factor = second.mul(dy);
            for &(i, j) in *pairs {
                add_product(gradient.derivative(i), factor, V::load(z.add(j * padded)));
                add_product(gradient.derivative(j), factor, V::load(z.add(i * padded)));
            }
        }
        second.mul_add(by_second, value).store(gradient.value);
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
