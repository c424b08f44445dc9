//! Run-time checks of data, made before any state changes.

use super::{ColumnMismatch, Data};
use mlp_core::Scalar;
use mlp_core::layers::Shape;
use mlp_core::losses::LossList;
use mlp_core::{DataError, Role};

/// Checks inputs: at least one row, equal numbers of rows, the number of columns, finite values.
pub(crate) fn inputs<T: Scalar, S: Shape>(x: &dyn Data<T, S>) -> Result<(), DataError> {
    check_shape(x, Role::Input)?;
    if x.samples() == 0 {
        return Err(DataError::Empty);
    }
    check_finite(x, Role::Input)
}

/// Checks inputs and targets: as [`inputs`] does, equal numbers of rows, targets that the loss accepts.
pub(crate) fn pair<T: Scalar, S: Shape, Outputs: Shape, L: LossList<T, Outputs>>(
    x: &dyn Data<T, S>,
    y: &dyn Data<T, L::Targets>,
    loss: &L,
) -> Result<(), DataError> {
    check_shape(x, Role::Input)?;
    check_shape(y, Role::Target)?;
    if x.samples() != y.samples() {
        return Err(DataError::RowMismatch { inputs: x.samples(), targets: y.samples() });
    }
    inputs(x)?;
    check_finite(y, Role::Target)?;
    if L::ACCEPTS_ALL {
        return Ok(());
    }
    if let Some((row, column, value)) = find(y, &|column, target| loss.rejected_by(column, target).is_some())
        && let Some(loss) = loss.rejected_by(column, value)
    {
        let (part, column) = L::Targets::locate(column);
        return Err(DataError::InvalidTarget { part, row, column, value: value.to_f64(), loss });
    }
    Ok(())
}

/// Checks data that belongs to samples, such as the gradient with respect to outputs: one row per sample, finite values.
pub(crate) fn rows_of<T: Scalar, S: Shape>(data: &dyn Data<T, S>, role: Role, samples: usize) -> Result<(), DataError> {
    check_shape(data, role)?;
    if data.samples() != samples {
        return Err(DataError::SampleMismatch { role, rows: data.samples(), samples });
    }
    check_finite(data, role)
}

/// Checks that all components of a tuple have equally many rows, and the numbers of columns that the compiler does not know.
fn check_shape<T: Scalar, S: Shape>(data: &dyn Data<T, S>, role: Role) -> Result<(), DataError> {
    if let Some(ColumnMismatch { part, row, expected, found }) = data.mismatched_columns() {
        return Err(DataError::ColumnMismatch { role, part, row, expected, found });
    }
    match data.mismatched_rows() {
        Some((part, rows)) => Err(DataError::PartRowMismatch { role, part, rows, first: data.samples() }),
        None => Ok(()),
    }
}

fn check_finite<T: Scalar, S: Shape>(data: &dyn Data<T, S>, role: Role) -> Result<(), DataError> {
    if data.is_finite() {
        return Ok(());
    }
    match find(data, &|_, value| !value.is_finite()) {
        Some((row, column, value)) => {
            let (part, column) = S::locate(column);
            Err(DataError::NotFinite { role, part, row, column, value: value.to_f64() })
        }
        None => Ok(()),
    }
}

/// Returns the first value, row by row, that is invalid, with its row and its column.
fn find<T: Scalar, S: Shape>(
    data: &dyn Data<T, S>,
    is_invalid: &dyn Fn(usize, T) -> bool,
) -> Option<(usize, usize, T)> {
    for row in 0..data.samples() {
        for column in 0..S::FEATURES {
            let value = data.get(row, column);
            if is_invalid(column, value) {
                return Some((row, column, value));
            }
        }
    }
    None
}
