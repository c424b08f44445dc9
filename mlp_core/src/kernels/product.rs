//! `Y = X Mᵀ + b`: a layer's forward pass, and with `M` transposed the gradient of its input.

use core::ops::Range;

use super::blocks::{DEPTH, Samples, Weights, even_blocks, multiply};
use super::dispatch::Kernel;
use super::panel::{PANEL, Panel};
use super::parallel::Divide;
use super::vector::Vector;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// A matrix seen through two strides, so that its transpose is the same matrix with the strides swapped.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a, T> {
    elements: &'a [T],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a, T> Matrix<'a, T> {
    /// A matrix stored column by column, as nalgebra does.
    pub fn new(elements: &'a [T], rows: usize, columns: usize) -> Self {
        assert_eq!(elements.len(), rows * columns, "a matrix of {rows} by {columns}");
        Self { elements, rows, columns, row_stride: 1, column_stride: rows }
    }

    /// The rows before `row`, and the others.
    pub(super) fn split_rows(self, row: usize) -> (Self, Self) {
        let rest = &self.elements[row * self.row_stride..];
        (Self { rows: row, ..self }, Self { elements: rest, rows: self.rows - row, ..self })
    }

    /// The weights from a row and a column on.
    ///
    /// # Safety
    /// Both must lie inside the matrix.
    #[inline(always)]
    unsafe fn weights(&self, row: usize, column: usize) -> Weights<T> {
        let Self { elements, row_stride, column_stride, .. } = *self;
        // SAFETY: the caller's contract.
        let first = unsafe { elements.as_ptr().add(row * row_stride + column * column_stride) };
        Weights { first, row_stride, column_stride }
    }

    /// The same numbers, with rows and columns exchanged.
    pub fn transpose(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }
}

/// What is done with a sum before it is stored, where that costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Epilogue {
    /// Nothing.
    Identity,
    /// `max(0, z)`
    Relu,
}

/// The arguments of one product, their sizes checked.
pub(crate) struct Product<'a, T> {
    x: Tile<'a, T>,
    matrix: Matrix<'a, T>,
    bias: Option<&'a [T]>,
    epilogue: Epilogue,
    /// Where this is not positive, `y` is zero.
    through: Option<Tile<'a, T>>,
    y: TileMut<'a, T>,
    panel: Option<&'a mut Panel<T>>,
}

impl<'a, T> Product<'a, T> {
    pub(crate) fn new(
        x: Tile<'a, T>,
        matrix: Matrix<'a, T>,
        bias: Option<&'a [T]>,
        epilogue: Epilogue,
        y: TileMut<'a, T>,
    ) -> Self {
        assert_eq!(x.features(), matrix.columns, "inputs of a product");
        assert_eq!(y.features(), matrix.rows, "outputs of a product");
        assert_eq!(x.padded_samples(), y.padded_samples(), "samples of a product");
        assert!(bias.is_none_or(|bias| bias.len() == matrix.rows), "biases of a product");
        Self { x, matrix, bias, epilogue, through: None, y, panel: None }
    }

    /// For a gradient by what a `relu` gave: makes it the one by what the `relu` was given.
    pub(crate) fn through(self, relu: Option<Tile<'a, T>>) -> Self {
        if let Some(relu) = &relu {
            assert_eq!(relu.features(), self.y.features(), "features of a gradient");
            assert_eq!(relu.padded_samples(), self.y.padded_samples(), "samples of a gradient");
        }
        Self { through: relu, ..self }
    }

    /// Copies weights that lie far apart, each in a cache line of its own, to where they lie together. That pays only if
    /// enough samples use the copy. Without `std`, tiles are small, and so may be the stack.
    pub(super) fn by_panels(mut self, panel: &'a mut Panel<T>) -> Self {
        self.panel = self.suits_panels().then_some(panel);
        self
    }

    fn suits_panels(&self) -> bool {
        let apart = self.matrix.row_stride == 1 && self.matrix.column_stride > 16;
        cfg!(feature = "std") && apart && self.matrix.columns >= 64 && self.x.padded_samples() >= 64
    }
}

impl<T: Scalar> Product<'_, T> {
    /// Apart from [`launch`](Kernel::launch), so that a product without a panel does not pay for its stack.
    #[inline(never)]
    fn launch_by_panels(self) {
        T::dispatch(self.by_panels(&mut Panel::new()));
    }
}

// Each output is a sum of its own, so parts give what the whole gives.
impl<T: Scalar> Divide for Product<'_, T> {
    fn work(&self) -> usize {
        // To store a sum takes as long as some multiply-adds.
        self.matrix.rows * self.matrix.columns.max(16) * self.x.padded_samples()
    }

    fn length(&self) -> usize {
        self.matrix.rows
    }

    fn split_at(self, output: usize) -> (Self, Self) {
        let Self { x, matrix, bias, epilogue, through, y, panel: _ } = self;
        let (first, second) = matrix.split_rows(output);
        let (first_bias, second_bias) = bias.map(|bias| bias.split_at(output)).unzip();
        let (first_y, second_y) = y.split_at(output);
        let (first_through, second_through) = through.map(|relu| relu.split_at(output)).unzip();
        let part = |matrix, bias, through, y| Self { x, matrix, bias, epilogue, through, y, panel: None };
        (part(first, first_bias, first_through, first_y), part(second, second_bias, second_through, second_y))
    }
}

impl<T: Scalar> Kernel<T> for Product<'_, T> {
    type Output = ();

    fn launch(self) {
        if self.suits_panels() { self.launch_by_panels() } else { T::dispatch(self) }
    }

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let mut panel = self.panel.take();
        let most = if panel.is_some() { PANEL } else { self.matrix.rows.max(1) };
        // Each column of a block is a line of the panel. Beside one line of samples, as for narrow registers, half as many
        // lines stay in the first-level cache; beside four, none do.
        let depth = if panel.is_some() && V::BLOCK.1 < 4 { DEPTH / 2 } else { DEPTH };
        for columns in even_blocks(0..self.matrix.columns, depth) {
            for first in (0..self.matrix.rows).step_by(most) {
                let rows = first..self.matrix.rows.min(first + most);
                // SAFETY: rows and columns lie inside the matrix; a panel has rows side by side, at most `PANEL`
                // and `DEPTH`.
                let weights = unsafe {
                    let weights = self.matrix.weights(first, columns.start);
                    match &mut panel {
                        Some(panel) => panel.copy(weights, rows.len(), columns.len()),
                        None => weights,
                    }
                };
                for rows in even_blocks(rows, V::BLOCK.0) {
                    // SAFETY: rows and columns lie inside the matrix and the tiles, whose sizes `new` has compared.
                    unsafe { self.rows::<V>(weights.starting_at(rows.start - first), rows, columns.clone()) };
                }
            }
        }
    }
}

impl<T: Scalar> Product<'_, T> {
    /// Chooses the unrolled code for a number of rows.
    ///
    /// # Safety
    /// Rows and columns must lie inside the matrix, and their weights be those given; at most `V::BLOCK.0` rows.
    #[inline(always)]
    unsafe fn rows<V: Vector<Scalar = T>>(&mut self, weights: Weights<T>, rows: Range<usize>, columns: Range<usize>) {
        macro_rules! choose {
            ($($height:literal)*) => {
                // SAFETY: the caller's contract.
                unsafe {
                    match rows.len() {
                        $($height if V::BLOCK.0 >= $height => {
                            self.all_samples::<V, $height>(weights, rows.start, columns);
                        })*
                        height => unreachable!("a block of {height}"),
                    }
                }
            };
        }
        choose!(6 5 4 3 2 1)
    }

    /// # Safety
    /// `ROWS` rows from `row` on and the columns must lie inside the matrix, and their weights be those given.
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
            let registers = V::BLOCK.1.min((samples - sample) / V::LANES);
            // SAFETY: whole registers of padded tiles.
            unsafe {
                match registers {
                    4 if V::BLOCK.1 >= 4 => self.block::<V, ROWS, 4>(weights, row, columns.clone(), sample),
                    3 if V::BLOCK.1 >= 3 => self.block::<V, ROWS, 3>(weights, row, columns.clone(), sample),
                    2 => self.block::<V, ROWS, 2>(weights, row, columns.clone(), sample),
                    _ => self.block::<V, ROWS, 1>(weights, row, columns.clone(), sample),
                }
            }
            sample += registers * V::LANES;
        }
    }

    /// # Safety
    /// `OUTPUTS` rows from `row` on, the columns and `REGISTERS` registers from `sample` on must lie inside the tiles.
    #[inline(always)]
    unsafe fn block<V: Vector<Scalar = T>, const OUTPUTS: usize, const REGISTERS: usize>(
        &mut self,
        weights: Weights<T>,
        row: usize,
        columns: Range<usize>,
        sample: usize,
    ) {
        let (x_stride, y_stride) = (self.x.stride(), self.y.stride());
        let complete = columns.end == self.matrix.columns;
        let rectify = complete && self.epilogue == Epilogue::Relu;
        let through = self.through.filter(|_| complete);
        let zero = V::splat(T::zero());
        let mut sums = [[zero; REGISTERS]; OUTPUTS];
        // SAFETY: the caller's contract keeps every access below inside its slice.
        unsafe {
            let y = self.y.as_mut_ptr().add(row * y_stride + sample);
            if columns.start > 0 {
                for (output, sums) in sums.iter_mut().enumerate() {
                    for (register, sum) in sums.iter_mut().enumerate() {
                        *sum = V::load(y.add(output * y_stride + register * V::LANES));
                    }
                }
            } else if let Some(bias) = self.bias {
                for (output, sums) in sums.iter_mut().enumerate() {
                    *sums = [V::splat(*bias.get_unchecked(row + output)); REGISTERS];
                }
            }
            let x = Samples { first: self.x.as_ptr().add(columns.start * x_stride + sample), stride: x_stride };
            multiply::<V, OUTPUTS, REGISTERS>(&mut sums, x, weights, columns.len());
            for (output, sums) in sums.iter().enumerate() {
                for (register, &sum) in sums.iter().enumerate() {
                    let sum = match through {
                        Some(relu) => {
                            let sample = sample + register * V::LANES;
                            V::load(relu.as_ptr().add((row + output) * relu.stride() + sample)).if_positive(sum, zero)
                        }
                        None if rectify => zero.max(sum),
                        None => sum,
                    };
                    sum.store(y.add(output * y_stride + register * V::LANES));
                }
            }
        }
    }
}
