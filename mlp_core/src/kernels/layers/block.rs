//! Blocks of samples: some registers of one feature after another.
//!
//! ```text
//! run(blocks):
//!   for each four registers of real samples:  block::<4>
//!   for each register of the rest:            block::<1>, with zeros in place of the padding
//! ```

use crate::kernels::evaluation::lanes_below;
use crate::kernels::vector::{Vector, registers, splat};
use crate::real::Real;
use crate::tile::{Tile, TileMut};

/// Number of registers of a whole block.
const REGISTERS: usize = 4;

/// A kernel whose samples are independent, one block of them after another.
pub(super) trait Blocks<T> {
    /// Computes the samples of `R` registers from `first` on.
    ///
    /// # Safety
    /// The registers must lie in the padded samples of the kernel's tiles.
    unsafe fn block<V: Vector<Scalar = T>, const R: usize>(&mut self, first: usize);
}

/// Runs a kernel over all samples of its tiles.
#[inline(always)]
pub(super) fn run<V: Vector, B: Blocks<V::Scalar>>(blocks: &mut B, x: Tile<'_, V::Scalar>) {
    let mut first = 0;
    // SAFETY: blocks end within the padded samples, a multiple of the lanes.
    unsafe {
        while first + REGISTERS * V::LANES <= x.samples() {
            blocks.block::<V, REGISTERS>(first);
            first += REGISTERS * V::LANES;
        }
        while first < x.padded_samples() {
            blocks.block::<V, 1>(first);
            first += V::LANES;
        }
    }
}

/// Some registers of samples of one feature.
#[derive(Clone, Copy)]
pub(super) struct Block<V, const R: usize>(pub(super) [V; R]);

impl<V: Vector<Scalar: Real>, const R: usize> Block<V, R> {
    #[inline(always)]
    pub(super) fn splat(value: V::Scalar) -> Self {
        Self([V::splat(value); R])
    }

    #[inline(always)]
    pub(super) fn map(self, f: impl Fn(V) -> V) -> Self {
        Self(registers(
            #[inline(always)]
            |register| f(self.0[register]),
        ))
    }

    #[inline(always)]
    pub(super) fn zip(self, other: Self, f: impl Fn(V, V) -> V) -> Self {
        Self(registers(
            #[inline(always)]
            |register| f(self.0[register], other.0[register]),
        ))
    }

    /// Returns `self · factor + term`.
    #[inline(always)]
    pub(super) fn mul_add(self, factor: Self, term: Self) -> Self {
        Self(registers(
            #[inline(always)]
            |register| self.0[register].mul_add(factor.0[register], term.0[register]),
        ))
    }

    /// Sets the padding of a block of one register to zero.
    #[inline(always)]
    pub(super) fn without_padding(self, samples: Samples<V>) -> Self {
        if R == 1 { self.map(|values| values.where_positive(samples.is_sample)) } else { self }
    }

    /// Returns the sum of all samples.
    #[inline(always)]
    pub(super) fn sum(self) -> V::Scalar {
        self.0[1..].iter().fold(self.0[0], |sum, &register| sum.add(register)).sum()
    }
}

/// The samples of a block in tiles.
#[derive(Clone, Copy)]
pub(super) struct Samples<V> {
    first: usize,
    /// Positive in the lanes that are samples, for a block of one register.
    is_sample: V,
}

impl<V: Vector<Scalar: Real>> Samples<V> {
    #[inline(always)]
    pub(super) fn new(samples: usize, first: usize) -> Self {
        Self { first, is_sample: lanes_below(samples, first) }
    }

    /// Reads a feature. The padding of a block of one register is zero.
    ///
    /// # Safety
    /// The block must lie in the tile.
    #[inline(always)]
    pub(super) unsafe fn load<const R: usize>(self, tile: Tile<'_, V::Scalar>, feature: usize) -> Block<V, R> {
        let start = feature * tile.stride() + self.first;
        Block(registers(|register| {
            // SAFETY: the caller's contract.
            unsafe { V::load(tile.as_ptr().add(start + register * V::LANES)) }
        }))
        .without_padding(self)
    }

    /// Writes a feature.
    ///
    /// # Safety
    /// The block must lie in the tile.
    #[inline(always)]
    pub(super) unsafe fn store<const R: usize>(
        self,
        values: Block<V, R>,
        tile: &mut TileMut<'_, V::Scalar>,
        feature: usize,
    ) {
        let start = feature * tile.stride() + self.first;
        for (register, value) in values.0.into_iter().enumerate() {
            // SAFETY: the caller's contract.
            unsafe { value.store(tile.as_mut_ptr().add(start + register * V::LANES)) };
        }
    }
}
