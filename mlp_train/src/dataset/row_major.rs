//! A copy of data, row by row, for a shuffled training on more data than the caches hold.
//!
//! A matrix is stored column by column, so that a random row is a cache line for each of its features. In a copy row by row,
//! it is a few neighboring lines.
//!
//! ```text
//! for 64 rows of a tile at a time
//!   read each of their cache lines                                   // reads that don't wait for each other
//!   for 16 rows at a time
//!     for each feature: write 16 neighboring elements of the tile
//! ```

use core::marker::PhantomData;
use core::ops::Range;

use mlp_core::layers::Shape;
use mlp_core::{Scalar, TileMut, padded_len};

use super::{Data, Rows};

/// Bytes from which on data is copied: about the size of a core's cache.
const MIN_BYTES: usize = 1 << 20;

/// Bytes up to which data is copied, so that the copy does not fill the memory.
const MAX_BYTES: usize = 1 << 30;

/// Number of rows that are copied at a time.
const GROUP: usize = 16;

/// Number of rows whose cache lines are read before the rows are copied.
const TOUCHED: usize = 4 * GROUP;

/// Data of the shape `S`, row by row.
pub(crate) struct RowMajor<T, S> {
    values: Vec<T>,
    shape: PhantomData<fn() -> S>,
}

impl<T: Scalar, S: Shape> RowMajor<T, S> {
    /// Copies data, if a random access to it is slow.
    pub(crate) fn of(data: &dyn Data<T, S>) -> Option<Self> {
        let bytes = data.samples().checked_mul(S::FEATURES * size_of::<T>())?;
        (S::FEATURES > 1 && !data.is_row_major() && (MIN_BYTES..=MAX_BYTES).contains(&bytes))
            .then(|| Self::copy_of(data))
    }

    fn copy_of(data: &dyn Data<T, S>) -> Self {
        const TILE: usize = 256;
        let samples = data.samples();
        let mut buffer = vec![T::zero(); padded_len(S::FEATURES, TILE)];
        let mut values = vec![T::zero(); samples * S::FEATURES];
        for (chunk, values) in values.chunks_mut(TILE * S::FEATURES).enumerate() {
            let (first, count) = (chunk * TILE, values.len() / S::FEATURES);
            let mut tile = TileMut::new(&mut buffer, S::FEATURES, count);
            data.copy_to(Rows::Range(first..first + count), tile.reborrow());
            for feature in 0..S::FEATURES {
                let rows = values.chunks_exact_mut(S::FEATURES);
                rows.zip(tile.feature(feature)).for_each(|(row, &mut value)| row[feature] = value);
            }
        }
        Self { values, shape: PhantomData }
    }

    /// Returns one row.
    fn row(&self, row: usize) -> &[T] {
        &self.values[row * S::FEATURES..][..S::FEATURES]
    }

    /// Reads each cache line of some rows, so that the memory answers all of them at once.
    fn touch(&self, rows: &[usize]) {
        let line = 64 / size_of::<T>();
        let lines = |&row: &usize| self.row(row).iter().step_by(line).chain(self.row(row).last()).copied();
        core::hint::black_box(rows.iter().flat_map(lines).sum::<T>());
    }

    /// Copies some rows to these positions of a tile.
    fn copy_group(&self, rows: impl Fn(usize) -> usize, positions: Range<usize>, tile: &mut TileMut<'_, T>) {
        let mut sources = [&self.values[..0]; GROUP];
        let count = positions.len();
        sources[..count].iter_mut().enumerate().for_each(|(index, source)| {
            *source = self.row(rows(positions.start + index));
        });
        for feature in 0..S::FEATURES {
            let target = &mut tile.feature(feature)[positions.clone()];
            target.iter_mut().zip(&sources).for_each(|(value, source)| *value = source[feature]);
        }
    }
}

impl<T: Scalar, S: Shape> Data<T, S> for RowMajor<T, S> {
    fn samples(&self) -> usize {
        self.values.len() / S::FEATURES
    }

    fn get(&self, sample: usize, feature: usize) -> T {
        self.row(sample)[feature]
    }

    fn copy_to(&self, rows: Rows<'_>, mut tile: TileMut<'_, T>) {
        for first in (0..rows.len()).step_by(GROUP) {
            let positions = first..rows.len().min(first + GROUP);
            match &rows {
                Rows::Range(range) => self.copy_group(|position| range.start + position, positions, &mut tile),
                Rows::Listed(rows) => {
                    if first % TOUCHED == 0 {
                        self.touch(&rows[first..rows.len().min(first + TOUCHED)]);
                    }
                    self.copy_group(|position| rows[position], positions, &mut tile);
                }
            }
        }
    }

    fn is_row_major(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlp_core::layers::Features;
    use nalgebra::{Const, Dyn, OMatrix};

    #[test]
    fn a_copy_has_the_same_rows() {
        let data = OMatrix::<f32, Dyn, Const<3>>::from_fn(601, |row, column| (row * 3 + column) as f32);
        let copy = RowMajor::<f32, Features<3>>::copy_of(&data);
        assert_eq!(copy.samples(), 601);
        let order: Vec<usize> = (0..37).map(|i| i * 131 % 601).collect();
        for rows in [Rows::Range(5..42), Rows::Listed(&order)] {
            let [mut expected, mut found] = [0, 1].map(|_| vec![0.0; padded_len(3, 37)]);
            data.copy_to(rows.clone(), TileMut::new(&mut expected, 3, 37));
            copy.copy_to(rows, TileMut::new(&mut found, 3, 37));
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn only_large_data_in_columns_is_copied() {
        let is_copied = |data: &dyn Data<f32, Features<4>>| RowMajor::of(data).is_some();
        let matrix = |rows| OMatrix::<f32, Dyn, Const<4>>::zeros(rows);
        assert!(!is_copied(&matrix(MIN_BYTES / 16 - 1)));
        assert!(is_copied(&matrix(MIN_BYTES / 16)));
        assert!(!is_copied(&vec![[0.0_f32; 4]; MIN_BYTES / 16]), "arrays are rows already");
        assert!(RowMajor::<f32, Features<1>>::of(&OMatrix::<f32, Dyn, Const<1>>::zeros(MIN_BYTES)).is_none());
    }
}
