//! Slices, arrays and vectors of arrays as data: one array per sample.

use super::matching::{DataWidth, SameColumns, SameScalar};
use super::{Data, Rows};
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
}

/// A sample as an array.
#[diagnostic::on_unimplemented(
    message = "expected arrays as samples, found `{Self}`",
    label = "not arrays",
    note = "`[[1.0], [2.0]]` are two samples of one feature, `[[1.0, 2.0]]` is one sample of two"
)]
pub trait Row<T: Scalar, const NEEDED: usize>: Sync {
    /// Returns one value.
    fn get(&self, feature: usize) -> T;
}

impl<T: SameScalar<Given>, Given: Copy + Sync, const HAS: usize, const NEEDED: usize> Row<T, NEEDED> for [Given; HAS]
where
    DataWidth: SameColumns<HAS, NEEDED>,
{
    #[inline(always)]
    fn get(&self, feature: usize) -> T {
        T::same(self[feature])
    }
}
