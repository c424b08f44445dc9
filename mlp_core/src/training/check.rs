//! What only the data can tell, told before anything is changed.

use crate::layers::Shape;
use crate::losses::Loss;
use crate::scalar::Scalar;

use super::data::Data;
use super::error::{DataError, Role, TrainingError};
use super::fit::Fit;

/// Inputs that can be predicted: there are some, and all are finite.
pub(super) fn inputs<T: Scalar, S: Shape>(x: &(impl Data<T, S> + ?Sized)) -> Result<(), DataError> {
    if x.samples() == 0 {
        return Err(DataError::NoRows);
    }
    finite(x, Role::Input)
}

/// Inputs and targets that belong together and that the loss can compare.
pub(super) fn pair<T: Scalar, S: Shape, Outputs: Shape, L: Loss<T, Outputs>>(
    x: &(impl Data<T, S> + ?Sized),
    y: &(impl Data<T, L::Targets> + ?Sized),
    loss: &L,
) -> Result<(), DataError> {
    if x.samples() != y.samples() {
        return Err(DataError::DifferentRows { inputs: x.samples(), targets: y.samples() });
    }
    inputs(x)?;
    finite(y, Role::Target)?;
    match find(y, |target| !loss.accepts(target)) {
        Some((row, column, value)) => Err(DataError::BadTarget { row, column, value, loss: loss.name() }),
        None => Ok(()),
    }
}

/// Epochs and batches of at least one.
pub(super) fn extent(fit: &Fit) -> Result<(), TrainingError> {
    match fit {
        Fit { epochs: 0, .. } => Err(TrainingError::ZeroEpochs),
        Fit { batch_size: 0, .. } => Err(TrainingError::ZeroBatchSize),
        _ => Ok(()),
    }
}

fn finite<T: Scalar, S: Shape>(data: &(impl Data<T, S> + ?Sized), role: Role) -> Result<(), DataError> {
    if data.is_finite() {
        return Ok(());
    }
    match find(data, |value| !value.is_finite()) {
        Some((row, column, value)) => Err(DataError::NotFinite { role, row, column, value }),
        None => Ok(()),
    }
}

/// The first number, row by row, that is as described.
fn find<T: Scalar, S: Shape>(
    data: &(impl Data<T, S> + ?Sized),
    wanted: impl Fn(T) -> bool,
) -> Option<(usize, usize, f64)> {
    (0..data.samples())
        .flat_map(|row| (0..S::FEATURES).map(move |column| (row, column)))
        .map(|(row, column)| (row, column, data.get(row, column)))
        .find(|&(_, _, value)| wanted(value))
        .map(|(row, column, value)| (row, column, value.to_f64()))
}
