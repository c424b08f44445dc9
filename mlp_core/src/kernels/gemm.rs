//! gemm, the matrix product of a dense layer: `Y = X Wᵀ + b`, and with `W` transposed `dX = dZ W`.
//!
//! `W` has `M` rows (outputs) and `K` columns (inputs). Samples lie in SIMD lanes, `N` of them.
//!
//! ```text
//! for kc in 0..K step KC                         // KC columns of W, a KC by N slice of X
//!   for mc in 0..M step MC                       // pack MC by KC weights into a panel
//!     for mr in mc..mc + MC step MR              // at most MR outputs, in blocks of nearly equal height
//!       for n in 0..N step NR · LANES            // at most NR registers of samples
//!         accumulators[MR][NR] = bias, or y if kc > 0
//!         for k in kc..kc + KC                   // the micro-kernel
//!           accumulators[r][c] += w[mr + r, k] · x[k, n + c]
//!         y = epilogue(accumulators) if kc is the last slice, else accumulators
//! ```
//!
//! | | `MR` by `NR` |
//! |---|---|
//! | AVX-512, NEON | 6 by 4 |
//! | AVX2 | 6 by 2 |
//! | SSE2, portable | 4 by 2 |
//!
//! 1. `KC` is 256, so that the weights of a micro-kernel stay in the L1 cache and the slice of `X` in the L2 cache.
//! 2. `X` is never packed: the `NR` registers of a feature are neighbors in a tile.
//! 3. `W` is packed if a row's weights are far apart, as in the forward pass, where every weight of a row lies in another
//!    cache line. `MC` is 48: three cache lines of `f32` a column, each fetched once. Packing takes 3% of the product;
//!    packing `MR` rows at a time took 6%. It pays if at least 64 columns and 64 samples use the panel. Otherwise `W` is
//!    read in place and `MC` is `M`.
//! 4. A packed micro-kernel reads a cache line per column. If `NR` is below 4, `KC` is halved, so that these lines stay in
//!    the L1 cache next to the samples' lines.
//! 5. Blocks have nearly equal height: 10 outputs are 5 + 5 and not 6 + 4.
//! 6. The epilogue is applied in registers. When the derivative of `relu` was a pass of its own, a training step of
//!    1-10-10-1 took 11.1 µs instead of 10.2.

use core::ops::Range;

use super::dispatch::{Dispatch, Kernel};
use super::epilogue::Epilogue;
use super::matrix::Matrix;
use super::micro_kernel::{KC, Samples, Weights, even_blocks, multiply_add};
use super::panel::{MC, Panel};
use super::parallel::Split;
use super::vector::Vector;
use crate::real::Real;
use crate::tile::{Tile, TileMut};

/// Arguments of a gemm, with checked sizes.
pub(crate) struct Gemm<'a, T> {
    pub(super) x: Tile<'a, T>,
    pub(super) matrix: Matrix<'a, T>,
    pub(super) bias: Option<&'a [T]>,
    pub(super) epilogue: Epilogue,
    /// `y` is zero where the mask is not positive.
    pub(super) mask: Option<Tile<'a, T>>,
    pub(super) y: TileMut<'a, T>,
    /// Memory of the packed weights, if they are packed.
    panel: Option<&'a mut Panel<T>>,
}

// The constructors are inlined, so that the arguments are not copied from one stack frame to the next.
impl<'a, T> Gemm<'a, T> {
    #[inline(always)]
    pub(crate) fn new(
        x: Tile<'a, T>,
        matrix: Matrix<'a, T>,
        bias: Option<&'a [T]>,
        epilogue: Epilogue,
        y: TileMut<'a, T>,
    ) -> Self {
        assert_eq!(x.features(), matrix.columns(), "inputs of a gemm");
        assert_eq!(y.features(), matrix.rows(), "outputs of a gemm");
        assert_eq!(x.padded_samples(), y.padded_samples(), "samples of a gemm");
        assert!(bias.is_none_or(|bias| bias.len() == matrix.rows()), "biases of a gemm");
        Self { x, matrix, bias, epilogue, mask: None, y, panel: None }
    }

    /// Sets `y` to zero where `mask` is not positive. With the output of a `relu` as mask, the gradient with respect to
    /// that output becomes the gradient with respect to its input.
    #[inline(always)]
    pub(crate) fn masked_by(self, mask: Option<Tile<'a, T>>) -> Self {
        if let Some(mask) = &mask {
            assert_eq!(mask.features(), self.y.features(), "features of a mask");
            assert_eq!(mask.padded_samples(), self.y.padded_samples(), "samples of a mask");
        }
        Self { mask, ..self }
    }

    /// Packs the weights into `panel` if that pays off.
    pub(super) fn packed(mut self, panel: &'a mut Panel<T>) -> Self {
        self.panel = self.should_pack().then_some(panel);
        self
    }

    /// Returns whether packing pays off. Without `dispatch`, tiles are small, and the stack may be too.
    fn should_pack(&self) -> bool {
        cfg!(feature = "dispatch")
            && self.matrix.has_distant_columns()
            && self.matrix.columns() >= 64
            && self.x.padded_samples() >= 64
    }
}

impl<T: Real + Dispatch> Gemm<'_, T> {
    /// Runs the kernel with a panel on the stack. Not inlined, so that other products do not pay for the stack frame.
    #[inline(never)]
    fn launch_packed(self) {
        T::dispatch(self.packed(&mut Panel::new()));
    }
}

// Each output is a sum of its own, so the parts compute the same bits as the whole.
impl<T: Real> Split for Gemm<'_, T> {
    fn work(&self) -> usize {
        // Storing an output costs about 16 multiply-adds.
        self.matrix.rows() * self.matrix.columns().max(16) * self.x.padded_samples()
    }

    fn length(&self) -> usize {
        self.matrix.rows()
    }

    fn split_at(self, output: usize) -> (Self, Self) {
        let Self { x, matrix, bias, epilogue, mask, y, panel: _ } = self;
        let (first_matrix, second_matrix) = matrix.split_rows(output);
        let (first_bias, second_bias) = bias.map(|bias| bias.split_at(output)).unzip();
        let (first_y, second_y) = y.split_at(output);
        let (first_mask, second_mask) = mask.map(|mask| mask.split_at(output)).unzip();
        let part = |matrix, bias, mask, y| Self { x, matrix, bias, epilogue, mask, y, panel: None };
        (part(first_matrix, first_bias, first_mask, first_y), part(second_matrix, second_bias, second_mask, second_y))
    }
}

impl<T: Real> Kernel<T> for Gemm<'_, T> {
    type Output = ();

    fn launch(self)
    where
        T: Dispatch,
    {
        if self.should_pack() { self.launch_packed() } else { T::dispatch(self) }
    }

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        if self.has_few_samples() {
            return self.run_few_samples::<V>();
        }
        let mut panel = self.panel.take();
        let mc = if panel.is_some() { MC } else { self.matrix.rows().max(1) };
        let kc = if panel.is_some() && V::NR < 4 { KC / 2 } else { KC };
        for columns in even_blocks(0..self.matrix.columns(), kc) {
            for first in (0..self.matrix.rows()).step_by(mc) {
                let rows = first..self.matrix.rows().min(first + mc);
                // SAFETY: rows and columns lie inside the matrix. With a panel, they are at most `MC` and `KC`, and rows
                // are contiguous, which `should_pack` has checked.
                let weights = unsafe {
                    let weights = self.matrix.weights(first, columns.start);
                    match &mut panel {
                        Some(panel) => panel.pack(weights, rows.len(), columns.len()),
                        None => weights,
                    }
                };
                for rows in even_blocks(rows, V::MR) {
                    // SAFETY: rows and columns lie inside the matrix and the tiles, whose sizes `new` has compared.
                    unsafe { self.rows::<V>(weights.starting_at(rows.start - first), rows, columns.clone()) };
                }
            }
        }
    }
}

impl<T: Real> Gemm<'_, T> {
    /// Computes a block of rows with the micro-kernel of its height.
    ///
    /// # Safety
    /// Rows, at most `V::MR`, and columns must lie inside the matrix. `weights` must be the weights there.
    #[inline(always)]
    unsafe fn rows<V: Vector<Scalar = T>>(&mut self, weights: Weights<T>, rows: Range<usize>, columns: Range<usize>) {
        macro_rules! choose {
            ($($height:literal)*) => {
                // SAFETY: the caller's contract.
                unsafe {
                    match rows.len() {
                        $($height if V::MR >= $height => {
                            self.all_samples::<V, $height>(weights, rows.start, columns);
                        })*
                        height => unreachable!("a block of {height} rows"),
                    }
                }
            };
        }
        choose!(6 5 4 3 2 1)
    }

    /// Computes `ROWS` outputs of all samples.
    ///
    /// # Safety
    /// `ROWS` rows from `row` on and the columns must lie inside the matrix. `weights` must be the weights there.
    #[inline(always)]
    unsafe fn all_samples<V: Vector<Scalar = T>, const ROWS: usize>(
        &mut self,
        weights: Weights<T>,
        row: usize,
        columns: Range<usize>,
    ) {
        let samples = self.x.padded_samples();
        let mut sample = 0;
        while sample < samples {
            let registers = V::NR.min((samples - sample) / V::LANES);
            // SAFETY: the caller's contract. Padded samples are a multiple of `LANES`, so the registers lie inside the
            // tiles.
            unsafe {
                match registers {
                    4 if V::NR >= 4 => self.block::<V, ROWS, 4>(weights, row, columns.clone(), sample),
                    3 if V::NR >= 3 => self.block::<V, ROWS, 3>(weights, row, columns.clone(), sample),
                    2 => self.block::<V, ROWS, 2>(weights, row, columns.clone(), sample),
                    _ => self.block::<V, ROWS, 1>(weights, row, columns.clone(), sample),
                }
            }
            sample += registers * V::LANES;
        }
    }

    /// Computes `ROWS` outputs of `REGISTERS` registers of samples.
    ///
    /// # Safety
    /// `ROWS` rows from `row` on, the columns, and `REGISTERS` registers from `sample` on must lie inside the matrix and
    /// the tiles. `weights` must be the weights there.
    #[inline(always)]
    unsafe fn block<V: Vector<Scalar = T>, const ROWS: usize, const REGISTERS: usize>(
        &mut self,
        weights: Weights<T>,
        row: usize,
        columns: Range<usize>,
        sample: usize,
    ) {
        let (x_stride, y_stride) = (self.x.stride(), self.y.stride());
        let complete = columns.end == self.matrix.columns();
        let rectify = complete && self.epilogue == Epilogue::Relu;
        let mask = self.mask.filter(|_| complete);
        let zero = V::splat(T::zero());
        // SAFETY: the caller's contract keeps every access below inside its slice.
        unsafe {
            let y = self.y.as_mut_ptr().add(row * y_stride + sample);
            let mut sums = [[zero; REGISTERS]; ROWS];
            self.initialize(&mut sums, row, y, columns.start == 0);
            let x = Samples { first: self.x.as_ptr().add(columns.start * x_stride + sample), stride: x_stride };
            multiply_add::<V, ROWS, REGISTERS>(&mut sums, x, weights, columns.len());
            for (output, sums) in sums.iter().enumerate() {
                for (register, &sum) in sums.iter().enumerate() {
                    let sum = match mask {
                        Some(mask) => {
                            let sample = sample + register * V::LANES;
                            V::load(mask.as_ptr().add((row + output) * mask.stride() + sample))
                                .select_positive(sum, zero)
                        }
                        None if rectify => zero.max(sum),
                        None => sum,
                    };
                    sum.store(y.add(output * y_stride + register * V::LANES));
                }
            }
        }
    }

    /// Sets the accumulators of a block, which are zero, to the biases or to the outputs of the previous slice of columns.
    ///
    /// # Safety
    /// `ROWS` rows from `row` on must lie inside the matrix. `y` must point at their outputs: `REGISTERS` registers each.
    #[inline(always)]
    unsafe fn initialize<V: Vector<Scalar = T>, const ROWS: usize, const REGISTERS: usize>(
        &self,
        sums: &mut [[V; REGISTERS]; ROWS],
        row: usize,
        y: *const T,
        is_first_slice: bool,
    ) {
        // SAFETY: the caller's contract. There is a bias for each row.
        unsafe {
            if !is_first_slice {
                for (output, sums) in sums.iter_mut().enumerate() {
                    for (register, sum) in sums.iter_mut().enumerate() {
                        *sum = V::load(y.add(output * self.y.stride() + register * V::LANES));
                    }
                }
            } else if let Some(bias) = self.bias {
                for (output, sums) in sums.iter_mut().enumerate() {
                    *sums = [V::splat(*bias.get_unchecked(row + output)); REGISTERS];
                }
            }
        }
    }
}
