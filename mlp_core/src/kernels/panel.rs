//! A panel: weights packed together for gemm.

use core::mem::MaybeUninit;

use super::micro_kernel::{KC, Weights};

/// Rows of a panel: three cache lines of `f32`, each fetched once, and a multiple of every `MR`.
pub(super) const MC: usize = 48;

/// A buffer for up to `MC` rows and `KC` columns of weights. Each column is contiguous and starts a cache line.
#[repr(align(64))]
pub(super) struct Panel<T>([[MaybeUninit<T>; MC]; KC]);

impl<T: Copy> Panel<T> {
    pub(super) fn new() -> Self {
        Self([[MaybeUninit::uninit(); MC]; KC])
    }

    /// Packs weights and returns the packed ones.
    ///
    /// # Safety
    /// The weights must be readable: at most `MC` contiguous rows and at most `KC` columns.
    #[inline(always)]
    pub(super) unsafe fn pack(&mut self, weights: Weights<T>, rows: usize, columns: usize) -> Weights<T> {
        for (column, packed) in self.0[..columns].iter_mut().enumerate() {
            // SAFETY: the caller's contract.
            unsafe {
                let source = weights.first.add(column * weights.column_stride);
                let target = packed.as_mut_ptr().cast();
                if rows == MC {
                    // The constant length becomes register moves instead of a call of `memcpy`.
                    core::ptr::copy_nonoverlapping(source, target, MC);
                } else {
                    core::ptr::copy_nonoverlapping(source, target, rows);
                }
            }
        }
        Weights { first: self.0.as_ptr().cast(), row_stride: 1, column_stride: MC }
    }
}
