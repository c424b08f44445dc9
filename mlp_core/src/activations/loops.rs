//! The loops over tiles of all elementwise activations.
//!
//! ```text
//! forward:   y = f(z)               for each register of a tile, in place or from another tile
//! keeping:   y = f(z), k = f'(z)    for each register of a tile
//! backward:  dz = dy · f'(z, y)     for each register of a tile, in place or from another tile
//! orders:    f, f', f'', f'''       for each register of a tile
//! ```

use core::marker::PhantomData;

use crate::kernels::math::gradient_product;
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

/// The derivative itself in the place of `y`, as [`ForwardKeeping`] has kept it.
pub(super) enum Kept {}

impl Formula for Kept {
    const KEEPS_INPUT: bool = false;

    #[inline(always)]
    fn value<V: Vector<Scalar: Scalar>>(z: V) -> V {
        z
    }
    #[inline(always)]
    fn derivative<V: Vector<Scalar: Scalar>>(_z: V, y: V) -> V {
        y
    }
    #[inline(always)]
    fn orders<V: Vector<Scalar: Scalar>>(z: V) -> [V; 4] {
        [z; 4]
    }
}

/// Sets `y = f(z)`, including the padding.
pub(super) struct Forward<'a, F, T> {
    /// `None` if `y` holds `z`.
    z: Option<Tile<'a, T>>,
    y: TileMut<'a, T>,
    formula: PhantomData<fn() -> F>,
}

impl<'a, F: Formula, T: Copy> Forward<'a, F, T> {
    /// Replaces `z` by `f(z)`.
    pub(super) fn new(values: TileMut<'a, T>) -> Self {
        Self { z: None, y: values, formula: PhantomData }
    }

    /// # Panics
    /// If the tiles differ in size.
    pub(super) fn between(z: Tile<'a, T>, y: TileMut<'a, T>) -> Self {
        check(z, &y);
        Self { z: Some(z), y, formula: PhantomData }
    }
}

/// # Panics
/// If the tiles differ in size.
fn check<T: Copy>(tile: Tile<'_, T>, other: &TileMut<'_, T>) {
    assert_eq!(tile.features(), other.features(), "features of an activation");
    assert_eq!(tile.padded_samples(), other.padded_samples(), "samples of an activation");
}

/// Cost per element of the simplest formula, in multiply-adds.
const WORK: usize = 16;

impl<F: Formula, T: Scalar> Split for Forward<'_, F, T> {
    fn work(&self) -> usize {
        self.y.features() * self.y.padded_samples() * WORK
    }

    fn length(&self) -> usize {
        self.y.features()
    }

    fn split_at(self, feature: usize) -> (Self, Self) {
        let (first_z, second_z) = self.z.map(|z| z.split_at(feature)).unzip();
        let (first, second) = self.y.split_at(feature);
        let part = |z, y| Self { z, y, formula: PhantomData };
        (part(first_z, first), part(second_z, second))
    }
}

impl<F: Formula, T: Scalar> Kernel<T> for Forward<'_, F, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let padded = self.y.padded_samples();
        for feature in 0..self.y.features() {
            let y = self.y.padded_feature(feature).as_mut_ptr();
            let z = self.z.map_or(y.cast_const(), |z| z.padded_feature(feature).as_ptr());
            for sample in (0..padded).step_by(V::LANES) {
                // SAFETY: the registers lie inside the padded features, whose sizes `between` has compared.
                unsafe { F::value(V::load(z.add(sample))).store(y.add(sample)) };
            }
        }
    }
}

/// Sets `y = f(z)` and keeps `f'(z)`, including the padding.
pub(super) struct ForwardKeeping<'a, F, T> {
    /// `None` if `y` holds `z`.
    z: Option<Tile<'a, T>>,
    y: TileMut<'a, T>,
    kept: TileMut<'a, T>,
    formula: PhantomData<fn() -> F>,
}

impl<'a, F: Formula, T: Copy> ForwardKeeping<'a, F, T> {
    /// # Panics
    /// If the tiles differ in size.
    pub(super) fn new(z: Option<Tile<'a, T>>, y: TileMut<'a, T>, kept: TileMut<'a, T>) -> Self {
        check(kept.as_tile(), &y);
        z.iter().for_each(|&z| check(z, &y));
        Self { z, y, kept, formula: PhantomData }
    }
}

impl<F: Formula, T: Scalar> Split for ForwardKeeping<'_, F, T> {
    fn work(&self) -> usize {
        self.y.features() * self.y.padded_samples() * WORK
    }

    fn length(&self) -> usize {
        self.y.features()
    }

    fn split_at(self, feature: usize) -> (Self, Self) {
        let (first_z, second_z) = self.z.map(|z| z.split_at(feature)).unzip();
        let (first, second) = self.y.split_at(feature);
        let (first_kept, second_kept) = self.kept.split_at(feature);
        let part = |z, y, kept| Self { z, y, kept, formula: PhantomData };
        (part(first_z, first, first_kept), part(second_z, second, second_kept))
    }
}

impl<F: Formula, T: Scalar> Kernel<T> for ForwardKeeping<'_, F, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let padded = self.y.padded_samples();
        for feature in 0..self.y.features() {
            let y = self.y.padded_feature(feature).as_mut_ptr();
            let kept = self.kept.padded_feature(feature).as_mut_ptr();
            let z = self.z.map_or(y.cast_const(), |z| z.padded_feature(feature).as_ptr());
            for sample in (0..padded).step_by(V::LANES) {
                // SAFETY: the registers lie inside the padded features, whose sizes `new` has compared.
                unsafe {
                    // The compiler computes once what both share.
                    let z = V::load(z.add(sample));
                    let value = F::value(z);
                    value.store(y.add(sample));
                    F::derivative(z, value).store(kept.add(sample));
                }
            }
        }
    }
}

/// Sets the gradient with respect to `z` from that with respect to `y`, including the padding.
pub(super) struct Backward<'a, F, T> {
    /// `y` if the formula does not need `z`.
    z: Tile<'a, T>,
    y: Tile<'a, T>,
    /// `None` if `dz` holds `dy`.
    dy: Option<Tile<'a, T>>,
    dz: TileMut<'a, T>,
    formula: PhantomData<fn() -> F>,
}

impl<'a, F: Formula, T: Copy> Backward<'a, F, T> {
    /// # Panics
    /// If the tiles differ in size, or if the formula needs `z` and there is none.
    pub(super) fn new(z: Option<Tile<'a, T>>, y: Tile<'a, T>, dy: Option<Tile<'a, T>>, dz: TileMut<'a, T>) -> Self {
        let z = if F::KEEPS_INPUT { z.expect("`z` is required because `KEEPS_INPUT` is true") } else { y };
        for tile in [z, y, dy.unwrap_or(y)] {
            check(tile, &dz);
        }
        Self { z, y, dy, dz, formula: PhantomData }
    }
}

impl<F: Formula, T: Scalar> Split for Backward<'_, F, T> {
    fn work(&self) -> usize {
        self.dz.features() * self.dz.padded_samples() * WORK
    }

    fn length(&self) -> usize {
        self.dz.features()
    }

    fn split_at(self, feature: usize) -> (Self, Self) {
        let (first_z, second_z) = self.z.split_at(feature);
        let (first_y, second_y) = self.y.split_at(feature);
        let (first_dy, second_dy) = self.dy.map(|dy| dy.split_at(feature)).unzip();
        let (first, second) = self.dz.split_at(feature);
        let part = |z, y, dy, dz| Self { z, y, dy, dz, formula: PhantomData };
        (part(first_z, first_y, first_dy, first), part(second_z, second_y, second_dy, second))
    }
}

impl<F: Formula, T: Scalar> Kernel<T> for Backward<'_, F, T> {
    type Output = ();

    // dz = dy f'(z)
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let padded = self.dz.padded_samples();
        for feature in 0..self.dz.features() {
            let [z, y] = [self.z, self.y].map(|tile| tile.padded_feature(feature).as_ptr());
            let dz = self.dz.padded_feature(feature).as_mut_ptr();
            let dy = self.dy.map_or(dz.cast_const(), |dy| dy.padded_feature(feature).as_ptr());
            for sample in (0..padded).step_by(V::LANES) {
                // SAFETY: the registers lie inside the padded features, whose sizes `new` has compared.
                unsafe {
                    let y = V::load(y.add(sample));
                    let z = if F::KEEPS_INPUT { V::load(z.add(sample)) } else { y };
                    gradient_product(V::load(dy.add(sample)), F::derivative(z, y)).store(dz.add(sample));
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
