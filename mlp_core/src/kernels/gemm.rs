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
//! 7. A gradient may replace the outputs of the activation that it passes. With a memory of its own, that step took 11.9 µs
//!    instead of 10.3 (Xeon with AVX-512).

use core::ops::Range;

use super::dispatch::{Dispatch, Kernel};
use super::epilogue::{Epilogue, OutputDerivative};
use super::few_samples::FewSamples;
use super::matrix::Matrix;
use super::micro_kernel::{KC, Samples, even_blocks};
use super::panel::{MC, Panel};
use super::parallel::Split;
use super::rows::{End, Rows, Start};
use super::vector::Vector;
use crate::real::Real;
use crate::tile::{Tile, TileMut};

/// Arguments of a gemm, with checked sizes.
pub(crate) struct Gemm<'a, T> {
    pub(super) x: Tile<'a, T>,
    pub(super) matrix: Matrix<'a, T>,
    pub(super) bias: Option<&'a [T]>,
    pub(super) epilogue: Epilogue,
    pub(super) through: Through<'a, T>,
    pub(super) y: TileMut<'a, T>,
    /// Memory of the packed weights, if they are packed.
    panel: Option<&'a mut Panel<T>>,
}

/// The activation that a gradient passes: `y` is multiplied by its derivative.
#[derive(Clone, Copy)]
pub(super) struct Through<'a, T> {
    pub(super) derivative: OutputDerivative,
    /// Outputs of the activation. `None` if they are in the place of `y`.
    pub(super) outputs: Option<Tile<'a, T>>,
}

impl<'a, T> Through<'a, T> {
    /// No activation.
    const NONE: Self = Self { derivative: OutputDerivative::One, outputs: None };

    /// Returns whether `y` contains the outputs of the activation.
    #[inline(always)]
    pub(super) fn is_in_place(&self) -> bool {
        self.outputs.is_none() && self.derivative != OutputDerivative::One
    }

    fn split_at(self, feature: usize) -> (Self, Self) {
        let (first, second) = self.outputs.map(|outputs| outputs.split_at(feature)).unzip();
        (Self { outputs: first, ..self }, Self { outputs: second, ..self })
    }
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
        Self { x, matrix, bias, epilogue, through: Through::NONE, y, panel: None }
    }

    /// Creates the product of an input gradient: `dX = dZ W`.
    #[inline(always)]
    pub(crate) fn of_gradient(dz: Tile<'a, T>, weights: Matrix<'a, T>, dx: TileMut<'a, T>) -> Self {
        Self::new(dz, weights.transpose(), None, Epilogue::Identity, dx)
    }

    /// Multiplies `y` by the derivative of an activation with the outputs `outputs`, so that the gradient with respect to them
    /// becomes the gradient with respect to the activation's input.
    #[inline(always)]
    pub(crate) fn through(self, derivative: OutputDerivative, outputs: Tile<'a, T>) -> Self {
        assert_eq!(outputs.features(), self.y.features(), "outputs of an activation");
        assert_eq!(outputs.padded_samples(), self.y.padded_samples(), "samples of an activation");
        Self { through: Through { derivative, outputs: Some(outputs) }, ..self }
    }

    /// Does the same with the outputs that `y` contains.
    ///
    /// # Panics
    /// If there are more columns than a single pass sums up: it would overwrite the outputs too early.
    #[inline(always)]
    pub(crate) fn through_in_place(self, derivative: OutputDerivative) -> Self {
        assert!(self.matrix.columns() <= KC, "a gradient in place of {} columns", self.matrix.columns());
        Self { through: Through { derivative, outputs: None }, ..self }
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

    #[inline(never)]
    fn launch_few_samples(self) {
        T::dispatch(FewSamples(self));
    }

    /// Runs a product whose columns are a single slice. Its arguments are computed here, before the call for an instruction set.
    #[inline(always)]
    fn launch_slice(mut self) {
        let (rows, columns) = (self.matrix.rows(), self.matrix.columns());
        // SAFETY: the columns lie inside the matrix.
        T::dispatch(unsafe { Slice { first: self.slice(0, 0..columns), rows } });
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
        let Self { x, matrix, bias, epilogue, through, y, panel: _ } = self;
        let (first_matrix, second_matrix) = matrix.split_rows(output);
        let (first_bias, second_bias) = bias.map(|bias| bias.split_at(output)).unzip();
        let (first_y, second_y) = y.split_at(output);
        let (first_through, second_through) = through.split_at(output);
        let part = |matrix, bias, through, y| Self { x, matrix, bias, epilogue, through, y, panel: None };
        let first = part(first_matrix, first_bias, first_through, first_y);
        (first, part(second_matrix, second_bias, second_through, second_y))
    }
}

impl<T: Real> Kernel<T> for Gemm<'_, T> {
    type Output = ();

    #[inline(always)]
    fn launch(self)
    where
        T: Dispatch,
    {
        if self.has_few_samples() {
            self.launch_few_samples();
        } else if self.should_pack() {
            self.launch_packed();
        } else if self.matrix.columns() <= KC {
            self.launch_slice();
        } else {
            T::dispatch(self);
        }
    }

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        if self.has_few_samples() {
            return V::call(FewSamples(self));
        }
        if self.panel.is_some() {
            return V::call(Packed(self));
        }
        for columns in even_blocks(0..self.matrix.columns(), KC) {
            // SAFETY: the columns lie inside the matrix.
            unsafe { self.slice(0, columns).run::<V>(self.matrix.rows()) };
        }
    }
}

/// All rows of a product whose columns are a single slice.
struct Slice<T> {
    first: Rows<T>,
    rows: usize,
}

impl<T: Real> Kernel<T> for Slice<T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        // SAFETY: only `launch_slice` makes one.
        unsafe { self.first.run::<V>(self.rows) };
    }
}

/// A gemm with a panel.
struct Packed<'a, T>(Gemm<'a, T>);

impl<T: Real> Kernel<T> for Packed<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        if let Some(panel) = self.0.panel.take() {
            self.0.run_packed::<V>(panel);
        }
    }
}

impl<T: Real> Gemm<'_, T> {
    /// Runs the kernel with packed weights.
    #[inline(always)]
    fn run_packed<V: Vector<Scalar = T>>(&mut self, panel: &mut Panel<T>) {
        let kc = if V::NR < 4 { KC / 2 } else { KC };
        for columns in even_blocks(0..self.matrix.columns(), kc) {
            for first in (0..self.matrix.rows()).step_by(MC) {
                let rows = MC.min(self.matrix.rows() - first);
                // SAFETY: rows and columns lie inside the matrix. They are at most `MC` and `KC`, and rows are contiguous,
                // which `should_pack` has checked.
                unsafe {
                    let mut slice = self.slice(first, columns.clone());
                    slice.weights = panel.pack(slice.weights, rows, columns.len());
                    slice.run::<V>(rows);
                }
            }
        }
    }

    /// Returns the rows from `first` on and a slice of columns.
    ///
    /// # Safety
    /// Both must lie inside the matrix.
    #[inline(always)]
    unsafe fn slice(&mut self, first: usize, columns: Range<usize>) -> Rows<T> {
        let is_last = columns.end == self.matrix.columns();
        let (x_stride, y_stride) = (self.x.stride(), self.y.stride());
        // SAFETY: the caller's contract, and the sizes that `new` has compared.
        unsafe {
            Rows {
                weights: self.matrix.weights(first, columns.start),
                x: Samples { first: self.x.as_ptr().add(columns.start * x_stride), stride: x_stride },
                depth: columns.len(),
                y: self.y.as_mut_ptr().add(first * y_stride),
                y_stride,
                samples: self.x.padded_samples(),
                start: match self.bias {
                    _ if columns.start > 0 => Start::Outputs,
                    Some(bias) => Start::Bias(bias.as_ptr().add(first)),
                    None => Start::Zero,
                },
                end: match self.epilogue {
                    _ if !is_last => End::Sum,
                    Epilogue::Relu => End::Relu,
                    Epilogue::Identity => self.end_through(first),
                },
            }
        }
    }

    /// Returns the product with the derivative of the activation, for the rows from `first` on.
    #[inline(always)]
    fn end_through(&mut self, first: usize) -> End<T> {
        let derivative = self.through.derivative;
        let outputs = self.activation_outputs(first);
        match derivative {
            OutputDerivative::One => End::Sum,
            OutputDerivative::Relu => End::ThroughRelu(outputs),
            OutputDerivative::Tanh => End::ThroughTanh(outputs),
        }
    }

    /// Returns the outputs of the activation from a row on.
    #[inline(always)]
    pub(super) fn activation_outputs(&mut self, row: usize) -> Samples<T> {
        let (outputs, stride) = match &self.through.outputs {
            Some(outputs) => (outputs.as_ptr(), outputs.stride()),
            None => (self.y.as_mut_ptr().cast_const(), self.y.stride()),
        };
        Samples { first: outputs.wrapping_add(row * stride), stride }
    }
}
