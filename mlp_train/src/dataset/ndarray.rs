//! Arrays of `ndarray` as data: one axis for one feature, two axes for one row per sample.

use ::ndarray::{ArrayBase, Data as Storage, Ix1, Ix2};

use super::{ColumnMismatch, Data, Rows};
use mlp_core::layers::Features;
use mlp_core::{FromElement, TileMut};

impl<T, Given, S, const NEEDED: usize> Data<T, Features<NEEDED>> for ArrayBase<S, Ix1>
where
    T: FromElement<Given>,
    Given: Copy + Sync,
    S: Storage<Elem = Given> + Sync,
{
    fn samples(&self) -> usize {
        self.len()
    }

    fn get(&self, sample: usize, _feature: usize) -> T {
        T::from_element(self[sample])
    }

    fn copy_to(&self, rows: Rows<'_>, mut tile: TileMut<'_, T>) {
        for (target, row) in tile.feature(0).iter_mut().zip(rows.iter()) {
            *target = T::from_element(self[row]);
        }
    }

    fn mismatched_columns(&self) -> Option<ColumnMismatch> {
        ColumnMismatch::of(None, NEEDED, 1)
    }
}

impl<T, Given, S, const NEEDED: usize> Data<T, Features<NEEDED>> for ArrayBase<S, Ix2>
where
    T: FromElement<Given>,
    Given: Copy + Sync,
    S: Storage<Elem = Given> + Sync,
{
    fn samples(&self) -> usize {
        self.nrows()
    }

    fn get(&self, sample: usize, feature: usize) -> T {
        T::from_element(self[(sample, feature)])
    }

    fn copy_to(&self, rows: Rows<'_>, mut tile: TileMut<'_, T>) {
        for feature in 0..NEEDED {
            for (target, row) in tile.feature(feature).iter_mut().zip(rows.iter()) {
                *target = T::from_element(self[(row, feature)]);
            }
        }
    }

    fn mismatched_columns(&self) -> Option<ColumnMismatch> {
        ColumnMismatch::of(None, NEEDED, self.ncols())
    }
}
