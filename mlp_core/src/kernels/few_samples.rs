//! gemm of a few samples. In the lanes lie outputs or inputs, because samples would leave most lanes empty.
//!
//! ```text
//! for each sample s
//!   if the rows of W are contiguous                // forward: W is column-major
//!     for rows in 0..M step REGISTERS · LANES
//!       accumulators[REGISTERS] = bias
//!       for k in 0..K
//!         accumulators += w[rows, k] · x[k, s]     // bit-identical to gemm: the same terms in the same order
//!   else                                           // backward: the columns of Wᵀ are contiguous
//!     copy x[0..K, s]
//!     for rows in 0..M step 4
//!       accumulators[4] = Σ over k step LANES of w[rows, k..] · x[k.., s]
//!       reduce the accumulators
//!   y[rows, s] = epilogue(accumulators)
//! ```
//!
//! A step of 8-64-64-4 on one sample took 9.8 µs with samples in the lanes.

use core::mem::MaybeUninit;

use super::dispatch::Kernel;
use super::epilogue::{Epilogue, OutputDerivative};
use super::gemm::Gemm;
use super::micro_kernel::cache_lines;
use super::vector::Vector;
use crate::real::Real;
use crate::tile::LANES;

/// Maximum number of samples.
pub(super) const MAX_SAMPLES: usize = LANES / 2;

/// Maximum number of columns that are copied to the stack.
const MAX_COLUMNS: usize = 1024;

/// Registers of outputs in a block: enough to hide the latency of multiply-adds.
const REGISTERS: usize = 4;

/// A gemm of a few samples.
pub(super) struct FewSamples<'a, T>(pub(super) Gemm<'a, T>);

impl<T: Real> Kernel<T> for FewSamples<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self(mut gemm) = self;
        // The last sample comes first, because it also fills the padding.
        for sample in (0..gemm.x.samples()).rev() {
            if gemm.matrix.has_contiguous_columns() {
                gemm.rows_in_lanes::<V>(sample);
            } else {
                gemm.columns_in_lanes::<V>(sample);
            }
        }
    }
}

impl<T: Real> Gemm<'_, T> {
    /// Returns whether samples are so few that they do not belong into the lanes. Without `dispatch`, code and stack stay small.
    #[inline(always)]
    pub(super) fn has_few_samples(&self) -> bool {
        cfg!(feature = "dispatch") && self.x.samples() <= MAX_SAMPLES && self.is_faster()
    }

    /// Returns whether samples one by one need fewer cycles than a cache line of samples in the lanes. They are estimated from
    /// measurements with AVX-512 and AVX2.
    ///
    /// Where the order of the sums depends on it, in the second case, it is the same for any number of rows, so for the parts of a
    /// split product.
    fn is_faster(&self) -> bool {
        let [rows, columns] = [self.matrix.rows(), self.matrix.columns()];
        if !self.matrix.has_contiguous_columns() && columns > MAX_COLUMNS {
            return false;
        }
        let [lines_of_rows, lines_of_columns] = [rows, columns].map(cache_lines::<T>);
        let [rows, columns, samples] = [rows, columns, self.x.samples()].map(|size| size as u64);
        let one = if self.matrix.has_contiguous_columns() {
            // A sum waits four cycles for its last multiply-add. A store for each row.
            columns * (2 * lines_of_rows).max(4) + 8 * rows
        } else {
            // Loads, multiply-adds, and the reduction of each row.
            rows * (2 * lines_of_columns + 14)
        };
        samples * one < rows * columns * cache_lines::<T>(LANES)
    }

    #[inline(always)]
    fn rows_in_lanes<V: Vector<Scalar = T>>(&mut self, sample: usize) {
        let rows = self.matrix.rows();
        let mut row = 0;
        while row < rows {
            let registers = (rows - row).div_ceil(V::LANES).min(REGISTERS);
            let end = rows.min(row + registers * V::LANES);
            // SAFETY: each of the registers starts below `rows`. The sample lies inside the tiles.
            unsafe {
                match registers {
                    4 => self.block_of_rows::<V, 4>(row, end, sample),
                    3 => self.block_of_rows::<V, 3>(row, end, sample),
                    2 => self.block_of_rows::<V, 2>(row, end, sample),
                    _ => self.block_of_rows::<V, 1>(row, end, sample),
                }
            }
            row = end;
        }
    }

    /// Computes the outputs from `row` to `end` of a sample.
    ///
    /// # Safety
    /// The rows must lie inside the matrix, contiguous in each column, and fill all of `COUNT` registers but the end of the
    /// last one. The sample must lie inside the tiles.
    #[inline(always)]
    unsafe fn block_of_rows<V: Vector<Scalar = T>, const COUNT: usize>(
        &mut self,
        row: usize,
        end: usize,
        sample: usize,
    ) {
        let lanes = |register: usize| V::LANES.min(end - row - register * V::LANES);
        let mut sums = [V::splat(T::zero()); COUNT];
        let mut outputs = [T::zero(); REGISTERS * LANES];
        // SAFETY: the caller's contract. A whole register of weights is read only within the elements of the matrix.
        unsafe {
            if let Some(bias) = self.bias {
                for (register, sum) in sums.iter_mut().enumerate() {
                    *sum = V::load_partial(bias.as_ptr().add(row + register * V::LANES), lanes(register));
                }
            }
            let whole = self.matrix.columns_before_end(row + COUNT * V::LANES);
            for column in 0..self.matrix.columns() {
                let weights = self.matrix.weights(row, column).first;
                let x = V::splat(*self.x.as_ptr().add(column * self.x.stride() + sample));
                for (register, sum) in sums.iter_mut().enumerate() {
                    let weights = weights.add(register * V::LANES);
                    let weights =
                        if column < whole { V::load(weights) } else { V::load_partial(weights, lanes(register)) };
                    *sum = weights.mul_add(x, *sum);
                }
            }
            for (register, sum) in sums.iter().enumerate() {
                sum.store(outputs.as_mut_ptr().add(register * V::LANES));
            }
            for (output, &value) in (row..end).zip(&outputs) {
                self.store::<V>(output, sample, value);
            }
        }
    }

    #[inline(always)]
    fn columns_in_lanes<V: Vector<Scalar = T>>(&mut self, sample: usize) {
        let columns = self.matrix.columns();
        let mut x = [MaybeUninit::<T>::uninit(); MAX_COLUMNS];
        for (column, x) in x[..columns].iter_mut().enumerate() {
            // SAFETY: the tile has a feature for each column, and the sample.
            x.write(unsafe { *self.x.as_ptr().add(column * self.x.stride() + sample) });
        }
        // The last register is read whole.
        let padded = columns.next_multiple_of(LANES);
        x[columns..padded].fill(MaybeUninit::new(T::zero()));
        // SAFETY: the first `padded` elements are written.
        let x = unsafe { core::slice::from_raw_parts(x.as_ptr().cast::<T>(), padded) };
        for row in (0..self.matrix.rows()).step_by(4) {
            let count = (self.matrix.rows() - row).min(4);
            // SAFETY: the rows lie inside the matrix. There is an `x` for each column and the padding.
            let outputs = unsafe {
                match count {
                    4 => self.block_of_columns::<V, 4>(row, x),
                    3 => self.block_of_columns::<V, 3>(row, x),
                    2 => self.block_of_columns::<V, 2>(row, x),
                    _ => self.block_of_columns::<V, 1>(row, x),
                }
            };
            for (output, &value) in (row..row + count).zip(&outputs) {
                // SAFETY: the output and the sample lie inside `y`.
                unsafe { self.store::<V>(output, sample, value) };
            }
        }
    }

    /// Returns the outputs of `COUNT` rows, at most 4, without a bias.
    ///
    /// # Safety
    /// The rows must lie inside the matrix, whose columns are neighbors in each row. `x` must have an element per column, and
    /// zeros up to a multiple of `LANES`.
    #[inline(always)]
    unsafe fn block_of_columns<V: Vector<Scalar = T>, const COUNT: usize>(&self, row: usize, x: &[T]) -> [T; 4] {
        let mut sums = [V::splat(T::zero()); 4];
        let columns = self.matrix.columns();
        let whole = columns - columns % V::LANES;
        // SAFETY: the caller's contract. Partial registers of weights end with the row.
        unsafe {
            let weights = |output: usize, column: usize| self.matrix.weights(row + output, column).first;
            let mut column = 0;
            while column < whole {
                let x = V::load(x.as_ptr().add(column));
                for (output, sum) in sums[..COUNT].iter_mut().enumerate() {
                    *sum = V::load(weights(output, column)).mul_add(x, *sum);
                }
                column += V::LANES;
            }
            if whole < columns {
                let lanes = columns - whole;
                let x = V::load(x.as_ptr().add(whole));
                for (output, sum) in sums[..COUNT].iter_mut().enumerate() {
                    *sum = V::load_partial(weights(output, whole), lanes).mul_add(x, *sum);
                }
            }
        }
        V::sum_each(sums)
    }

    /// Stores an output of a sample. The last sample comes first and also fills the padding: with its output, or with zeros in a
    /// gradient.
    ///
    /// # Safety
    /// The output and the sample must lie inside `y`.
    #[inline(always)]
    unsafe fn store<V: Vector<Scalar = T>>(&mut self, output: usize, sample: usize, value: T) {
        // Not `max`, which would turn NaN into zero.
        let rectified = self.epilogue == Epilogue::Relu && value < T::zero();
        let value = if rectified { T::zero() } else { value };
        // SAFETY: the caller's contract. Padded samples are a multiple of `LANES`.
        unsafe {
            let y = self.y.as_mut_ptr().add(output * self.y.stride());
            if sample + 1 == self.x.samples() {
                self.fill_padding::<V>(y, value);
            }
            *y.add(sample) = self.times_derivative::<V>(output, sample, value);
        }
    }

    /// Fills the padding of an output. Outputs repeat the last sample there. Gradients, which have no bias, are zero.
    ///
    /// # Safety
    /// The padded samples must be writable at `y`.
    #[inline(always)]
    unsafe fn fill_padding<V: Vector<Scalar = T>>(&self, y: *mut T, last: T) {
        let filling = V::splat(if self.bias.is_some() { last } else { T::zero() });
        for lane in (0..self.x.padded_samples()).step_by(V::LANES) {
            // SAFETY: the caller's contract.
            unsafe {
                if self.through.is_in_place() {
                    // The samples are outputs of the activation, which are still read.
                    let samples = self.x.samples().saturating_sub(lane).min(V::LANES);
                    V::load_partial(y.add(lane), samples).store(y.add(lane));
                } else {
                    filling.store(y.add(lane));
                }
            }
        }
    }

    /// Returns a gradient times the derivative of the activation.
    ///
    /// # Safety
    /// The output and the sample must lie inside `y`.
    #[inline(always)]
    unsafe fn times_derivative<V: Vector<Scalar = T>>(&mut self, output: usize, sample: usize, gradient: T) -> T {
        let derivative = self.through.derivative;
        if derivative == OutputDerivative::One {
            return gradient;
        }
        // SAFETY: the caller's contract. The outputs of the activation are as many as `y`.
        let y = unsafe { *self.activation_outputs(output).first.add(sample) };
        let mut product = gradient;
        // SAFETY: one lane is written.
        unsafe { derivative.times(V::splat(gradient), V::splat(y)).store_partial(&raw mut product, 1) };
        product
    }
}
