//! Data in and out, and what is done to it before training.
//!
//! A network takes its samples as a matrix whose number of columns is in its type, [`Batch`]. Here such matrices come
//! from where data lives, and every mistake that only the data can tell is a typed error.
//!
//! - [`columns`], [`rows`] and, with the feature `ndarray`, `from_ndarray` check a number of columns known at run time.
//! - [`train_test_split`], [`KFold`], [`StandardScaler`], [`MinMaxScaler`] and [`one_hot`] are scikit-learn's and Keras's.

mod preprocessing;
mod samples;
mod shape;

pub use preprocessing::{
    Fold, KFold, MinMaxScaler, PreprocessingError, Split, StandardScaler, argmax, one_hot, sparse_targets,
    train_test_split,
};
pub use samples::Samples;
pub use shape::{ShapeError, columns, rows};
#[cfg(feature = "ndarray")]
pub use shape::{from_ndarray, to_ndarray};

/// Samples in memory: a row a sample and a column a feature.
pub type Batch<T, const COLUMNS: usize> = nalgebra::OMatrix<T, nalgebra::Dyn, nalgebra::Const<COLUMNS>>;
