//! The micro-kernel of gemm: a small block of accumulators that stays in registers.
//!
//! ```text
//! accumulators[MR][NR] += Σₖ weights[MR, k] · samples[k, NR registers]
//! for k in 0..depth
//!   load NR registers of feature k
//!   for row in 0..MR
//!     broadcast weights[row, k]
//!     NR multiply-adds
//! ```
//!
//! With 6 by 4 registers of AVX-512, one `k` is 24 multiply-adds, 4 loads, 6 broadcasts and 9 instructions of loop
//! control. The 24 accumulators, 4 registers of samples and 1 weight fit the 32 registers.

use core::ops::Range;

use super::vector::{Vector, registers};

/// Columns of the matrix (inputs) per pass of gemm. The weights of a micro-kernel stay in the L1 cache while all samples
/// pass, and the samples' features stay in the L2 cache while all rows pass.
pub(super) const KC: usize = 256;

/// Registers of samples: those of feature `k` start at `first + k · stride`.
#[derive(Clone, Copy)]
pub(super) struct Samples<T> {
    pub(super) first: *const T,
    pub(super) stride: usize,
}

impl<T: Copy> Samples<T> {
    /// Reads a register of a feature.
    ///
    /// # Safety
    /// The feature must have a register of samples from `sample` on.
    #[inline(always)]
    pub(super) unsafe fn load<V: Vector<Scalar = T>>(self, feature: usize, sample: usize) -> V {
        // SAFETY: the caller's contract.
        unsafe { V::load(self.first.add(feature * self.stride + sample)) }
    }
}

/// A block of weights, packed or in place.
#[derive(Clone, Copy)]
pub(super) struct Weights<T> {
    pub(super) first: *const T,
    pub(super) row_stride: usize,
    pub(super) column_stride: usize,
}

/// Adds `Σₖ weights[row, k] · samples[k, …]` to each row of `accumulators`, for `k` below `depth`.
///
/// # Safety
/// `ROWS` by `depth` weights, and `depth` features of `REGISTERS` registers each, must be readable.
#[inline(always)]
pub(super) unsafe fn multiply_add<V: Vector, const ROWS: usize, const REGISTERS: usize>(
    accumulators: &mut [[V; REGISTERS]; ROWS],
    samples: Samples<V::Scalar>,
    weights: Weights<V::Scalar>,
    depth: usize,
) {
    let mut sample = samples.first;
    let mut weight = weights.first;
    for _ in 0..depth {
        // SAFETY: the caller's contract.
        unsafe {
            let samples: [V; REGISTERS] = registers(|register| V::load(sample.add(register * V::LANES)));
            for (row, sums) in accumulators.iter_mut().enumerate() {
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

/// Returns how many cache lines some neighboring scalars fill: registers of AVX-512, or pairs of registers of AVX2. Most cores
/// multiply and add one in a cycle.
pub(super) const fn cache_lines<T>(scalars: usize) -> u64 {
    (scalars * size_of::<T>()).div_ceil(64) as u64
}

/// Splits a range into as few blocks of at most `max` as possible, of nearly equal length: 10 becomes 5 + 5 and not
/// 6 + 4.
#[inline(always)]
pub(super) fn even_blocks(range: Range<usize>, max: usize) -> EvenBlocks {
    EvenBlocks { count: range.len().div_ceil(max), range }
}

/// Iterator of [`even_blocks`].
pub(super) struct EvenBlocks {
    range: Range<usize>,
    /// Number of blocks of the range.
    count: usize,
}

impl Iterator for EvenBlocks {
    type Item = Range<usize>;

    #[inline(always)]
    fn next(&mut self) -> Option<Range<usize>> {
        let length = match self.count {
            0 => return None,
            // Most ranges are one block, and a division takes as long as many multiply-adds.
            1 => self.range.len(),
            count => self.range.len().div_ceil(count),
        };
        let block = self.range.start..self.range.start + length;
        self.range.start = block.end;
        self.count -= 1;
        Some(block)
    }
}
