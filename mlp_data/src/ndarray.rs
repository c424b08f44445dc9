//! Conversion from and to the arrays of the `ndarray` crate.

use ::ndarray::{Array2, ArrayRef2};
use nalgebra::{Const, Dim, Dyn, Matrix, RawStorage, Scalar};

use super::Batch;
use super::shape::{ShapeError, check_columns};

/// Copies an array, or a view of one, into a matrix.
///
/// # Errors
/// Returns an error if the array has a different number of columns.
pub fn from_ndarray<T: Scalar, const COLUMNS: usize>(array: &ArrayRef2<T>) -> Result<Batch<T, COLUMNS>, ShapeError> {
    check_columns(COLUMNS, array.ncols())?;
    Ok(Batch::from_fn_generic(Dyn(array.nrows()), Const, |row, column| array[(row, column)].clone()))
}

/// Copies a matrix into an array.
pub fn to_ndarray<T: Scalar, C: Dim>(matrix: &Matrix<T, Dyn, C, impl RawStorage<T, Dyn, C>>) -> Array2<T> {
    Array2::from_shape_fn(matrix.shape(), |position| matrix[position].clone())
}
