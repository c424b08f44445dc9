//! Metrics: what is reported beside the loss.

use crate::layers::{Features, Shape};
use crate::losses::{Comparison, Loss, MeanAbsoluteError, MeanSquaredError, SparseCategoricalCrossentropy};
use crate::scalar::Scalar;
use crate::tile::Tile;

/// A figure computed while the batches of an epoch stream by. The library's losses are metrics too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a metric for a network that gives `{Outputs}` of `{T}` and is trained on `{Targets}`",
    label = "not a metric for this network's output and targets"
)]
pub trait Metric<T: Scalar, Outputs: Shape, Targets: Shape>: Send + Sync {
    /// Its name in a history: `mean_absolute_error`.
    fn name(&self) -> &'static str;

    /// The sum over the samples of a tile. The metric is the mean over all samples.
    fn sum(&self, predictions: Tile<'_, T>, targets: Tile<'_, T>) -> f64;
}

/// Makes a loss a metric: its mean over the samples.
macro_rules! losses_as_metrics {
    ($($loss:ident),*) => {$(
        impl<T: Scalar, Outputs: Shape> Metric<T, Outputs, <$loss as Loss<T, Outputs>>::Targets> for $loss
        where
            $loss: Loss<T, Outputs>,
        {
            fn name(&self) -> &'static str {
                Loss::name(self)
            }
            fn sum(&self, predictions: Tile<'_, T>, targets: Tile<'_, T>) -> f64 {
                self.evaluate(Comparison { predictions, targets, gradient: None, scale: T::one() })
            }
        }
    )*};
}

losses_as_metrics!(MeanSquaredError, MeanAbsoluteError, SparseCategoricalCrossentropy);

/// The share of samples whose largest output is that of their class. Keras: `SparseCategoricalAccuracy`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SparseCategoricalAccuracy;

impl<T: Scalar, const CLASSES: usize> Metric<T, Features<CLASSES>, Features<1>> for SparseCategoricalAccuracy {
    fn name(&self) -> &'static str {
        "sparse_categorical_accuracy"
    }
    fn sum(&self, predictions: Tile<'_, T>, targets: Tile<'_, T>) -> f64 {
        let largest = |sample: usize| {
            (1..CLASSES).fold(0, |best, class| {
                if predictions.feature(class)[sample] > predictions.feature(best)[sample] { class } else { best }
            })
        };
        let is_right = |(sample, class): &(usize, &T)| T::from_f64(largest(*sample) as f64) == **class;
        targets.feature(0).iter().enumerate().filter(is_right).count() as f64
    }
}
