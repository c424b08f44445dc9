//! Classes as indices, as targets and as one-hot columns.

use std::collections::BTreeMap;

use nalgebra::{Const, DVector, Dim, Dyn, Matrix, RawStorage};

use crate::Batch;
use crate::error::PreprocessingError;
use mlp_core::Scalar;

/// Returns one column per class: 1 in the column of the label, 0 elsewhere. Keras: `to_categorical`.
///
/// ```
/// # use mlp_data::{argmax, one_hot};
/// let y = one_hot::<f32, 3>(&[2, 0])?;
/// assert_eq!(y, nalgebra::Matrix2x3::new(0.0, 0.0, 1.0, 1.0, 0.0, 0.0));
/// assert_eq!(argmax(&y), [2, 0]);
/// # Ok::<(), mlp_data::PreprocessingError>(())
/// ```
///
/// # Errors
/// Returns an error for the first label that is not below `CLASSES`.
#[doc(alias = "to_categorical")]
pub fn one_hot<T: Scalar, const CLASSES: usize>(labels: &[usize]) -> Result<Batch<T, CLASSES>, PreprocessingError> {
    if let Some((row, &label)) = labels.iter().enumerate().find(|&(_, &label)| label >= CLASSES) {
        return Err(PreprocessingError::Label { row, label, classes: CLASSES });
    }
    let value = |row: usize, class| if labels[row] == class { T::one() } else { T::zero() };
    Ok(Batch::from_fn_generic(Dyn(labels.len()), Const, value))
}

/// Returns the column of each row's maximum: the class of a prediction or of a one-hot target.
///
/// The first of several equal maxima counts. NaN is ignored unless the whole row is NaN. NumPy: `argmax(axis=1)`.
pub fn argmax<T: Scalar, R: Dim, C: Dim>(matrix: &Matrix<T, R, C, impl RawStorage<T, R, C>>) -> Vec<usize> {
    let argmax_of = |row: usize| {
        (1..matrix.ncols()).fold(0, |best, column| {
            let value = matrix[(row, column)];
            let max = matrix[(row, best)];
            if value > max || max.is_nan() { column } else { best }
        })
    };
    (0..matrix.nrows()).map(argmax_of).collect()
}

/// Returns class indices as a column of targets for `SparseCategoricalCrossentropy`.
pub fn sparse_targets<T: Scalar>(labels: &[usize]) -> DVector<T> {
    DVector::from_iterator(labels.len(), labels.iter().map(|&label| T::from_f64(label as f64)))
}

/// Returns the row indices of each class, in ascending order of the labels.
pub(super) fn rows_by_class(labels: &[usize]) -> BTreeMap<usize, Vec<usize>> {
    let mut classes = BTreeMap::<usize, Vec<usize>>::new();
    for (row, &label) in labels.iter().enumerate() {
        classes.entry(label).or_default().push(row);
    }
    classes
}
