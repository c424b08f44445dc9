//! Weights copied together, for a product that reads them where they lie far apart.

use core::mem::MaybeUninit;

use super::blocks::{DEPTH, Weights};

/// How many rows of weights are copied at a time: three cache lines of `f32`, each fetched once, and whole blocks for
/// every set of registers. One line gained nothing, two less than three.
pub(super) const PANEL: usize = 48;

/// Weights of up to `PANEL` rows and `DEPTH` columns, a column's side by side, on cache lines of their own.
#[repr(align(64))]
pub(super) struct Panel<T>([[MaybeUninit<T>; PANEL]; DEPTH]);

impl<T: Copy> Panel<T> {
    pub(super) fn new() -> Self {
        Self([[MaybeUninit::uninit(); PANEL]; DEPTH])
    }

    /// # Safety
    /// The weights, at most `PANEL` rows that lie side by side and `DEPTH` columns, must be readable.
    #[inline(always)]
    pub(super) unsafe fn copy(&mut self, weights: Weights<T>, rows: usize, columns: usize) -> Weights<T> {
        for (column, copied) in self.0[..columns].iter_mut().enumerate() {
            // SAFETY: the caller's contract.
            unsafe {
                let source = weights.first.add(column * weights.column_stride);
                let target = copied.as_mut_ptr().cast();
                if rows == PANEL {
                    // A length that the compiler knows: registers instead of a call.
                    core::ptr::copy_nonoverlapping(source, target, PANEL);
                } else {
                    core::ptr::copy_nonoverlapping(source, target, rows);
                }
            }
        }
        Weights { first: self.0.as_ptr().cast(), row_stride: 1, column_stride: PANEL }
    }
}
