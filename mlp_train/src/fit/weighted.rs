//! Sample weights outside of `fit`.

use crate::dataset::{Data, Dataset, check};
use crate::network::{Compiled, Network};
use crate::report::MetricList;
use mlp_core::losses::LossList;
use mlp_core::optimizers::Optimizer;

use super::Evaluation;
use super::sample_weights::sample_weights;
use crate::error::TrainingError;

/// A compiled network with one weight per sample of the data that comes next. See [`Compiled::sample_weight`].
pub struct Weighted<'a, N: Network, O: Optimizer, L, M> {
    model: &'a mut Compiled<N, O, L, M>,
    weights: &'a [f64],
}

impl<N, O, L, M> Compiled<N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// Sets one weight per sample for the next call: `model.sample_weight(&weights).evaluate(&x, &y)`.
    ///
    /// The loss is the sum of the weighted losses, divided by the number of samples, as for
    /// [`Fit::sample_weight`](super::Fit::sample_weight). [`weighted_metrics`](Self::weighted_metrics) use the weights too.
    pub fn sample_weight<'a>(&'a mut self, weights: &'a [f64]) -> Weighted<'a, N, O, L, M> {
        Weighted { model: self, weights }
    }
}

impl<N, O, L, M> Weighted<'_, N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// Returns the weighted loss and the metrics. Keras: `model.evaluate(x, y, sample_weight=weights)`.
    ///
    /// # Errors
    /// If the data or the weights are invalid.
    pub fn evaluate<X, Y>(self, x: &X, y: &Y) -> Result<Evaluation, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        let weights = self.checked_weights(x, y)?;
        Ok(self.model.evaluation(&Dataset { x: &x, y: &y, weights: weights.as_deref() }.whole(), None, None))
    }

    /// Makes one step on all samples of `x`, and returns the weighted mean loss before the step. Keras:
    /// `model.train_on_batch(x, y, sample_weight=weights)`.
    ///
    /// # Errors
    /// If the weights are invalid, or as for [`fit`](Compiled::fit).
    pub fn train_on_batch<X, Y>(self, x: &X, y: &Y) -> Result<f64, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        let weights = self.checked_weights(x, y)?;
        self.model.single_step(Dataset { x: &x, y: &y, weights: weights.as_deref() })
    }

    fn checked_weights<X, Y>(&self, x: &X, y: &Y) -> Result<Option<Vec<N::Scalar>>, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        check::pair(&x, &y, &self.model.learner.loss)?;
        sample_weights::<_, L::Targets>(&y, L::COUNT, Some(self.weights), &[])
    }
}
