//! What products have in common: how they are divided into blocks, and one block in registers.

use core::ops::Range;

use super::vector::Vector;

/// How many columns of a product's matrix are worked on at a time: few enough that a block's weights stay in the first-level
/// cache while all samples go by, and the samples' features in the second-level cache while all blocks do.
pub(super) const DEPTH: usize = 256;

/// Registers of samples, a feature every `stride` scalars.
#[derive(Clone, Copy)]
pub(super) struct Samples<T> {
    pub(super) first: *const T,
    pub(super) stride: usize,
}

/// The weights of a block, where they lie or copied together.
#[derive(Clone, Copy)]
pub(super) struct Weights<T> {
    pub(super) first: *const T,
    pub(super) row_stride: usize,
    pub(super) column_stride: usize,
}

impl<T> Weights<T> {
    /// The weights from a row on.
    ///
    /// # Safety
    /// The row must be one of theirs.
    #[inline(always)]
    pub(super) unsafe fn starting_at(self, row: usize) -> Self {
        // SAFETY: the caller's contract.
        Self { first: unsafe { self.first.add(row * self.row_stride) }, ..self }
    }
}

/// `sums[row][s] += Σₖ weights[row, k] · samples[k, s]` for `depth` numbers `k` and all `s` of some registers.
///
/// # Safety
/// `ROWS` by `depth` weights and `depth` by `REGISTERS` registers must be readable.
#[inline(always)]
pub(super) unsafe fn multiply<V: Vector, const ROWS: usize, const REGISTERS: usize>(
    sums: &mut [[V; REGISTERS]; ROWS],
    samples: Samples<V::Scalar>,
    weights: Weights<V::Scalar>,
    depth: usize,
) {
    let (mut sample, mut weight) = (samples.first, weights.first);
    for _ in 0..depth {
        // SAFETY: the caller's contract.
        unsafe {
            let samples: [V; REGISTERS] = core::array::from_fn(|register| V::load(sample.add(register * V::LANES)));
            for (row, sums) in sums.iter_mut().enumerate() {
                let factor = V::splat(*weight.add(row * weights.row_stride));
                for (sum, sample) in sums.iter_mut().zip(samples) {
                    *sum = sample.mul_add(factor, *sum);
                }
            }
        }
        sample = sample.wrapping_add(samples.stride);
        weight = weight.wrapping_add(weights.column_stride);
    }
}

/// A range in as few blocks of at most `most` as can be, of nearly equal length: ten are 5 + 5 rather than 6 + 4.
#[inline(always)]
pub(super) fn even_blocks(range: Range<usize>, most: usize) -> impl Iterator<Item = Range<usize>> {
    let blocks = range.len().div_ceil(most);
    let (short, longer) = (range.len() / blocks.max(1), range.len() % blocks.max(1));
    let mut start = range.start;
    (0..blocks).map(move |block| {
        let range = start..start + short + usize::from(block < longer);
        start = range.end;
        range
    })
}
