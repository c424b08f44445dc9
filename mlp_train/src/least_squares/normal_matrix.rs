use std::ops::Range;

use mlp_core::Tile;
use mlp_core::kernels::{LowerPanel, add_gram, lower_len, lower_panels};
use mlp_core::optimizers::NormalEquations;

/// The lower triangle of `JᵀJ` with the row `Jᵀr` below, which ends in `Σ r²`.
pub(crate) struct NormalMatrix {
    panels: Vec<LowerPanel>,
    lower: Vec<f64>,
}

impl NormalMatrix {
    pub(crate) fn new(unknowns: usize) -> Self {
        let size = unknowns + 1;
        Self { panels: lower_panels(size).collect(), lower: vec![0.0; lower_len(size)] }
    }

    /// Returns the bytes that the matrix and its factor need.
    pub(crate) fn bytes(unknowns: usize) -> usize {
        let size = unknowns + 1;
        (lower_len(size) + size * size) * size_of::<f64>()
    }

    pub(crate) fn clear(&mut self) {
        self.lower.fill(0.0);
    }

    /// Returns a column of `JᵀJ` from the diagonal on.
    pub(crate) fn column(&self, column: usize) -> &[f64] {
        let elements = &self.lower[self.place_from_diagonal(column)];
        &elements[..elements.len() - 1]
    }

    /// Returns the element of `Jᵀr` of an unknown.
    pub(crate) fn gradient(&self, unknown: usize) -> f64 {
        self.lower[self.place_from_diagonal(unknown).end - 1]
    }

    /// Returns `Σ r²`.
    pub(crate) fn sum_of_squares(&self) -> f64 {
        self.lower.last().copied().unwrap_or(0.0)
    }

    /// Returns the place of a column from the diagonal on.
    fn place_from_diagonal(&self, column: usize) -> Range<usize> {
        // All panels but the last have the same width.
        let width = self.panels[0].columns.len();
        let panel = &self.panels[column / width];
        let elements = panel.column(column);
        elements.start + column - panel.columns.start..elements.end
    }
}

impl NormalEquations for NormalMatrix {
    fn add_rows(&mut self, rows: Tile<'_, f64>) {
        add_gram(rows, &mut self.lower);
    }

    fn add_unknown(&mut self, unknown: usize, factor: f64, value: f64) {
        let residual = factor * value;
        let column = self.place_from_diagonal(unknown);
        self.lower[column.start] += factor * factor;
        self.lower[column.end - 1] += factor * residual;
        if let Some(sum) = self.lower.last_mut() {
            *sum += residual * residual;
        }
    }
}
