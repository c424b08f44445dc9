//! The formulas of `elementwise` for one register of samples.
//!
//! Their loops run over any number of streams, in memory. One second derivative that sums squares of one to three directions,
//! such as `u_xx` or a Laplacian, is the common case: with constant lengths, all streams stay in registers.

use super::elementwise::add_product;
use super::{Pointer, Streams};
use crate::kernels::Vector;
use crate::kernels::vector::{registers, splat};
use crate::real::Real;

/// Calls a method of a kernel with the pattern of its streams.
macro_rules! match_pattern {
    ($streams:ident, $self:ident.$run:ident::<$v:ident, _>) => {
        match ($streams.directions, $crate::kernels::streams::pattern::squares($streams)) {
            (1, Some(0b1)) => $self.$run::<$v, _>($crate::kernels::streams::pattern::Squares::<1, 0b1>),
            (2, Some(0b01)) => $self.$run::<$v, _>($crate::kernels::streams::pattern::Squares::<2, 0b01>),
            (2, Some(0b10)) => $self.$run::<$v, _>($crate::kernels::streams::pattern::Squares::<2, 0b10>),
            (2, Some(0b11)) => $self.$run::<$v, _>($crate::kernels::streams::pattern::Squares::<2, 0b11>),
            (3, Some(0b111)) => $self.$run::<$v, _>($crate::kernels::streams::pattern::Squares::<3, 0b111>),
            _ => $self.$run::<$v, _>($streams),
        }
    };
}
pub(super) use match_pattern;

/// Maximum number of directions of [`Squares`].
const MAX_DIRECTIONS: usize = 3;

/// Returns the directions whose squares the only second derivative sums, in ascending order, as bits.
pub(super) fn squares(streams: Streams<'_>) -> Option<usize> {
    let [pairs] = streams.second else { return None };
    let ascends = pairs.is_sorted_by(|first, second| first.0 < second.0);
    let are_squares = pairs.iter().all(|&(i, j)| i == j && i < MAX_DIRECTIONS);
    (ascends && are_squares).then(|| pairs.iter().map(|&(i, _)| 1 << i).sum())
}

/// The streams of a kernel, with lengths that may be constants.
pub(super) trait Pattern: Copy {
    /// Computes the derivatives of one register of `y`.
    ///
    /// # Safety
    /// The derivatives of `z` and `y`, `padded` scalars apart, must be a register each.
    unsafe fn forward<V: Vector<Scalar: Real>>(
        self,
        orders: [V; 2],
        z: *const V::Scalar,
        y: *mut V::Scalar,
        padded: usize,
    );

    /// Replaces the gradient of one register.
    ///
    /// # Safety
    /// The derivatives of `z`, and the streams of the gradient, must be a register each.
    unsafe fn backward<V: Vector<Scalar: Real>>(
        self,
        orders: [V; 3],
        z: *const V::Scalar,
        gradient: Pointer<*mut V::Scalar>,
    );
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

impl Pattern for Streams<'_> {
    #[inline(always)]
    unsafe fn forward<V: Vector<Scalar: Real>>(
        self,
        [first, second]: [V; 2],
        z: *const V::Scalar,
        y: *mut V::Scalar,
        padded: usize,
    ) {
        // SAFETY: the caller's contract.
        unsafe {
            for i in 0..self.directions {
                first.mul(V::load(z.add(i * padded))).store(y.add(i * padded));
            }
            for (k, pairs) in self.second.iter().enumerate() {
                let at = (self.directions + k) * padded;
                let products = products::<V>(z, padded, pairs);
                second.mul_add(products, first.mul(V::load(z.add(at)))).store(y.add(at));
            }
        }
    }

    #[inline(always)]
    unsafe fn backward<V: Vector<Scalar: Real>>(
        self,
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
            for i in 0..self.directions {
                let target = gradient.derivative(i);
                let dy = V::load(target);
                by_second = dy.mul_add(V::load(z.add(i * padded)), by_second);
                first.mul(dy).store(target);
            }
            for (k, pairs) in self.second.iter().enumerate() {
                let target = gradient.derivative(self.directions + k);
                let dy = V::load(target);
                by_second = dy.mul_add(V::load(z.add((self.directions + k) * padded)), by_second);
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
}

/// `DIRECTIONS` first derivatives, and a second derivative: the sum of the squares of those in `MASK`, bit by bit.
#[derive(Clone, Copy)]
pub(super) struct Squares<const DIRECTIONS: usize, const MASK: usize>;

impl<const DIRECTIONS: usize, const MASK: usize> Squares<DIRECTIONS, MASK> {
    #[inline(always)]
    const fn has(direction: usize) -> bool {
        MASK >> direction & 1 == 1
    }

    /// Returns `Σ zᵢ²` over the directions of the mask.
    #[inline(always)]
    fn sum<V: Vector<Scalar: Real>>(z: [V; DIRECTIONS]) -> V {
        let mut sum = splat::<V>(0.0);
        for (i, z) in z.into_iter().enumerate() {
            if Self::has(i) {
                sum = z.mul_add(z, sum);
            }
        }
        sum
    }
}

impl<const DIRECTIONS: usize, const MASK: usize> Pattern for Squares<DIRECTIONS, MASK> {
    #[inline(always)]
    unsafe fn forward<V: Vector<Scalar: Real>>(
        self,
        [first, second]: [V; 2],
        z: *const V::Scalar,
        y: *mut V::Scalar,
        padded: usize,
    ) {
        // SAFETY: the caller's contract.
        unsafe {
            let z_i: [V; DIRECTIONS] = registers(|i| V::load(z.add(i * padded)));
            let z_k = V::load(z.add(DIRECTIONS * padded));
            for (i, z) in z_i.into_iter().enumerate() {
                first.mul(z).store(y.add(i * padded));
            }
            second.mul_add(Self::sum(z_i), first.mul(z_k)).store(y.add(DIRECTIONS * padded));
        }
    }

    #[inline(always)]
    unsafe fn backward<V: Vector<Scalar: Real>>(
        self,
        [first, second, third]: [V; 3],
        z: *const V::Scalar,
        gradient: Pointer<*mut V::Scalar>,
    ) {
        // SAFETY: the caller's contract.
        unsafe {
            let z_i: [V; DIRECTIONS] = registers(|i| V::load(z.add(i * gradient.padded)));
            let z_k = V::load(z.add(DIRECTIONS * gradient.padded));
            let dy_i: [V; DIRECTIONS] = registers(|i| V::load(gradient.derivative(i)));
            let dy_k = V::load(gradient.derivative(DIRECTIONS));
            let mut by_second = splat::<V>(0.0);
            for (dy, z) in dy_i.into_iter().zip(z_i) {
                by_second = dy.mul_add(z, by_second);
            }
            by_second = dy_k.mul_add(z_k, by_second);
            let value = first.mul(V::load(gradient.value));
            let value = dy_k.mul(third).mul_add(Self::sum(z_i), value);
            let factor = second.mul(dy_k);
            for i in 0..DIRECTIONS {
                let mut dz = first.mul(dy_i[i]);
                if Self::has(i) {
                    dz = factor.mul_add(z_i[i], factor.mul_add(z_i[i], dz));
                }
                dz.store(gradient.derivative(i));
            }
            first.mul(dy_k).store(gradient.derivative(DIRECTIONS));
            second.mul_add(by_second, value).store(gradient.value);
        }
    }
}
