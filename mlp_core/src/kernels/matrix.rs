//! A weight matrix as gemm reads it.

use super::micro_kernel::Weights;

/// A matrix of weights, read through two strides. The transpose is the same matrix with the strides swapped.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a, T> {
    elements: &'a [T],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a, T> Matrix<'a, T> {
    /// Creates a matrix from elements in column-major order, as in nalgebra.
    ///
    /// # Panics
    /// If there are not `rows * columns` elements.
    pub fn new(elements: &'a [T], rows: usize, columns: usize) -> Self {
        assert_eq!(Some(elements.len()), rows.checked_mul(columns), "elements of a {rows} by {columns} matrix");
        Self { elements, rows, columns, row_stride: 1, column_stride: rows }
    }

    /// Returns the transpose of the matrix. Nothing is copied.
    pub fn transpose(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    #[inline(always)]
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    #[inline(always)]
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Returns whether a row's elements lie in separate cache lines, while each column is contiguous.
    pub(super) fn has_distant_columns(&self) -> bool {
        self.row_stride == 1 && self.column_stride > 16
    }

    /// Returns whether the elements of each column are contiguous.
    #[inline(always)]
    pub(super) fn has_contiguous_columns(&self) -> bool {
        self.row_stride == 1
    }

    /// Returns the number of columns from whose start `length` elements can be read. Columns must be contiguous.
    #[inline(always)]
    pub(super) fn columns_before_end(&self, length: usize) -> usize {
        match self.elements.len().checked_sub(length) {
            Some(rest) => rest / self.column_stride.max(1) + 1,
            None => 0,
        }
    }

    /// Splits the matrix before row `row`.
    pub(super) fn split_rows(self, row: usize) -> (Self, Self) {
        let rest = &self.elements[row * self.row_stride..];
        (Self { rows: row, ..self }, Self { elements: rest, rows: self.rows - row, ..self })
    }

    /// Returns the weights from `row` and `column` on.
    ///
    /// # Safety
    /// Both must lie inside the matrix.
    #[inline(always)]
    pub(super) unsafe fn weights(&self, row: usize, column: usize) -> Weights<T> {
        let Self { elements, row_stride, column_stride, .. } = *self;
        // SAFETY: the caller's contract.
        let first = unsafe { elements.as_ptr().add(row * row_stride + column * column_stride) };
        Weights { first, row_stride, column_stride }
    }
}
