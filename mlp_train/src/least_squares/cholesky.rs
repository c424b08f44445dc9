//! The Cholesky factorization `A + μ D² = L Lᵀ`, and solutions with `L` and `Lᵀ`.
//!
//! ```text
//! for each panel of BLOCK columns
//!   A[panel] −= L[rows of the panel on, before] L[panel, before]ᵀ     // gemm
//!   for each column j of the panel
//!     A[j] −= Σ L[k] L[j, k]                                          // over the columns k of the panel before j
//!     L[j] = A[j] / √A[j, j]
//! ```
//!
//! A column is a feature of a tile, its rows are the samples.

use mlp_core::kernels::{Epilogue, Kernels as _, Matrix, Update as _, add_scaled};
use mlp_core::{LANES, TileBuffer as _, TileMut};

use super::NormalMatrix;
use crate::heap::Buffer;

/// Columns of a panel, a multiple of the padding of tiles.
const BLOCK: usize = 2 * LANES;

/// Memory of a factor.
pub(crate) struct Cholesky {
    size: usize,
    factor: Buffer<f64>,
    /// `L[panel, before]`, column by column.
    weights: Vec<f64>,
    product: Buffer<f64>,
    /// Least share of a diagonal element that was left when its column was reached.
    least_pivot: f64,
}

impl Cholesky {
    pub(crate) fn new(size: usize) -> Self {
        Self {
            size,
            factor: Buffer::new(size, size),
            weights: vec![0.0; BLOCK * size],
            product: Buffer::new(BLOCK, size),
            least_pivot: 0.0,
        }
    }

    /// Computes the factor of `A + μ D²`. Returns `false` if it has none, because it is not positive definite or not finite.
    pub(crate) fn factorize(&mut self, matrix: &NormalMatrix, damping: f64, scaling: &[f64]) -> bool {
        let Self { size, factor, weights, product, least_pivot } = self;
        let size = *size;
        let mut factor = factor.tile_mut(size, size);
        *least_pivot = f64::INFINITY;
        for first in (0..size).step_by(BLOCK) {
            let last = size.min(first + BLOCK);
            for (column, scale) in (first..last).zip(&scaling[first..]) {
                let target = &mut factor.feature(column)[column..];
                target.copy_from_slice(matrix.column(column));
                target[0] += damping * scale * scale;
            }
            let diagonal: [f64; BLOCK] = std::array::from_fn(|j| match first + j {
                column if column < last => factor.feature(column)[column],
                _ => 1.0,
            });
            let (mut before, mut panel) = factor.reborrow().split_at(first);
            if first > 0 {
                subtract_product(&mut before, panel.reborrow(), first..last, weights, product);
            }
            for column in first..last {
                let pivot = eliminate(panel.reborrow(), column - first, column);
                *least_pivot = least_pivot.min(pivot / diagonal[column - first]);
                if !(pivot > 0.0 && pivot.is_finite()) {
                    return false;
                }
            }
        }
        true
    }

    /// Returns whether all columns are independent, as far as rounding allows to see it.
    pub(crate) fn has_full_rank(&self) -> bool {
        self.least_pivot > 16.0 * self.size as f64 * f64::EPSILON
    }

    /// Replaces `b` by `L⁻¹ b`.
    pub(crate) fn solve_lower(&self, b: &mut [f64]) {
        let factor = self.factor.tile(self.size, self.size);
        for column in 0..self.size {
            let elements = &factor.feature(column)[column..];
            let (value, rest) = b[column..].split_at_mut(1);
            value[0] /= elements[0];
            add_scaled(rest, &elements[1..], -value[0]);
        }
    }

    /// Replaces `b` by `L⁻ᵀ b`.
    pub(crate) fn solve_upper(&self, b: &mut [f64]) {
        let factor = self.factor.tile(self.size, self.size);
        for column in (0..self.size).rev() {
            let elements = &factor.feature(column)[column..];
            let (value, rest) = b[column..].split_at_mut(1);
            value[0] = (value[0] - f64::dot(&elements[1..], rest)) / elements[0];
        }
    }
}

/// `A[panel] −= L[rows, before] L[panel, before]ᵀ`
fn subtract_product(
    before: &mut TileMut<'_, f64>,
    mut panel: TileMut<'_, f64>,
    columns: std::ops::Range<usize>,
    weights: &mut [f64],
    product: &mut Buffer<f64>,
) {
    let (first, width) = (columns.start, columns.len());
    let rows = panel.samples() - first;
    for column in 0..first {
        weights[column * width..][..width].copy_from_slice(&before.feature(column)[columns.clone()]);
    }
    let matrix = Matrix::new(&weights[..first * width], width, first);
    let rows_before = before.as_tile().columns(first, rows);
    f64::gemm(rows_before, matrix, None, Epilogue::Identity, product.tile_mut(width, rows));
    for column in 0..width {
        add_scaled(&mut panel.feature(column)[first..], product.tile(width, rows).feature(column), -1.0);
    }
}

/// Computes a column of the factor from the columns of the panel before it. Returns its pivot.
fn eliminate(panel: TileMut<'_, f64>, index: usize, row: usize) -> f64 {
    let (mut before, mut rest) = panel.split_at(index);
    let column = &mut rest.feature(0)[row..];
    for other in 0..index {
        let other = &before.feature(other)[row..];
        add_scaled(column, other, -other[0]);
    }
    let pivot = column[0];
    f64::scale(column, 1.0 / pivot.sqrt());
    pivot
}
