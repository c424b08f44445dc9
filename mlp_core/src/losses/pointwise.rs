//! Losses of one prediction and one target, averaged over the outputs.

use num_traits::Float as _;

use super::{Loss, LossInput, LossMetric, ResidualInput};
use crate::layers::Features;
use crate::options::InvalidValue;
use crate::scalar::Scalar;

/// A loss that is the mean, over the outputs, of a function of one prediction and one target.
///
/// Implement it to define a custom loss by two formulas. The library averages over the outputs, applies sample weights
/// and writes the gradient. Every `PointwiseLoss` is a [`Loss`] and a `Metric`.
///
/// ```
/// # extern crate mlp_core as mlp;
/// use mlp::Scalar;
/// use mlp::losses::PointwiseLoss;
///
/// /// `(ŷ − y)⁴`, the mean over the outputs.
/// struct MeanFourthPower;
///
/// impl PointwiseLoss for MeanFourthPower {
///     const NAME: &'static str = "mean_fourth_power";
///
///     fn value<T: Scalar>(&self, prediction: T, target: T) -> T {
///         (prediction - target).powi(4)
///     }
///     fn derivative<T: Scalar>(&self, prediction: T, target: T) -> T {
///         T::from_f64(4.0) * (prediction - target).powi(3)
///     }
/// }
/// # fn is_loss<L: mlp_core::losses::Loss<f32, mlp_core::layers::Features<3>>>(_: L) {}
/// # fn is_metric<L: mlp_core::losses::LossMetric>(_: L) {}
/// # is_loss(MeanFourthPower);
/// # is_metric(MeanFourthPower);
/// ```
pub trait PointwiseLoss: Send + Sync {
    /// Name in the history, such as `mean_squared_error`.
    const NAME: &'static str;

    /// Returns the loss of one prediction.
    fn value<T: Scalar>(&self, prediction: T, target: T) -> T;

    /// Returns the derivative of [`value`](Self::value) by the prediction.
    fn derivative<T: Scalar>(&self, prediction: T, target: T) -> T;

    /// States that [`accepts`](Self::accepts) is always `true`, so that training need not call it.
    #[doc(hidden)]
    const ACCEPTS_ALL: bool = false;

    /// Returns whether a finite `target` is a valid target. Defaults to `true`.
    fn accepts<T: Scalar>(&self, target: T) -> bool {
        let _ = target;
        true
    }

    /// Returns the activation that the loss applies to the outputs, which are logits: `softmax` or `sigmoid`. Training rejects
    /// a network that ends in one, too. Defaults to none.
    fn logits_activation(&self) -> Option<&'static str> {
        None
    }

    /// Returns an error if the value of an option is invalid. Training calls it before the first step. Defaults to no check.
    ///
    /// # Errors
    /// Names the option and its valid values.
    fn check(&self) -> Result<(), InvalidValue> {
        Ok(())
    }

    /// Visits the options: their names and values. A checkpoint stores them, and loading it with others is an error.
    /// Defaults to no options.
    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        let _ = visit;
    }

    /// Returns `r` and its derivative by the prediction, if the loss is the square `r²`. Defaults to `None`.
    ///
    /// A loss that returns them, and implements [`SumOfSquares`](super::SumOfSquares), can be minimized by least squares.
    fn residual<T: Scalar>(&self, prediction: T, target: T) -> Option<(T, T)> {
        let _ = (prediction, target);
        None
    }

    /// Returns value and derivative. The table of losses overrides it to compute what both share once.
    #[doc(hidden)]
    #[inline(always)]
    fn value_and_derivative<T: Scalar>(&self, prediction: T, target: T) -> (T, T) {
        (self.value(prediction, target), self.derivative(prediction, target))
    }

    /// Evaluates a tile, as [`Loss::evaluate`]. The table of losses overrides it where there is a vectorized kernel.
    #[doc(hidden)]
    #[inline]
    fn evaluate_tile<T: Scalar>(&self, input: LossInput<'_, T>) -> f64
    where
        Self: Sized,
    {
        evaluate(self, input)
    }
}

// The message of `Loss` names the losses; the compiler would recommend this blanket implementation.
#[diagnostic::do_not_recommend]
impl<T: Scalar, const N: usize, P: PointwiseLoss> Loss<T, Features<N>> for P {
    type Targets = Features<N>;
    const ACCEPTS_ALL: bool = P::ACCEPTS_ALL;

    fn name(&self) -> &'static str {
        P::NAME
    }
    fn accepts(&self, target: T) -> bool {
        PointwiseLoss::accepts(self, target)
    }
    fn logits_activation(&self) -> Option<&'static str> {
        PointwiseLoss::logits_activation(self)
    }
    fn check(&self) -> Result<(), InvalidValue> {
        PointwiseLoss::check(self)
    }
    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        PointwiseLoss::settings(self, visit);
    }
    fn evaluate(&self, input: LossInput<'_, T>) -> f64 {
        self.evaluate_tile(input)
    }
    fn residuals(&self, input: ResidualInput<'_, T>) {
        residuals(self, input);
    }
}

#[diagnostic::do_not_recommend]
impl<P: PointwiseLoss> LossMetric for P {}

// L = Σₛ wₛ mean_k f(ŷₛₖ, yₛₖ)
// ∂L/∂ŷₛₖ = wₛ f′(ŷₛₖ, yₛₖ) · scale / outputs
fn evaluate<T: Scalar>(loss: &impl PointwiseLoss, input: LossInput<'_, T>) -> f64 {
    let LossInput { pairs, mut gradient, scale } = input;
    let (predictions, targets) = (pairs.predictions, pairs.targets);
    assert_eq!(predictions.features(), targets.features(), "features of predictions and targets");
    let share = 1.0 / predictions.features() as f64;
    let scale = scale * T::from_f64(share);
    let mut sum = 0.0;
    for feature in 0..predictions.features() {
        let elements = predictions.feature(feature).iter().zip(targets.feature(feature));
        for (sample, (&prediction, &target)) in elements.enumerate() {
            let weight = pairs.weight(sample);
            let (value, derivative) = loss.value_and_derivative(prediction, target);
            sum += Scalar::to_f64(value * weight);
            if let Some(gradient) = &mut gradient {
                gradient.feature(feature)[sample] = derivative * weight * scale;
            }
        }
        if let Some(gradient) = &mut gradient {
            gradient.clear_padding(feature);
        }
    }
    sum * share
}

// rₛₖ = √(wₛ scale / outputs) r(ŷₛₖ, yₛₖ)
fn residuals<T: Scalar>(loss: &impl PointwiseLoss, input: ResidualInput<'_, T>) {
    let ResidualInput { pairs, mut residuals, mut derivatives, scale } = input;
    let share = scale / pairs.predictions.features() as f64;
    pairs.for_each_indexed(|sample, feature, prediction, target, weight| {
        let factor = T::from_f64((weight.to_f64() * share).sqrt());
        let nan = (T::nan(), T::nan());
        let (residual, derivative) = loss.residual(prediction, target).unwrap_or(nan);
        residuals.feature(feature)[sample] = factor * residual;
        derivatives.feature(feature)[sample] = factor * derivative;
    });
}

/// Writes a table of pointwise losses: their types, their formulas and a test of their derivatives.
///
/// A row is the type with its options (see [`options!`](crate::options::options)), the name in the history, optionally
/// the valid targets, the option that marks outputs as logits, or `(vectorized)`, and a function of the loss, a
/// prediction and a target that returns the value and its derivative. The residual of a loss that is a square follows,
/// with its derivative. A `(vectorized)` row has a [`LossKernel`](crate::kernels::LossKernel) that computes the same.
macro_rules! pointwise_losses {
    ($(
        $(#[$doc:meta])*
        struct $name:ident $options:tt
        $text:literal $(targets: $accepts:path;)? $(logits if $logits:ident;)? $(($vectorized:ident))?
        |$loss:ident, $prediction:ident, $target:ident| $formulas:block
        $(residual |$of:ident, $by:ident| $residual:block)?
    )*) => {
        $(
            $crate::options! { $(#[$doc])* $name $options }

            impl $crate::losses::PointwiseLoss for $name {
                const NAME: &'static str = $text;

                fn check(&self) -> Result<(), $crate::options::InvalidValue> {
                    $crate::options!(@check self $options)
                }
                fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
                    $crate::options!(@visit self, visit $options)
                }
                #[inline(always)]
                fn value<T: Scalar>(&self, prediction: T, target: T) -> T {
                    self.value_and_derivative(prediction, target).0
                }
                #[inline(always)]
                fn derivative<T: Scalar>(&self, prediction: T, target: T) -> T {
                    self.value_and_derivative(prediction, target).1
                }
                #[inline(always)]
                fn value_and_derivative<T: Scalar>(&self, $prediction: T, $target: T) -> (T, T) {
                    let $loss = self;
                    $formulas
                }
                $(
                    fn logits_activation(&self) -> Option<&'static str> {
                        self.$logits.then_some("sigmoid")
                    }
                )?
                $crate::losses::pointwise::accepts! { $($accepts)? }
                $(
                    #[inline(always)]
                    fn residual<T: Scalar>(&self, $of: T, $by: T) -> Option<(T, T)> {
                        Some($residual)
                    }
                )?
                $crate::losses::pointwise::evaluate_tile! { $($vectorized)? }
            }
        )*

        #[cfg(test)]
        mod derivatives {
            $(
                #[test]
                #[allow(non_snake_case, reason = "the test has the name of the loss")]
                fn $name() {
                    $crate::losses::tests::check_derivative(&super::$name::default());
                }
            )*
        }
    };
}
pub(super) use pointwise_losses;

/// Writes the test of targets.
macro_rules! accepts {
    () => {
        const ACCEPTS_ALL: bool = true;
    };
    ($accepts:expr) => {
        fn accepts<T: Scalar>(&self, target: T) -> bool {
            $accepts(target)
        }
    };
}
pub(super) use accepts;

/// Writes the override of [`PointwiseLoss::evaluate_tile`] for vectorized losses.
macro_rules! evaluate_tile {
    () => {};
    (vectorized) => {
        #[inline]
        fn evaluate_tile<T: Scalar>(&self, input: $crate::losses::LossInput<'_, T>) -> f64 {
            T::evaluate_loss(self, input.into())
        }
    };
}
pub(super) use evaluate_tile;

/// Converts a constant of a formula to the scalar type.
pub(super) fn number<T: Scalar>(value: f64) -> T {
    T::from_f64(value)
}

/// Returns whether a target is in the range from 0 to 1.
pub(super) fn probability<T: Scalar>(target: T) -> bool {
    target >= T::zero() && target <= T::one()
}

/// Keras's `epsilon`: keeps logarithms and quotients finite.
pub(super) const EPSILON: f64 = 1e-7;
