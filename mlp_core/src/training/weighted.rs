//! Samples that do not all count alike, outside of `fit`.

use crate::optimizers::Optimizer;

use super::check;
use super::compiled::Compiled;
use super::data::Data;
use super::evaluate::Evaluation;
use super::loss_list::LossList;
use super::metric_list::MetricList;
use super::network::Network;
use super::sample_weights;
use super::training_error::TrainingError;
use super::workspace::Samples;

/// A network and the weights of the samples that come next: see [`Compiled::sample_weight`].
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
    /// How much each sample counts in what comes next: `model.sample_weight(&weights).evaluate(&x, &y)`. As in
    /// [`Fit::sample_weight`](super::Fit::sample_weight), the loss is the sum of the weighted losses, divided by the number of
    /// samples, and [`weighted_metrics`](Self::weighted_metrics) are weighted.
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
    /// The loss and the metrics of samples that are not trained on. Keras: `model.evaluate(x, y, sample_weight=weights)`.
    ///
    /// # Errors
    /// If the data or the weights cannot be used.
    pub fn evaluate<X, Y>(self, x: &X, y: &Y) -> Result<Evaluation, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        let weights = self.checked(x, y)?;
        Ok(self.model.figures(Samples { x, y, weights: weights.as_deref() }))
    }

    /// One step on all samples of `x` at once. Gives the loss before the step. Keras: `model.train_on_batch(x, y,
    /// sample_weight=weights)`.
    ///
    /// # Errors
    /// If the weights cannot be used, or as [`fit`](Compiled::fit).
    pub fn train_on_batch<X, Y>(self, x: &X, y: &Y) -> Result<f64, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        let weights = self.checked(x, y)?;
        self.model.step(Samples { x, y, weights: weights.as_deref() })
    }

    fn checked<X, Y>(&self, x: &X, y: &Y) -> Result<Option<Vec<N::Scalar>>, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        check::pair(x, y, &self.model.loss)?;
        sample_weights::of::<_, L::Targets>(y, L::COUNT, Some(self.weights), &[])
    }
}
