use crate::dataset::Data;
use mlp_core::Scalar;
use mlp_core::layers::Shape;

/// Inputs and targets to validate on: a pair `(&x, &y)`, or `()` for none. See
/// [`Fit::validation_data`](super::Fit::validation_data).
#[diagnostic::on_unimplemented(
    message = "this is not validation data for the network",
    note = "`Fit::validation_data(&x, &y)` expects the same as `fit`: inputs and targets with the same columns"
)]
pub trait ValidationData<T: Scalar, Inputs: Shape, Targets: Shape> {
    /// Returns inputs and targets, if there are any.
    fn pair(&self) -> Option<Pair<'_, T, Inputs, Targets>>;
}

/// Inputs and targets of any type.
pub type Pair<'a, T, Inputs, Targets> = (&'a dyn Data<T, Inputs>, &'a dyn Data<T, Targets>);

impl<T: Scalar, Inputs: Shape, Targets: Shape> ValidationData<T, Inputs, Targets> for () {
    fn pair(&self) -> Option<Pair<'_, T, Inputs, Targets>> {
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
    fn pair(&self) -> Option<Pair<'_, T, Inputs, Targets>> {
        Some((&self.0, &self.1))
    }
}
