//! Samples that a network can be trained on or asked about.

use core::ops::Range;

#[cfg(feature = "std")]
use nalgebra::DVector;
use nalgebra::{Const, Dim, IsContiguous, Matrix, RawStorage};

use crate::layers::{Features, Shape};
use crate::scalar::Scalar;
use crate::tile::TileMut;

/// Some samples, each of the shape `S`: a nalgebra matrix with a row a sample and a column a feature, or a slice of
/// arrays with an array a sample. For a network with several inputs or outputs, a tuple of such data: `(&x, &z)`.
#[diagnostic::on_unimplemented(
    message = "this is not data for a network",
    label = "not data",
    note = "data has a row for each sample and a column for each feature: `OMatrix<{T}, Dyn, Const<COLUMNS>>`, `DVector<{T}>` or `[[{T}; COLUMNS]]`"
)]
pub trait Data<T: Scalar, S: Shape> {
    /// How many samples there are.
    fn samples(&self) -> usize;
    /// One number.
    fn get(&self, sample: usize, feature: usize) -> T;
    /// Copies the chosen samples to a tile of as many.
    fn copy_to(&self, rows: Rows<'_>, tile: TileMut<'_, T>);
    /// The first value of several whose number of samples is another than that of value 0, and that number.
    fn uneven(&self) -> Option<(usize, usize)> {
        None
    }
    /// Whether no number is NaN or infinite. Asked before every `train_on_batch`, so it is worth being quick.
    fn is_finite(&self) -> bool {
        (0..self.samples()).all(|sample| (0..S::FEATURES).all(|feature| self.get(sample, feature).is_finite()))
    }
}

/// Which samples, in which order.
#[derive(Clone, Debug)]
pub enum Rows<'a> {
    /// Neighbors.
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

impl<T, Given, R, C, S, const NEEDED: usize> Data<T, Features<NEEDED>> for Matrix<Given, R, C, S>
where
    T: SameScalar<Given>,
    Given: nalgebra::Scalar + Copy,
    R: Dim,
    C: Columns<NEEDED>,
    S: RawStorage<Given, R, C> + IsContiguous,
{
    fn samples(&self) -> usize {
        self.nrows()
    }
    fn get(&self, sample: usize, feature: usize) -> T {
        T::same(self[(sample, feature)])
    }
    fn copy_to(&self, rows: Rows<'_>, mut tile: TileMut<'_, T>) {
        let samples = self.nrows();
        for feature in 0..NEEDED {
            let column = &self.as_slice()[feature * samples..(feature + 1) * samples];
            let target = tile.feature(feature).iter_mut();
            match &rows {
                Rows::Range(range) => {
                    target.zip(&column[range.clone()]).for_each(|(target, &source)| *target = T::same(source));
                }
                Rows::Listed(rows) => target.zip(*rows).for_each(|(target, &row)| *target = T::same(column[row])),
            }
        }
    }
    // Without a way out in the middle, the loop is vectorized.
    fn is_finite(&self) -> bool {
        self.as_slice().iter().fold(true, |finite, &value| finite & T::same(value).is_finite())
    }
}

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
}

macro_rules! as_slice {
    ($(<$($generic:ident)?> $data:ty),*) => {$(
        impl<T: Scalar, R: Row<T, NEEDED>, const NEEDED: usize $(, const $generic: usize)?> Data<T, Features<NEEDED>>
            for $data
        {
            fn samples(&self) -> usize {
                self.len()
            }
            fn get(&self, sample: usize, feature: usize) -> T {
                self[sample].get(feature)
            }
            fn copy_to(&self, rows: Rows<'_>, tile: TileMut<'_, T>) {
                self.as_slice().copy_to(rows, tile);
            }
        }
    )*};
}

#[cfg(feature = "std")]
as_slice!(<> Vec<R>);
as_slice!(<SAMPLES> [R; SAMPLES]);

#[diagnostic::do_not_recommend]
impl<T: Scalar, S: Shape, X: Data<T, S> + ?Sized> Data<T, S> for &X {
    fn samples(&self) -> usize {
        (**self).samples()
    }
    fn get(&self, sample: usize, feature: usize) -> T {
        (**self).get(sample, feature)
    }
    fn copy_to(&self, rows: Rows<'_>, tile: TileMut<'_, T>) {
        (**self).copy_to(rows, tile);
    }
    fn uneven(&self) -> Option<(usize, usize)> {
        (**self).uneven()
    }
    fn is_finite(&self) -> bool {
        (**self).is_finite()
    }
}

/// Data of a network with several inputs or outputs: a tuple of as many.
macro_rules! tuples {
    ($($($data:ident $shape:ident $index:tt),*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, $($shape: Shape, $data: Data<T, $shape>),*> Data<T, ($($shape,)*)> for ($($data,)*) {
            fn samples(&self) -> usize {
                self.0.samples()
            }
            fn get(&self, sample: usize, feature: usize) -> T {
                let mut first = 0;
                $(
                    if feature < first + $shape::FEATURES {
                        return self.$index.get(sample, feature - first);
                    }
                    first += $shape::FEATURES;
                )*
                panic!("feature {feature} of {first}")
            }
            fn copy_to(&self, rows: Rows<'_>, mut tile: TileMut<'_, T>) {
                let mut first = 0;
                $(
                    self.$index.copy_to(rows.clone(), tile.reborrow().part(first, $shape::FEATURES));
                    first += $shape::FEATURES;
                )*
                debug_assert_eq!(first, tile.features());
            }
            fn uneven(&self) -> Option<(usize, usize)> {
                let rows = [$(self.$index.samples()),*];
                rows.into_iter().enumerate().find(|&(_, rows)| rows != self.0.samples())
            }
            fn is_finite(&self) -> bool {
                $(self.$index.is_finite())&&*
            }
        }
    )*};
}

tuples! {
    XA A 0, XB B 1;
    XA A 0, XB B 1, XC C 2;
    XA A 0, XB B 1, XC C 2, XD D 3;
    XA A 0, XB B 1, XC C 2, XD D 3, XE E 4;
    XA A 0, XB B 1, XC C 2, XD D 3, XE E 4, XF F 5;
    XA A 0, XB B 1, XC C 2, XD D 3, XE E 4, XF F 5, XG G 6;
    XA A 0, XB B 1, XC C 2, XD D 3, XE E 4, XF F 5, XG G 6, XH H 7;
}

/// A sample of its own: an array.
#[diagnostic::on_unimplemented(
    message = "a sample is an array, but these are `{Self}`",
    label = "not arrays",
    note = "`[[1.0], [2.0]]` are two samples of one feature, `[[1.0, 2.0]]` is one sample of two"
)]
pub trait Row<T: Scalar, const NEEDED: usize> {
    /// One number.
    fn get(&self, feature: usize) -> T;
}

impl<T: SameScalar<Given>, Given: Copy, const HAS: usize, const NEEDED: usize> Row<T, NEEDED> for [Given; HAS]
where
    DataWidth: SameColumns<HAS, NEEDED>,
{
    #[inline(always)]
    fn get(&self, feature: usize) -> T {
        T::same(self[feature])
    }
}

/// A matrix's number of columns that is the one needed.
#[diagnostic::on_unimplemented(
    message = "the number of columns must be {NEEDED} here, but how many the data has is known only at run time",
    label = "the number of columns is `{Self}`",
    note = "`OMatrix<f32, Dyn, Const<{NEEDED}>>` has its number of columns in its type"
)]
pub trait Columns<const NEEDED: usize>: Dim {}

impl<const HAS: usize, const NEEDED: usize> Columns<NEEDED> for Const<HAS> where DataWidth: SameColumns<HAS, NEEDED> {}

/// The data's number of columns is the one needed.
#[diagnostic::on_unimplemented(
    message = "the number of columns must be {NEEDED} here, but the data has {HAS}",
    label = "has {HAS}, needs {NEEDED}",
    note = "inputs have a column for each feature that the network takes",
    note = "targets have a column for each output or, where the loss compares with classes, one with their indices"
)]
pub trait SameColumns<const HAS: usize, const NEEDED: usize> {}

/// The type that [`SameColumns`] is asked of.
#[derive(Debug)]
pub enum DataWidth {}

// For all types: the compiler would otherwise name `DataWidth` as a type for which they are the same.
impl<C, const N: usize> SameColumns<N, N> for C {}

/// The network's scalar is that of the data.
#[diagnostic::on_unimplemented(
    message = "the network computes in `{Self}`, but the data is of `{Given}`",
    label = "`{Given}`, not `{Self}`",
    note = "`data.map(|number| number as {Self})` converts a matrix; a network of the other scalar is `sequential![f64; …]`"
)]
pub trait SameScalar<Given>: Scalar {
    /// The same number.
    fn same(given: Given) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> SameScalar<T> for T {
    #[inline(always)]
    fn same(given: T) -> T {
        given
    }
}

#[cfg(feature = "std")]
/// `count` numbers from `start` to `end`, both included, equally far apart. NumPy: `linspace`.
pub fn linspace<T: Scalar>(start: T, end: T, count: usize) -> DVector<T> {
    let steps = count.saturating_sub(1).max(1) as f64;
    let (start, end) = (start.to_f64(), end.to_f64());
    DVector::from_fn(count, |i, _| T::from_f64(start + (end - start) * (i as f64 / steps)))
}
