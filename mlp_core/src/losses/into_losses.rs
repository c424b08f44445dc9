//! The loss argument of `compile`.

use super::{Joint, Loss, LossList};
use crate::layers::Shape;
use crate::scalar::Scalar;

/// Conversion of the loss argument of `compile` into a [`LossList`].
///
/// | written | for a network with |
/// |---|---|
/// | `MeanSquaredError` | one output |
/// | `(MeanSquaredError, MeanAbsoluteError)` | two outputs, one loss for each |
/// | a loss that implements `Loss<T, (Features<1>, Features<1>)>` | two outputs of one feature, jointly |
///
/// The compiler infers `Kind`.
///
/// ```
/// # extern crate mlp_core as mlp;
/// use mlp::Scalar;
/// use mlp::layers::Features;
/// use mlp::losses::{IntoLosses, Loss, LossInput};
///
/// /// `(ŷ₀ + ŷ₁ − y)²`: the sum of two outputs has a target.
/// struct SquaredErrorOfSum;
///
/// impl<T: Scalar> Loss<T, (Features<1>, Features<1>)> for SquaredErrorOfSum {
///     type Targets = Features<1>;
///
///     fn name(&self) -> &'static str {
///         "squared_error_of_sum"
///     }
///     fn evaluate(&self, LossInput { pairs, mut gradient, scale }: LossInput<'_, T>) -> f64 {
///         let mut loss = 0.0;
///         for sample in 0..pairs.predictions.samples() {
///             let output = |output: usize| pairs.predictions.feature(output)[sample];
///             let error = output(0) + output(1) - pairs.targets.feature(0)[sample];
///             loss += (error * error * pairs.weight(sample)).to_f64();
///             for output in 0..2 {
///                 let Some(gradient) = &mut gradient else { continue };
///                 gradient.feature(output)[sample] = (error + error) * pairs.weight(sample) * scale;
///             }
///         }
///         loss
///     }
/// }
///
/// fn compiles<Kind>(_: impl IntoLosses<f32, (Features<1>, Features<1>), Kind>) {}
/// compiles(SquaredErrorOfSum);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a loss for a network with the output `{Outputs}` of `{T}`",
    label = "not a loss for this network's output",
    note = "`compile` expects an optimizer and a loss: `compile(Adam::default(), MeanSquaredError)`",
    note = "losses are `MeanSquaredError`, `MeanAbsoluteError`, … and every type that implements `Loss`",
    note = "a network with several outputs has a tuple of losses, one for each, or one loss that implements `Loss` for the tuple"
)]
pub trait IntoLosses<T: Scalar, Outputs: Shape, Kind> {
    /// The losses as a list.
    type Losses: LossList<T, Outputs>;

    /// Converts the losses into a list.
    fn into_losses(self) -> Self::Losses;
}

/// The kind of a loss for each output.
#[derive(Debug)]
pub enum Separate {}

/// The kind of one loss for several outputs.
#[derive(Debug)]
pub enum Together {}

impl<T: Scalar, Outputs: Shape, L: LossList<T, Outputs>> IntoLosses<T, Outputs, Separate> for L {
    type Losses = L;

    fn into_losses(self) -> L {
        self
    }
}

macro_rules! together {
    ($($($output:ident)*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, $($output: Shape,)* L: Loss<T, ($($output,)*)>> IntoLosses<T, ($($output,)*), Together> for L {
            type Losses = Joint<L>;

            fn into_losses(self) -> Joint<L> {
                Joint(self)
            }
        }
    )*};
}

together! {
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}
