//! Metrics: what is reported beside the loss.

mod accuracy;
mod confusion;
mod detection;
mod regression;

pub use accuracy::{
    BinaryAccuracy, CategoricalAccuracy, SparseCategoricalAccuracy, SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
};
pub use confusion::confusion_matrix;
pub use detection::{Auc, Average, Counts, Curve, F1Score, Precision, Recall};
pub use regression::{R2Score, RootMeanSquaredError, Sums};

use crate::layers::Shape;
use crate::losses::{
    BinaryCrossentropy, BinaryFocalCrossentropy, CategoricalCrossentropy, Compared, Comparison, Hinge, Huber,
    KlDivergence, LogCosh, Loss, MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError,
    MeanSquaredLogarithmicError, Poisson, Quantile, Quantiles, SparseCategoricalCrossentropy,
    SparseCategoricalCrossentropyOfProbabilities, SquaredHinge,
};
use crate::scalar::Scalar;

/// A figure computed while the batches of an epoch stream by. The library's losses are metrics too.
///
/// # A metric of one's own
///
/// ```
/// use mlp_core::Scalar;
/// use mlp_core::layers::Features;
/// use mlp_core::losses::Compared;
/// use mlp_core::metrics::Metric;
///
/// /// The largest error of all, however much its sample counts.
/// struct MaximumError;
///
/// impl<T: Scalar, const N: usize> Metric<T, Features<N>, Features<N>> for MaximumError {
///     type State = f64;
///
///     fn name(&self) -> &'static str {
///         "maximum_error"
///     }
///     fn begin(&self) -> f64 {
///         0.0
///     }
///     fn add(&self, worst: &mut f64, compared: Compared<'_, T>) {
///         for feature in 0..N {
///             let pairs = compared.predictions.feature(feature).iter().zip(compared.targets.feature(feature));
///             for (&prediction, &target) in pairs {
///                 *worst = worst.max((prediction - target).abs().to_f64());
///             }
///         }
///     }
///     fn value(&self, worst: &f64) -> f64 {
///         *worst
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a metric for a network that gives `{Outputs}` of `{T}` and is trained on `{Targets}`",
    label = "not a metric for this network's output and targets"
)]
pub trait Metric<T: Scalar, Outputs: Shape, Targets: Shape>: Send + Sync {
    /// What it has seen: a [`Mean`], or counts of its own.
    type State: Send;

    /// Its name in a history: `mean_absolute_error`.
    fn name(&self) -> &'static str;
    /// Nothing was seen.
    fn begin(&self) -> Self::State;
    /// Forgets what was seen.
    fn reset(&self, state: &mut Self::State) {
        *state = self.begin();
    }
    /// Looks at the samples of a tile.
    fn add(&self, state: &mut Self::State, compared: Compared<'_, T>);
    /// The metric of all that was seen.
    fn value(&self, state: &Self::State) -> f64;
}

/// The state of a metric that is a mean over the samples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mean {
    sum: f64,
    weight: f64,
}

impl Mean {
    /// Adds the weighted sum of a tile's samples.
    pub fn add<T: Scalar>(&mut self, sum: f64, compared: Compared<'_, T>) {
        self.sum += sum;
        self.weight += match compared.weights {
            Some(weights) => weights.iter().map(|&weight| Scalar::to_f64(weight)).sum(),
            None => compared.predictions.samples() as f64,
        };
    }

    /// The mean. NaN of nothing.
    pub fn value(&self) -> f64 {
        self.sum / self.weight
    }
}

/// Makes a loss a metric: its mean over the samples.
macro_rules! losses_as_metrics {
    ($($loss:ident $(<const $count:ident>)?),*) => {$(
        impl<T: Scalar, Outputs: Shape, $(const $count: usize)?>
            Metric<T, Outputs, <$loss$(<$count>)? as Loss<T, Outputs>>::Targets> for $loss$(<$count>)?
        where
            Self: Loss<T, Outputs>,
        {
            type State = Mean;

            fn name(&self) -> &'static str {
                Loss::name(self)
            }
            fn begin(&self) -> Mean {
                Mean::default()
            }
            fn add(&self, state: &mut Mean, compared: Compared<'_, T>) {
                let Compared { predictions, targets, weights } = compared;
                let comparison = Comparison { predictions, targets, weights, gradient: None, scale: T::one() };
                state.add(self.evaluate(comparison), compared);
            }
            fn value(&self, state: &Mean) -> f64 {
                state.value()
            }
        }
    )*};
}

losses_as_metrics!(
    BinaryCrossentropy,
    BinaryFocalCrossentropy,
    CategoricalCrossentropy,
    Hinge,
    Huber,
    KlDivergence,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    Quantile,
    Quantiles<const COUNT>,
    SparseCategoricalCrossentropy,
    SparseCategoricalCrossentropyOfProbabilities,
    SquaredHinge
);
