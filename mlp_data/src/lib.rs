//! Data in and out, and what is done to it before training.
//!
//! A network takes its samples as a matrix whose number of columns is in its type, [`Batch`]. Here such matrices come
//! from where data lives, and every mistake that only the data can tell is a typed error.
//!
//! - [`columns`], [`rows`] and, with the feature `ndarray`, `from_ndarray` check a number of columns known at run time.
//! - [`to_rows`] makes shuffled epochs over data larger than the cache faster.
//! - `Table` reads comma-separated values by the columns' names (feature `csv`), and `write_csv` writes them.
//! - `Tensor` reads IDX (feature `idx`), npy and npz (`npy`) and safetensors (`safetensors`), and writes all but the first.
//! - [`Batches`] reads tables, IDX and npy that are larger than memory, for `train_on_batch`.
//! - [`train_test_split`], [`KFold`], [`StandardScaler`], [`MinMaxScaler`] and [`one_hot`] are scikit-learn's and Keras's.

mod batches;
#[cfg(feature = "csv")]
mod csv;
#[cfg(any(feature = "csv", feature = "idx", feature = "npy", feature = "safetensors"))]
mod file;
mod file_error;
mod preprocessing;
#[cfg(any(feature = "csv", feature = "npy", feature = "onnx", feature = "safetensors"))]
mod replace;
mod samples;
mod shape;
#[cfg(any(feature = "csv", feature = "npy", feature = "safetensors"))]
mod suggestion;
#[cfg(any(feature = "idx", feature = "npy", feature = "safetensors"))]
mod tensor;
#[cfg(any(feature = "csv", feature = "npy", feature = "onnx", feature = "safetensors"))]
mod write;

pub use batches::{Batches, Epoch, SampleReader};
#[cfg(feature = "csv")]
pub use csv::{Categories, CsvErrorKind, CsvOptions, Table, to_csv, write_csv};
pub use file_error::{FileError, FileErrorKind, Origin};
pub use preprocessing::{
    Fold, KFold, MinMaxScaler, PreprocessingError, Split, StandardScaler, argmax, one_hot, sparse_targets,
    train_test_split,
};
#[cfg(feature = "safetensors")]
pub(crate) use replace::replace_by;
pub use samples::Samples;
pub use shape::{ShapeError, columns, rows, to_rows};
#[cfg(feature = "ndarray")]
pub use shape::{from_ndarray, to_ndarray};
#[cfg(feature = "safetensors")]
pub(crate) use suggestion::nearest;
#[cfg(feature = "keras")]
pub(crate) use tensor::hdf5;
#[cfg(any(feature = "idx", feature = "npy", feature = "safetensors"))]
pub use tensor::{ElementType, Tensor, TensorErrorKind};
#[cfg(any(feature = "onnx", feature = "safetensors"))]
pub(crate) use write::replace;
#[cfg(feature = "safetensors")]
pub(crate) use write::write_new;

/// Samples in memory: a row a sample and a column a feature.
pub type Batch<T, const COLUMNS: usize> = nalgebra::OMatrix<T, nalgebra::Dyn, nalgebra::Const<COLUMNS>>;
