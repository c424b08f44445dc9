//! Samples that a network can be trained on or asked about.

use core::ops::Range;

use nalgebra::{Const, DVector, Dim, IsContiguous, Matrix, RawStorage};

use crate::layers::{Features, Shape};
use crate::scalar::Scalar;
use crate::tile::TileMut;

/// Some samples, each of the shape `S`: a nalgebra matrix with a row a sample and a column a feature, or a slice of
/// arrays with an array a sample.
#[diagnostic::on_unimplemented(
    message = "`{S}` of `{T}` are needed here, but the data is `{Self}`",
    label = "the network and the data differ in the number of columns or in the scalar type",
    note = "data has a row for each sample and a column for each feature: `OMatrix<{T}, Dyn, Const<COLUMNS>>` or `[[{T}; COLUMNS]]`"
)]
pub trait Data<T: Scalar, S: Shape> {
    /// How many samples there are.
    fn samples(&self) -> usize;
    /// One number.
    fn get(&self, sample: usize, feature: usize) -> T;
    /// Copies the chosen samples to a tile of as many.
    fn copy_to(&self, rows: Rows<'_>, tile: TileMut<'_, T>);
}

/// Which samples, in which order.
#[derive(Clone, Debug)]
pub enum Rows<'a> {
    /// Neighbours.
    Range(Range<usize>),
    /// Each by its number.
    Listed(&'a [usize]),
}

impl<'a> Rows<'a> {
    /// Some of them, counted within these.
    pub fn part(&self, part: Range<usize>) -> Rows<'a> {
        match self {
            Self::Range(range) => Rows::Range(range.start + part.start..range.start + part.end),
            Self::Listed(rows) => Rows::Listed(&rows[part]),
        }
    }
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::Range(range) => range.len(),
            Self::Listed(rows) => rows.len(),
        }
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T, R, S, const N: usize> Data<T, Features<N>> for Matrix<T, R, Const<N>, S>
where
    T: Scalar,
    R: Dim,
    S: RawStorage<T, R, Const<N>> + IsContiguous,
{
    fn samples(&self) -> usize {
        self.nrows()
    }
    fn get(&self, sample: usize, feature: usize) -> T {
        self[(sample, feature)]
    }
    fn copy_to(&self, rows: Rows<'_>, mut tile: TileMut<'_, T>) {
        let samples = self.nrows();
        for feature in 0..N {
            let column = &self.as_slice()[feature * samples..(feature + 1) * samples];
            let target = tile.feature(feature);
            match &rows {
                Rows::Range(range) => target.copy_from_slice(&column[range.clone()]),
                Rows::Listed(rows) => target.iter_mut().zip(*rows).for_each(|(target, &row)| *target = column[row]),
            }
        }
    }
}

impl<T: Scalar, const N: usize> Data<T, Features<N>> for [[T; N]] {
    fn samples(&self) -> usize {
        self.len()
    }
    fn get(&self, sample: usize, feature: usize) -> T {
        self[sample][feature]
    }
    fn copy_to(&self, rows: Rows<'_>, mut tile: TileMut<'_, T>) {
        for feature in 0..N {
            let target = tile.feature(feature).iter_mut();
            match &rows {
                Rows::Range(range) => target.zip(&self[range.clone()]).for_each(|(target, row)| *target = row[feature]),
                Rows::Listed(rows) => target.zip(*rows).for_each(|(target, &row)| *target = self[row][feature]),
            }
        }
    }
}

macro_rules! as_slice {
    ($(<$($generic:ident)?> $data:ty),*) => {$(
        impl<T: Scalar, const N: usize $(, const $generic: usize)?> Data<T, Features<N>> for $data {
            fn samples(&self) -> usize {
                self.len()
            }
            fn get(&self, sample: usize, feature: usize) -> T {
                self[sample][feature]
            }
            fn copy_to(&self, rows: Rows<'_>, tile: TileMut<'_, T>) {
                self.as_slice().copy_to(rows, tile);
            }
        }
    )*};
}

as_slice!(<> Vec<[T; N]>, <SAMPLES> [[T; N]; SAMPLES]);

/// `count` numbers from `start` to `end`, both included, equally far apart. NumPy: `linspace`.
pub fn linspace<T: Scalar>(start: T, end: T, count: usize) -> DVector<T> {
    let steps = count.saturating_sub(1).max(1) as f64;
    let (start, end) = (start.to_f64(), end.to_f64());
    DVector::from_fn(count, |i, _| T::from_f64(start + (end - start) * (i as f64 / steps)))
}
