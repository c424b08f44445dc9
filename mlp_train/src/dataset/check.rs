//! Run-time checks of data, made before any state changes.

use super::Data;
use mlp_core::Scalar;
use mlp_core::layers::Shape;
use mlp_core::losses::LossList;
use mlp_core::{DataError, Role};

/// Checks inputs: at least one row, equal numbers of rows, finite values.
pub(crate) fn inputs<T: Scalar, S: Shape>(x: &(impl Data<T, S> + ?Sized)) -> Result<(), DataError> {
    check_equal_rows(x, Role::Input)?;
    if x.samples() == 0 {
        return Err(DataError::Empty);
    }
    check_finite(x, Role::Input)
}

/// Checks inputs and targets: as [`inputs`] does, equal numbers of rows, targets that the loss accepts.
pub(crate) fn pair<T: Scalar, S: Shape, Outputs: Shape, L: LossList<T, Outputs>>(
    x: &(impl Data<T, S> + ?Sized),
    y: &(impl Data<T, L::Targets> + ?Sized),
    loss: &L,
) -> Result<(), DataError> {
    check_equal_rows(x, Role::Input)?;
    check_equal_rows(y, Role::Target)?;
    if x.samples() != y.samples() {
        return Err(DataError::RowMismatch { inputs: x.samples(), targets: y.samples() });
    }
    inputs(x)?;
    check_finite(y, Role::Target)?;
    match find(y, |column, target| loss.rejected_by(column, target)) {
        Some(Found { row, column, value, finding: loss }) => {
            let (part, column) = L::Targets::locate(column);
            Err(DataError::InvalidTarget { part, row, column, value, loss })
        }
        None => Ok(()),
    }
}

/// Checks that all components of a tuple have equally many rows.
fn check_equal_rows<T: Scalar, S: Shape>(data: &(impl Data<T, S> + ?Sized), role: Role) -> Result<(), DataError> {
    match data.mismatched_rows() {
        Some((part, rows)) => Err(DataError::PartRowMismatch { role, part, rows, first: data.samples() }),
        None => Ok(()),
    }
}

fn check_finite<T: Scalar, S: Shape>(data: &(impl Data<T, S> + ?Sized), role: Role) -> Result<(), DataError> {
    if data.is_finite() {
        return Ok(());
    }
    match find(data, |_, value| (!value.is_finite()).then_some(())) {
        Some(Found { row, column, value, .. }) => {
            let (part, column) = S::locate(column);
            Err(DataError::NotFinite { role, part, row, column, value })
        }
        None => Ok(()),
    }
}

/// A value with a finding.
struct Found<R> {
    row: usize,
    column: usize,
    value: f64,
    finding: R,
}

/// Returns the first value, row by row, for which `test` returns a finding.
fn find<T: Scalar, S: Shape, R>(
    data: &(impl Data<T, S> + ?Sized),
    test: impl Fn(usize, T) -> Option<R>,
) -> Option<Found<R>> {
    let positions = (0..data.samples()).flat_map(|row| (0..S::FEATURES).map(move |column| (row, column)));
    positions.into_iter().find_map(|(row, column)| {
        let value = data.get(row, column);
        let finding = test(column, value)?;
        Some(Found { row, column, value: value.to_f64(), finding })
    })
}
