//! Training data: the trait [`Data`], its implementations, and the checks of data at run time.

mod arrays;
pub(crate) mod check;
mod matching;
mod matrix;
#[cfg(feature = "ndarray")]
mod ndarray;
mod row;
mod row_major;
mod rows;
mod tuples;

pub(crate) use row_major::RowMajor;
pub use rows::Rows;

use mlp_core::Scalar;
use mlp_core::TileMut;
use mlp_core::layers::Shape;

/// Samples of the shape `S`, as `fit`, `evaluate` and `predict` read them.
///
/// The crate implements it for
/// - nalgebra matrices with one row per sample and one column per feature: `OMatrix<f32, Dyn, Const<3>>`, `DVector<f32>`;
/// - slices, arrays and vectors with one sample per element: `[[f32; 3]]`, `Vec<[f32; 3]>`, and for one feature numbers:
///   `Vec<f32>`, or labels of any integer type or `bool`, `Vec<u8>`;
/// - data with a number of columns that is known only at run time, which is checked when it is used: `DMatrix<f32>`,
///   `Vec<Vec<f32>>`;
/// - arrays of `ndarray` with one or two axes (feature `ndarray`);
/// - tuples of such data, for a network with several inputs or outputs: `(&x, &z)`.
///
/// # Custom data
///
/// ```
/// # mod mlp { pub mod layers { pub use mlp_core::layers::Features; } pub use mlp_train::Data; pub use mlp_core::{Scalar, TileMut}; pub mod training { pub use mlp_train::Rows; } }
/// use mlp::layers::Features;
/// use mlp::Data;
/// use mlp::training::Rows;
/// use mlp::{Scalar, TileMut};
///
/// /// Samples of one feature: `0/n`, `1/n`, `2/n`, …
/// struct Ramp(usize);
///
/// impl<T: Scalar> Data<T, Features<1>> for Ramp {
///     fn samples(&self) -> usize {
///         self.0
///     }
///     fn get(&self, sample: usize, _feature: usize) -> T {
///         T::from_f64(sample as f64 / self.0 as f64)
///     }
///     fn copy_to(&self, rows: Rows<'_>, mut tile: TileMut<'_, T>) {
///         for (value, sample) in tile.feature(0).iter_mut().zip(rows.iter()) {
///             *value = Data::<T, Features<1>>::get(self, sample, 0);
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "expected data of the shape `{S}`, found `{Self}`",
    label = "not data of this shape",
    note = "data has a row for each sample and a column for each feature: `Vec<[{T}; COLUMNS]>`, `DMatrix<{T}>`, `Vec<Vec<{T}>>`, or `Vec<{T}>` for one column",
    note = "a network with several inputs or outputs expects a tuple of data, in the order of `Model(… => …)`"
)]
pub trait Data<T: Scalar, S: Shape>: Sync {
    /// Returns the number of samples.
    fn samples(&self) -> usize;

    /// Returns one value.
    fn get(&self, sample: usize, feature: usize) -> T;

    /// Copies the samples `rows` to a tile of as many samples. Called once per tile, so the loop over its values is fast.
    fn copy_to(&self, rows: Rows<'_>, tile: TileMut<'_, T>);

    /// Returns the index and the number of samples of the first component that has not as many samples as component 0.
    /// Only tuples have several components.
    fn mismatched_rows(&self) -> Option<(usize, usize)> {
        None
    }

    /// Returns `true` if the features of a sample are neighbors in memory. If not, `fit` copies data that is larger than the
    /// caches, because a random access to it is slow.
    #[doc(hidden)]
    fn is_row_major(&self) -> bool {
        false
    }

    /// Returns the mismatch if the number of columns is known only at run time and is wrong. The other methods are called only
    /// if there is none.
    fn mismatched_columns(&self) -> Option<ColumnMismatch> {
        None
    }

    /// Returns `false` if a value is NaN or infinite. Called before every `train_on_batch`, so override it with a fast loop.
    fn is_finite(&self) -> bool {
        (0..self.samples()).all(|sample| (0..S::FEATURES).all(|feature| self.get(sample, feature).is_finite()))
    }
}

/// A number of columns that is not that of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnMismatch {
    /// Index of the component, if there are several.
    pub part: Option<usize>,
    /// First row with another number of columns; `None` if all rows are equally long.
    pub row: Option<usize>,
    /// Number of columns that the network needs.
    pub expected: usize,
    /// Number of columns of the data.
    pub found: usize,
}

impl ColumnMismatch {
    /// Compares two numbers of columns.
    pub fn of(row: Option<usize>, expected: usize, found: usize) -> Option<Self> {
        (found != expected).then_some(Self { part: None, row, expected, found })
    }

    /// Returns the mismatch as that of a component of a tuple.
    #[must_use]
    pub fn in_part(self, part: usize) -> Self {
        Self { part: Some(part), ..self }
    }
}

/// Inputs, targets and sample weights. The types of the data are erased here, so that the training loop is compiled once.
pub(crate) struct Dataset<'a, T, X, Y> {
    pub(crate) x: &'a dyn Data<T, X>,
    pub(crate) y: &'a dyn Data<T, Y>,
    /// One weight per sample; `None` means 1 for every sample.
    pub(crate) weights: Option<&'a [T]>,
}

impl<T, X, Y> Clone for Dataset<'_, T, X, Y> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, X, Y> Copy for Dataset<'_, T, X, Y> {}

/// Rows of a dataset: the samples of one step.
pub(crate) struct Batch<'a, T, X, Y> {
    pub(crate) data: Dataset<'a, T, X, Y>,
    pub(crate) rows: Rows<'a>,
}

impl<'a, T: Scalar, X: Shape, Y: Shape> Dataset<'a, T, X, Y> {
    /// Returns a batch of all samples.
    pub(crate) fn whole(self) -> Batch<'a, T, X, Y> {
        Batch { rows: Rows::Range(0..self.x.samples()), data: self }
    }
}
