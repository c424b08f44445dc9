//! One loss per output of a network.

use crate::layers::{Features, Shape};
use crate::losses::{Loss, LossInput, ResidualInput};
use crate::options::InvalidValue;
use crate::scalar::Scalar;

/// Maximum number of outputs of a network.
#[doc(hidden)]
pub const MAX_OUTPUTS: usize = 8;

/// One loss over all outputs of a network with several outputs, as `compile` and `gradient_tape` make it of a loss that
/// implements [`Loss`] for their tuple.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Joint<L>(pub L);

impl<L> core::ops::Deref for Joint<L> {
    type Target = L;
    fn deref(&self) -> &L {
        &self.0
    }
}

impl<L> core::ops::DerefMut for Joint<L> {
    fn deref_mut(&mut self) -> &mut L {
        &mut self.0
    }
}

/// The loss of a network's output or, for a network with several outputs, a tuple of as many losses.
///
/// With several outputs, training minimizes the weighted sum of their losses:
/// `Compiled::loss_weights` sets the weights.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a loss for a network with the output `{Outputs}` of `{T}`",
    label = "not a loss for this network's output",
    note = "`compile` expects an optimizer and a loss: `compile(Adam::default(), MeanSquaredError)`",
    note = "losses are `MeanSquaredError`, `MeanAbsoluteError`, … and every type that implements `Loss`",
    note = "a network with several outputs has a tuple of losses, one for each, or one loss that implements `Loss` for the tuple"
)]
pub trait LossList<T: Scalar, Outputs: Shape>: Send + Sync {
    /// Shape of a sample's targets.
    type Targets: Shape;
    /// One weight per loss: `[f64; 2]`.
    type Weights: AsRef<[f64]>;
    /// Number of losses.
    const COUNT: usize;
    /// States that no target is rejected.
    #[doc(hidden)]
    const ACCEPTS_ALL: bool;

    /// Returns the name of the loss that rejects `target` in the column `feature` of the targets, or `None` if it is valid.
    fn rejected_by(&self, feature: usize, target: T) -> Option<&'static str>;

    /// Returns the names of the loss of an output and of the activation that it applies itself, if it expects logits.
    fn of_logits(&self, output: usize) -> Option<(&'static str, &'static str)>;

    /// Returns an error if the value of an option of a loss is invalid, and the name of the loss.
    ///
    /// # Errors
    /// Names the option and its valid values.
    fn check(&self) -> Result<(), (&'static str, InvalidValue)>;

    /// Visits each loss: its name without an option, then with the name and value of each option.
    #[doc(hidden)]
    fn settings(&self, visit: &mut dyn FnMut(&'static str, Option<(&'static str, f64)>));

    /// Returns the weighted sum of the losses of a tile's samples, and writes the gradient if requested. Adds each loss,
    /// unweighted, to its element of `losses`.
    fn evaluate(&self, input: LossInput<'_, T>, weights: &[f64], losses: &mut [f64]) -> f64;

    /// Sets the residuals, whose squares add up to the weighted sum of the losses: NaN unless all losses are a
    /// [`SumOfSquares`](super::SumOfSquares).
    #[doc(hidden)]
    fn residuals(&self, input: ResidualInput<'_, T>, weights: &[f64]);
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, const N: usize, L: Loss<T, Features<N>>> LossList<T, Features<N>> for L {
    type Targets = L::Targets;
    type Weights = [f64; 1];
    const COUNT: usize = 1;
    const ACCEPTS_ALL: bool = L::ACCEPTS_ALL;

    fn rejected_by(&self, _feature: usize, target: T) -> Option<&'static str> {
        (!self.accepts(target)).then(|| self.name())
    }
    fn of_logits(&self, _output: usize) -> Option<(&'static str, &'static str)> {
        self.logits_activation().map(|activation| (self.name(), activation))
    }
    fn check(&self) -> Result<(), (&'static str, InvalidValue)> {
        Loss::check(self).map_err(|error| (self.name(), error))
    }
    fn settings(&self, visit: &mut dyn FnMut(&'static str, Option<(&'static str, f64)>)) {
        visit(self.name(), None);
        Loss::settings(self, &mut |option, value| visit(self.name(), Some((option, value))));
    }
    fn evaluate(&self, input: LossInput<'_, T>, weights: &[f64], losses: &mut [f64]) -> f64 {
        weighted(self, input, weights[0], &mut losses[0])
    }
    fn residuals(&self, input: ResidualInput<'_, T>, weights: &[f64]) {
        Loss::residuals(self, ResidualInput { scale: input.scale * weights[0], ..input });
    }
}

/// Returns the features of one output and of its targets. Each pair is the first feature and the number of features.
fn part<'a, T: Scalar>(
    input: &'a mut LossInput<'_, T>,
    (output, outputs): (usize, usize),
    (target, targets): (usize, usize),
) -> LossInput<'a, T> {
    let pairs = input.pairs.part(0, (output, outputs), (target, targets));
    let gradient = input.gradient.as_mut().map(|gradient| gradient.reborrow().part(output, outputs));
    LossInput { pairs, gradient, scale: input.scale }
}

/// Returns the features of one output and of its targets, as [`part`] does.
fn residual_part<'a, T: Scalar>(
    input: &'a mut ResidualInput<'_, T>,
    (output, outputs): (usize, usize),
    (target, targets): (usize, usize),
    weight: f64,
) -> ResidualInput<'a, T> {
    ResidualInput {
        pairs: input.pairs.part(0, (output, outputs), (target, targets)),
        residuals: input.residuals.reborrow().part(output, outputs),
        derivatives: input.derivatives.reborrow().part(output, outputs),
        scale: input.scale * weight,
    }
}

/// Returns the loss of one output, multiplied by its weight, and adds it, unweighted, to `total`.
fn weighted<T: Scalar, S: Shape>(
    loss: &impl Loss<T, S>,
    mut input: LossInput<'_, T>,
    weight: f64,
    total: &mut f64,
) -> f64 {
    if weight != 1.0 {
        input.scale *= T::from_f64(weight);
    }
    let value = loss.evaluate(input);
    *total += value;
    value * weight
}

macro_rules! tuples {
    ($($count:literal: $($loss:ident $output:ident $index:tt),*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, $($output: Shape, $loss: Loss<T, $output>),*> LossList<T, ($($output,)*)> for ($($loss,)*) {
            type Targets = ($($loss::Targets,)*);
            type Weights = [f64; $count];
            const COUNT: usize = $count;
            const ACCEPTS_ALL: bool = $($loss::ACCEPTS_ALL)&&*;

            fn rejected_by(&self, feature: usize, target: T) -> Option<&'static str> {
                let loss = Self::Targets::locate(feature).0;
                $(
                    if loss == Some($index) && !self.$index.accepts(target) {
                        return Some(self.$index.name());
                    }
                )*
                None
            }
            fn of_logits(&self, output: usize) -> Option<(&'static str, &'static str)> {
                $(
                    if output == $index {
                        return self.$index.logits_activation().map(|activation| (self.$index.name(), activation));
                    }
                )*
                None
            }
            fn check(&self) -> Result<(), (&'static str, InvalidValue)> {
                $(self.$index.check().map_err(|error| (self.$index.name(), error))?;)*
                Ok(())
            }
            fn settings(&self, visit: &mut dyn FnMut(&'static str, Option<(&'static str, f64)>)) {
                $(
                    visit(self.$index.name(), None);
                    self.$index.settings(&mut |option, value| visit(self.$index.name(), Some((option, value))));
                )*
            }
            fn evaluate(&self, mut input: LossInput<'_, T>, weights: &[f64], losses: &mut [f64]) -> f64 {
                let mut total = 0.0;
                let mut output = 0;
                let mut target = 0;
                $(
                    let own = part(&mut input, (output, $output::FEATURES), (target, $loss::Targets::FEATURES));
                    total += weighted(&self.$index, own, weights[$index], &mut losses[$index]);
                    output += $output::FEATURES;
                    target += $loss::Targets::FEATURES;
                )*
                debug_assert_eq!((output, target), (input.pairs.predictions.features(), input.pairs.targets.features()));
                total
            }
            fn residuals(&self, mut input: ResidualInput<'_, T>, weights: &[f64]) {
                let mut output = 0;
                let mut target = 0;
                $(
                    let features = ($output::FEATURES, $loss::Targets::FEATURES);
                    let own = residual_part(&mut input, (output, features.0), (target, features.1), weights[$index]);
                    self.$index.residuals(own);
                    output += features.0;
                    target += features.1;
                )*
                debug_assert_eq!((output, target), (input.pairs.predictions.features(), input.pairs.targets.features()));
            }
        }
    )*};
}

tuples! {
    2: LA A 0, LB B 1;
    3: LA A 0, LB B 1, LC C 2;
    4: LA A 0, LB B 1, LC C 2, LD D 3;
    5: LA A 0, LB B 1, LC C 2, LD D 3, LE E 4;
    6: LA A 0, LB B 1, LC C 2, LD D 3, LE E 4, LF F 5;
    7: LA A 0, LB B 1, LC C 2, LD D 3, LE E 4, LF F 5, LG G 6;
    8: LA A 0, LB B 1, LC C 2, LD D 3, LE E 4, LF F 5, LG G 6, LH H 7;
}

macro_rules! joint {
    ($($($output:ident)*;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, $($output: Shape,)* L: Loss<T, ($($output,)*)>> LossList<T, ($($output,)*)> for Joint<L> {
            type Targets = L::Targets;
            type Weights = [f64; 1];
            const COUNT: usize = 1;
            const ACCEPTS_ALL: bool = L::ACCEPTS_ALL;

            fn rejected_by(&self, _feature: usize, target: T) -> Option<&'static str> {
                (!self.0.accepts(target)).then(|| self.0.name())
            }
            fn of_logits(&self, _output: usize) -> Option<(&'static str, &'static str)> {
                self.0.logits_activation().map(|activation| (self.0.name(), activation))
            }
            fn check(&self) -> Result<(), (&'static str, InvalidValue)> {
                self.0.check().map_err(|error| (self.0.name(), error))
            }
            fn settings(&self, visit: &mut dyn FnMut(&'static str, Option<(&'static str, f64)>)) {
                visit(self.0.name(), None);
                self.0.settings(&mut |option, value| visit(self.0.name(), Some((option, value))));
            }
            fn evaluate(&self, input: LossInput<'_, T>, weights: &[f64], losses: &mut [f64]) -> f64 {
                weighted::<T, ($($output,)*)>(&self.0, input, weights[0], &mut losses[0])
            }
            fn residuals(&self, input: ResidualInput<'_, T>, weights: &[f64]) {
                self.0.residuals(ResidualInput { scale: input.scale * weights[0], ..input });
            }
        }
    )*};
}

joint! {
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}
