//! Slices, arrays and vectors as data: one row per sample.

use super::row::Row;
use super::{ColumnMismatch, Data, Rows};
use mlp_core::Scalar;
use mlp_core::TileMut;
use mlp_core::layers::Features;

impl<T: Scalar, R: Row<T, NEEDED>, const NEEDED: usize> Data<T, Features<NEEDED>> for [R] {
    fn samples(&self) -> usize {
        self.len()
    }

    fn get(&self, sample: usize, feature: usize) -> T {
        self[sample].get(feature)
    }

    fn copy_to(&self, rows: Rows<'_>, mut tile: TileMut<'_, T>) {
        for feature in 0..NEEDED {
            let target = tile.feature(feature).iter_mut();
            match &rows {
                Rows::Range(range) => {
                    target.zip(&self[range.clone()]).for_each(|(target, row)| *target = row.get(feature));
                }
                Rows::Listed(rows) => target.zip(*rows).for_each(|(target, &row)| *target = self[row].get(feature)),
            }
        }
    }

    fn is_row_major(&self) -> bool {
        true
    }

    fn is_finite(&self) -> bool {
        R::are_finite(self)
    }

    fn mismatched_columns(&self) -> Option<ColumnMismatch> {
        if R::IS_CHECKED {
            return None;
        }
        let mismatch = |(row, sample): (usize, &R)| ColumnMismatch::of(Some(row), NEEDED, sample.columns());
        self.iter().enumerate().find_map(mismatch)
    }
}

impl<T: Scalar, R: Row<T, NEEDED>, const NEEDED: usize> Data<T, Features<NEEDED>> for Vec<R> {
    fn samples(&self) -> usize {
        self.len()
    }

    fn get(&self, sample: usize, feature: usize) -> T {
        self[sample].get(feature)
    }

    fn copy_to(&self, rows: Rows<'_>, tile: TileMut<'_, T>) {
        self.as_slice().copy_to(rows, tile);
    }

    fn is_row_major(&self) -> bool {
        true
    }

    fn mismatched_columns(&self) -> Option<ColumnMismatch> {
        self.as_slice().mismatched_columns()
    }

    fn is_finite(&self) -> bool {
        self.as_slice().is_finite()
    }
}

impl<T: Scalar, R: Row<T, NEEDED>, const NEEDED: usize, const SAMPLES: usize> Data<T, Features<NEEDED>>
    for [R; SAMPLES]
{
    fn samples(&self) -> usize {
        SAMPLES
    }

    fn get(&self, sample: usize, feature: usize) -> T {
        self[sample].get(feature)
    }

    fn copy_to(&self, rows: Rows<'_>, tile: TileMut<'_, T>) {
        self.as_slice().copy_to(rows, tile);
    }

    fn is_row_major(&self) -> bool {
        true
    }

    fn mismatched_columns(&self) -> Option<ColumnMismatch> {
        self.as_slice().mismatched_columns()
    }

    fn is_finite(&self) -> bool {
        self.as_slice().is_finite()
    }
}
