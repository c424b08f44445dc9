//! What only the data can tell, told before anything is changed.

#[cfg(feature = "std")]
use crate::layers::InvalidOption;
use crate::layers::Shape;
use crate::scalar::Scalar;

use super::data::Data;
use super::error::{DataError, Role};
use super::loss_list::LossList;

/// Inputs that can be predicted: there are some, and all are finite.
pub(crate) fn inputs<T: Scalar, S: Shape>(x: &(impl Data<T, S> + ?Sized)) -> Result<(), DataError> {
    even(x, Role::Input)?;
    if x.samples() == 0 {
        return Err(DataError::NoRows);
    }
    finite(x, Role::Input)
}

/// Layers that can use their options.
#[cfg(feature = "std")]
pub(super) fn option(bad: Option<&InvalidOption>) -> Result<(), InvalidOption> {
    bad.map_or(Ok(()), |bad| Err(bad.clone()))
}

/// Inputs and targets that belong together and that the loss can compare.
pub(super) fn pair<T: Scalar, S: Shape, Outputs: Shape, L: LossList<T, Outputs>>(
    x: &(impl Data<T, S> + ?Sized),
    y: &(impl Data<T, L::Targets> + ?Sized),
    loss: &L,
) -> Result<(), DataError> {
    even(x, Role::Input)?;
    even(y, Role::Target)?;
    if x.samples() != y.samples() {
        return Err(DataError::DifferentRows { inputs: x.samples(), targets: y.samples() });
    }
    inputs(x)?;
    finite(y, Role::Target)?;
    match find(y, |column, target| loss.refuses(column, target)) {
        Some((row, column, value, loss)) => {
            let (part, column) = L::Targets::locate(column);
            Err(DataError::InvalidTarget { part, row, column, value, loss })
        }
        None => Ok(()),
    }
}

/// As many rows in each part.
fn even<T: Scalar, S: Shape>(data: &(impl Data<T, S> + ?Sized), role: Role) -> Result<(), DataError> {
    match data.uneven() {
        Some((part, rows)) => Err(DataError::UnevenParts { role, part, rows, first: data.samples() }),
        None => Ok(()),
    }
}

fn finite<T: Scalar, S: Shape>(data: &(impl Data<T, S> + ?Sized), role: Role) -> Result<(), DataError> {
    if data.is_finite() {
        return Ok(());
    }
    match find(data, |_, value| (!value.is_finite()).then_some(())) {
        Some((row, column, value, ())) => {
            let (part, column) = S::locate(column);
            Err(DataError::NotFinite { role, part, row, column, value })
        }
        None => Ok(()),
    }
}

/// The first number, row by row, of which there is something to say, and that.
fn find<T: Scalar, S: Shape, R>(
    data: &(impl Data<T, S> + ?Sized),
    say: impl Fn(usize, T) -> Option<R>,
) -> Option<(usize, usize, f64, R)> {
    let places = (0..data.samples()).flat_map(|row| (0..S::FEATURES).map(move |column| (row, column)));
    places.into_iter().find_map(|(row, column)| {
        let value = data.get(row, column);
        Some((row, column, value.to_f64(), say(column, value)?))
    })
}
