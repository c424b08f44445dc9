//! Datasets: file formats, tables, batches and preprocessing.
//!
//! A network expects samples as a matrix whose number of columns is part of its type, [`Batch`]. This module produces
//! such matrices from files and from other containers. Mistakes that only the data can show are typed errors.
//!
//! - [`columns`] and [`rows`] check a number of columns that is known only at run time. `from_ndarray` does the same
//!   for arrays (feature `ndarray`).
//! - [`to_rows`] speeds up shuffled epochs over data larger than the cache.
//! - `Table` reads comma-separated values by column name, and `write_csv` writes them (feature `csv`).
//! - `TableColumns` turns columns of a table into features: it fills gaps and makes one-hot codes of text (feature `csv`).
//! - [`Tensor`] reads IDX (feature `idx`), npy and npz (`npy`), safetensors (`safetensors`) and HDF5 (`keras`). It
//!   writes npy, npz and safetensors.
//! - [`Batches`] reads tables, IDX and npy files that are larger than memory, for `train_on_batch`.
//! - [`Limits`] bound what a file that is not trusted may cost.
//! - [`train_test_split`], [`KFold`], [`StandardScaler`], [`MinMaxScaler`] and [`one_hot`] follow scikit-learn and
//!   Keras.

// The file formats share helpers; only all formats together use every helper.
#![cfg_attr(
    not(all(feature = "csv", feature = "idx", feature = "npy", feature = "safetensors", feature = "keras")),
    allow(dead_code)
)]

#[cfg(feature = "arrow")]
mod arrow;
mod atomic_write;
mod batches;
#[cfg(feature = "csv")]
mod csv;
mod element_type;
mod error;
mod file;
mod limits;
#[cfg(feature = "ndarray")]
mod ndarray;
mod preprocessing;
mod samples;
mod shape;
mod suggestion;
#[doc(hidden)]
pub mod tensor;

#[doc(hidden)]
pub use atomic_write::{atomic_write, atomic_write_path};
pub use batches::{Batches, Epoch, SampleReader};
#[cfg(feature = "csv")]
pub use csv::{Categorical, CsvOptions, Fill, Table, TableColumns, TableEncoder, to_csv, write_csv};
pub use element_type::ElementType;
pub use error::{CsvErrorKind, FileError, FileErrorKind, LimitError, Location, PreprocessingError, TensorErrorKind};
#[doc(hidden)]
pub use file::{read_file, write_file};
pub use limits::Limits;
#[cfg(feature = "ndarray")]
pub use ndarray::{from_ndarray, to_ndarray};
#[doc(hidden)]
pub use preprocessing::Moments;
pub use preprocessing::{
    Fold, KFold, MinMaxScaler, Split, StandardScaler, argmax, cross_val_score, one_hot, sparse_targets,
    train_test_split,
};
pub use samples::Samples;
pub use shape::{ShapeError, columns, rows, to_rows};
#[doc(hidden)]
pub use suggestion::nearest;
pub use tensor::Tensor;

/// Samples in memory: one row per sample, one column per feature.
pub type Batch<T, const COLUMNS: usize> = nalgebra::OMatrix<T, nalgebra::Dyn, nalgebra::Const<COLUMNS>>;
