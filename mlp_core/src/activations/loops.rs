//! The loops over tiles of all elementwise activations.
//!
//! ```text
//! forward:   z ← f(z)               for each register of a tile
//! backward:  dy ← dy · f'(z, y)     for each register of a tile
//! orders:    f, f', f'', f'''       for each register of a tile
//! ```

use core::marker::PhantomData;

use crate::kernels::parallel::Split;
use crate::kernels::{Kernel, Vector};
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// A function of a single value and its derivative, for registers of any instruction set.
pub(super) trait Formula: 'static {
    /// `true` if the derivative depends on `z`, and not on `y` alone.
    const KEEPS_INPUT: bool;
    /// Returns `f(z)`.
    fn value<V: Vector<Scalar: Scalar>>(z: V) -> V;
    /// Returns `f'(z)`, where `y = f(z)`. If `KEEPS_INPUT` is `false`, `z` must not be used.
    fn derivative<V: Vector<Scalar: Scalar>>(z: V, y: V) -> V;
    /// Returns `f(z)` and its first three derivatives.
    fn orders<V: Vector<Scalar: Scalar>>(z: V) -> [V; 4];
}

/// Replaces `z` by `f(z)`, including the padding.
pub(super) struct Forward<'a, F, T> {
    values: TileMut<'a, T>,
    formula: PhantomData<fn() -> F>,
}

impl<'a, F: Formula, T> Forward<'a, F, T> {
    pub(super) fn new(values: TileMut<'a, T>) -> Self {
        Self { values, formula: PhantomData }
    }
}

/// Cost per element of the simplest formula, in multiply-adds.
const WORK: usize = 16;

impl<F: Formula, T: Scalar> Split for Forward<'_, F, T> {
    fn work(&self) -> usize {
        self.values.features() * self.values.padded_samples() * WORK
    }

    fn length(&self) -> usize {
        self.values.features()
    }

    fn split_at(self, feature: usize) -> (Self, Self) {
        let (first, second) = self.values.split_at(feature);
        (Self::new(first), Self::new(second))
    }
}

impl<F: Formula, T: Scalar> Kernel<T> for Forward<'_, F, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        for feature in 0..self.values.features() {
            for register in self.values.padded_feature(feature).chunks_exact_mut(V::LANES) {
                let values = register.as_mut_ptr();
                // SAFETY: the chunk is a whole register.
                unsafe { F::value(V::load(values)).store(values) };
            }
        }
    }
}

/// Replaces the gradient with respect to `y` by the gradient with respect to `z`, including the padding.
pub(super) struct Backward<'a, F, T> {
    /// `y` if the formula does not need `z`.
    z: Tile<'a, T>,
    y: Tile<'a, T>,
    gradient: TileMut<'a, T>,
    formula: PhantomData<fn() -> F>,
}

impl<'a, F: Formula, T: Copy> Backward<'a, F, T> {
    /// # Panics
    /// If the tiles differ in size, or if the formula needs `z` and there is none.
    pub(super) fn new(z: Option<Tile<'a, T>>, y: Tile<'a, T>, gradient: TileMut<'a, T>) -> Self {
        let z = if F::KEEPS_INPUT { z.expect("`z` is required because `KEEPS_INPUT` is true") } else { y };
        for tile in [z, y] {
            assert_eq!(tile.features(), gradient.features(), "features of an activation");
            assert_eq!(tile.padded_samples(), gradient.padded_samples(), "samples of an activation");
        }
        Self { z, y, gradient, formula: PhantomData }
    }
}

impl<F: Formula, T: Scalar> Split for Backward<'_, F, T> {
    fn work(&self) -> usize {
        self.gradient.features() * self.gradient.padded_samples() * WORK
    }

    fn length(&self) -> usize {
        self.gradient.features()
    }

    fn split_at(self, feature: usize) -> (Self, Self) {
        let (first_z, second_z) = self.z.split_at(feature);
        let (first_y, second_y) = self.y.split_at(feature);
        let (first, second) = self.gradient.split_at(feature);
        let part = |z, y, gradient| Self { z, y, gradient, formula: PhantomData };
        (part(first_z, first_y, first), part(second_z, second_y, second))
    }
}

impl<F: Formula, T: Scalar> Kernel<T> for Backward<'_, F, T> {
    type Output = ();

    // dz = dy f'(z)
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let stride = self.gradient.stride();
        for feature in 0..self.gradient.features() {
            for sample in (feature * stride..feature * stride + self.gradient.padded_samples()).step_by(V::LANES) {
                // SAFETY: the registers lie inside the padded tiles, whose sizes `new` has compared.
                unsafe {
                    let y = V::load(self.y.as_ptr().add(sample));
                    let z = if F::KEEPS_INPUT { V::load(self.z.as_ptr().add(sample)) } else { y };
                    let gradient = self.gradient.as_mut_ptr().add(sample);
                    V::load(gradient).mul(F::derivative(z, y)).store(gradient);
                }
            }
        }
    }
}

/// Computes `f(z)` and its first three derivatives, including the padding.
pub(super) struct Derivatives<'a, F, T> {
    z: Tile<'a, T>,
    values: [TileMut<'a, T>; 4],
    formula: PhantomData<fn() -> F>,
}

impl<'a, F: Formula, T: Copy> Derivatives<'a, F, T> {
    /// # Panics
    /// If the tiles differ in size.
    pub(super) fn new(z: Tile<'a, T>, values: [TileMut<'a, T>; 4]) -> Self {
        for tile in &values {
            assert_eq!(tile.features(), z.features(), "features of an activation");
            assert_eq!(tile.padded_samples(), z.padded_samples(), "samples of an activation");
        }
        Self { z, values, formula: PhantomData }
    }
}

impl<F: Formula, T: Scalar> Split for Derivatives<'_, F, T> {
    fn work(&self) -> usize {
        self.z.features() * self.z.padded_samples() * WORK
    }

    fn length(&self) -> usize {
        self.z.features()
    }

    fn split_at(self, feature: usize) -> (Self, Self) {
        let (first_z, second_z) = self.z.split_at(feature);
        let [a, b, c, d] = self.values.map(|values| values.split_at(feature));
        let part = |z, values| Self { z, values, formula: PhantomData };
        (part(first_z, [a.0, b.0, c.0, d.0]), part(second_z, [a.1, b.1, c.1, d.1]))
    }
}

impl<F: Formula, T: Scalar> Kernel<T> for Derivatives<'_, F, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let (stride, padded) = (self.z.stride(), self.z.padded_samples());
        for feature in 0..self.z.features() {
            for sample in (feature * stride..feature * stride + padded).step_by(V::LANES) {
                // SAFETY: the registers lie inside the padded tiles, whose sizes `new` has compared.
                unsafe {
                    let orders = F::orders(V::load(self.z.as_ptr().add(sample)));
                    for (values, order) in self.values.iter_mut().zip(orders) {
                        order.store(values.as_mut_ptr().add(sample));
                    }
                }
            }
        }
    }
}
