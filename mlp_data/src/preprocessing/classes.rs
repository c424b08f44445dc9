//! Classes as indices, as numbers, and as one column each.

use nalgebra::{Const, DVector, Dim, Dyn, Matrix, RawStorage};

use super::PreprocessingError;
use crate::data::Batch;
use crate::scalar::Scalar;

/// A column for each class, 1 in that of the label and 0 elsewhere. Keras: `to_categorical`.
///
/// ```
/// # use mlp_core::data::{argmax, one_hot};
/// let y = one_hot::<f32, 3>(&[2, 0])?;
/// assert_eq!(y, nalgebra::Matrix2x3::new(0.0, 0.0, 1.0, 1.0, 0.0, 0.0));
/// assert_eq!(argmax(&y), [2, 0]);
/// # Ok::<(), mlp_core::data::PreprocessingError>(())
/// ```
///
/// # Errors
/// Names the first label that is no class.
pub fn one_hot<T: Scalar, const CLASSES: usize>(labels: &[usize]) -> Result<Batch<T, CLASSES>, PreprocessingError> {
    if let Some((row, &label)) = labels.iter().enumerate().find(|&(_, &label)| label >= CLASSES) {
        return Err(PreprocessingError::Label { row, label, classes: CLASSES });
    }
    let value = |row: usize, class| if labels[row] == class { T::one() } else { T::zero() };
    Ok(Batch::from_fn_generic(Dyn(labels.len()), Const, value))
}

/// The column of each row's largest number, the first of equals: the class that a prediction or a one-hot target names.
/// NumPy: `argmax(axis=1)`.
pub fn argmax<T: Scalar, R: Dim, C: Dim>(matrix: &Matrix<T, R, C, impl RawStorage<T, R, C>>) -> Vec<usize> {
    let largest = |row: usize| {
        (1..matrix.ncols()).fold(0, |best, column| {
            let (value, record) = (matrix[(row, column)], matrix[(row, best)]);
            if value > record || record.is_nan() { column } else { best }
        })
    };
    (0..matrix.nrows()).map(largest).collect()
}

/// Class indices as targets of `SparseCategoricalCrossentropy`: one column.
pub fn sparse_targets<T: Scalar>(labels: &[usize]) -> DVector<T> {
    DVector::from_iterator(labels.len(), labels.iter().map(|&label| T::from_f64(label as f64)))
}
