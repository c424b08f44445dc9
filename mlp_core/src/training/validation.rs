//! Samples to validate on.

use crate::layers::Shape;
use crate::scalar::Scalar;
use crate::tile::TileMut;

use super::data::{Data, Rows};

/// What a training is validated on: nothing, `()`, or a pair `(&x, &y)`. See
/// [`Fit::validation_data`](super::Fit::validation_data).
#[diagnostic::on_unimplemented(
    message = "this is not validation data for the network",
    note = "`Fit::validation_data(&x, &y)` takes what `fit` takes: inputs and targets with the same columns"
)]
pub trait ValidationData<T: Scalar, Inputs: Shape, Targets: Shape> {
    /// The inputs.
    type X: Data<T, Inputs> + ?Sized;
    /// The targets.
    type Y: Data<T, Targets> + ?Sized;

    /// Inputs and targets, if there are any.
    fn pair(&self) -> Option<(&Self::X, &Self::Y)>;
}

/// Data that there are not.
#[derive(Clone, Copy, Debug)]
pub enum NoData {}

impl<T: Scalar, S: Shape> Data<T, S> for NoData {
    fn samples(&self) -> usize {
        match *self {}
    }
    fn get(&self, _sample: usize, _feature: usize) -> T {
        match *self {}
    }
    fn copy_to(&self, _rows: Rows<'_>, _tile: TileMut<'_, T>) {
        match *self {}
    }
}

impl<T: Scalar, Inputs: Shape, Targets: Shape> ValidationData<T, Inputs, Targets> for () {
    type X = NoData;
    type Y = NoData;

    fn pair(&self) -> Option<(&NoData, &NoData)> {
        None
    }
}

impl<T, Inputs, Targets, X, Y> ValidationData<T, Inputs, Targets> for (&X, &Y)
where
    T: Scalar,
    Inputs: Shape,
    Targets: Shape,
    X: Data<T, Inputs> + ?Sized,
    Y: Data<T, Targets> + ?Sized,
{
    type X = X;
    type Y = Y;

    fn pair(&self) -> Option<(&X, &Y)> {
        Some((self.0, self.1))
    }
}
