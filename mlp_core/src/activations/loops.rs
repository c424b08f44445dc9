//! The loops over tiles that every activation of one value shares.

use core::marker::PhantomData;

use super::elementwise::Formula;
use crate::kernels::parallel::Split;
use crate::kernels::{Kernel, Vector};
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// Replaces `z` by `f(z)`, in the padding too.
pub(super) struct Forward<'a, F, T> {
    values: TileMut<'a, T>,
    formula: PhantomData<fn() -> F>,
}

impl<'a, F: Formula, T> Forward<'a, F, T> {
    pub(super) fn new(values: TileMut<'a, T>) -> Self {
        Self { values, formula: PhantomData }
    }
}

/// The time of a number in multiply-adds, for the simplest formula.
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
                // SAFETY: the chunk is one register long.
                unsafe { F::value(V::load(values)).store(values) };
            }
        }
    }
}

/// Replaces the gradient by `y` by the gradient by `z`, in the padding too.
pub(super) struct Backward<'a, F, T> {
    before: Tile<'a, T>,
    after: Tile<'a, T>,
    gradient: TileMut<'a, T>,
    formula: PhantomData<fn() -> F>,
}

impl<'a, F: Formula, T: Copy> Backward<'a, F, T> {
    pub(super) fn new(before: Option<Tile<'a, T>>, after: Tile<'a, T>, gradient: TileMut<'a, T>) -> Self {
        let before = if F::KEEPS_INPUT {
            before.expect("`KEEPS_INPUT` asks for the values before the activation")
        } else {
            after
        };
        for tile in [before, after] {
            assert_eq!(tile.features(), gradient.features(), "features of an activation");
            assert_eq!(tile.padded_samples(), gradient.padded_samples(), "samples of an activation");
        }
        Self { before, after, gradient, formula: PhantomData }
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
        let (first_before, second_before) = self.before.split_at(feature);
        let (first_after, second_after) = self.after.split_at(feature);
        let (first, second) = self.gradient.split_at(feature);
        let part = |before, after, gradient| Self { before, after, gradient, formula: PhantomData };
        (part(first_before, first_after, first), part(second_before, second_after, second))
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
                // SAFETY: a whole register of the padded tiles, which `new` has found to be of one size.
                unsafe {
                    let y = V::load(self.after.as_ptr().add(sample));
                    let z = if F::KEEPS_INPUT { V::load(self.before.as_ptr().add(sample)) } else { y };
                    let gradient = self.gradient.as_mut_ptr().add(sample);
                    V::load(gradient).mul(F::slope(z, y)).store(gradient);
                }
            }
        }
    }
}
