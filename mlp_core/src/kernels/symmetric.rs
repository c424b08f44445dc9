//! The Gram matrix `G += J Jᵀ` of the rows of a tile, of which only the lower triangle is computed.
//!
//! ```text
//! for first in 0..ROWS step PANEL                 // a panel: PANEL columns of G, and the rows from the diagonal on
//!   G[first.., first..first + PANEL] += J[first..] J[first..first + PANEL]ᵀ
//! ```
//!
//! Each panel is a weight gradient whose two tiles are rows of `J`. Samples are the depth of the product. A panel lies in
//! memory column by column, after the panels before it.

use core::iter;
use core::ops::Range;

use super::parallel;
use super::weight_gradient::{ByOutputs, BySamples, WeightGradient};
use crate::tile::Tile;

/// Columns of a panel: whole blocks of the micro-kernels, few enough for the half of the diagonal block that is computed
/// in vain to be small.
const PANEL: usize = 48;

/// Columns of one panel of a lower triangle, which has the rows from the first of these columns on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LowerPanel {
    /// Columns of the matrix.
    pub columns: Range<usize>,
    /// Number of rows of the panel: those of the matrix from the first column on.
    pub rows: usize,
    /// First element in memory.
    pub first: usize,
}

impl LowerPanel {
    /// Returns the elements of a column from the first row of the panel on, as a range of the memory of all panels.
    ///
    /// # Panics
    /// If the panel has no such column.
    pub fn column(&self, column: usize) -> Range<usize> {
        assert!(self.columns.contains(&column), "column {column} of a panel of {:?}", self.columns);
        let first = self.first + (column - self.columns.start) * self.rows;
        first..first + self.rows
    }
}

/// Returns the panels of the lower triangle of a symmetric matrix.
pub fn lower_panels(rows: usize) -> impl Iterator<Item = LowerPanel> {
    let panel = move |start: usize, first: usize| {
        (start < rows).then(|| LowerPanel { columns: start..rows.min(start + PANEL), rows: rows - start, first })
    };
    iter::successors(panel(0, 0), move |before| {
        panel(before.columns.end, before.first + before.columns.len() * before.rows)
    })
}

/// Returns the number of elements of the panels of a symmetric matrix.
pub fn lower_len(rows: usize) -> usize {
    lower_panels(rows).last().map_or(0, |last| last.first + last.columns.len() * last.rows)
}

/// Adds `J Jᵀ`, with the rows of a tile as `J`, to the panels of a symmetric matrix. The padding of the tile must be zero.
///
/// Elements above the diagonal inside a panel have unspecified values.
///
/// # Panics
/// If there are not [`lower_len`] elements.
pub fn add_gram(rows: Tile<'_, f64>, lower: &mut [f64]) {
    assert_eq!(lower.len(), lower_len(rows.features()), "elements of a Gram matrix");
    for panel in lower_panels(rows.features()) {
        let (columns, from) = (panel.columns.len(), panel.columns.start);
        let elements = &mut lower[panel.first..][..columns * panel.rows];
        let (inputs, outputs) = (rows.part(from, columns), rows.part(from, panel.rows));
        if ByOutputs::is_faster::<f64>(columns, panel.rows, rows.padded_samples()) {
            parallel::run::<f64, _>(WeightGradient::<_, ByOutputs>::without_bias(inputs, outputs, elements));
        } else {
            parallel::run::<f64, _>(WeightGradient::<_, BySamples>::without_bias(inputs, outputs, elements));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tile::Buffer;

    /// Sizes below, at and above a panel, and samples that end in a partial register.
    #[test]
    fn the_lower_triangle_is_that_of_the_product() {
        for (rows, samples) in [(1, 1), (5, 19), (48, 64), (49, 33), (141, 100)] {
            let mut buffer = Buffer::new(rows, samples);
            let mut tile = buffer.tile_mut(rows, samples);
            let value = |row: usize, sample: usize| ((row * 31 + sample * 7) as f64 * 0.37).sin();
            for row in 0..rows {
                let values = tile.feature(row).iter_mut().enumerate();
                values.for_each(|(sample, target)| *target = value(row, sample));
                tile.clear_padding(row);
            }
            let mut lower = vec![0.5; lower_len(rows)];
            add_gram(buffer.tile(rows, samples), &mut lower);
            let mut found = 0;
            for panel in lower_panels(rows) {
                for column in panel.columns.clone() {
                    for (row, element) in (panel.columns.start..rows)
                        .zip(&lower[panel.column(column)])
                        .skip_while(|(row, _)| *row < column)
                    {
                        let exact = 0.5 + (0..samples).map(|s| value(row, s) * value(column, s)).sum::<f64>();
                        // A sum of `samples` products of at most 1 has a rounding error below that many epsilons each.
                        let bound = (samples * samples) as f64 * f64::EPSILON;
                        assert!((element - exact).abs() <= bound, "{row}, {column} of {rows}: {element}, {exact}");
                        found += 1;
                    }
                }
            }
            assert_eq!(found, rows * (rows + 1) / 2);
        }
    }
}
