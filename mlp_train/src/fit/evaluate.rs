//! The loss and the metrics of data that the network is not trained on.

use core::fmt::{self, Display, Formatter};

use crate::batch::{Metrics, SharedBatch};
use crate::dataset::{Batch, Data, Dataset, check};
use crate::network::{Compiled, Network};
use crate::report::{MetricList, ProgressLine as _};
use mlp_core::DataError;
use mlp_core::losses::{LossList, MAX_OUTPUTS, MetricInput};
use mlp_core::optimizers::Optimizer;

/// The loss and the metrics of some data: the result of [`Compiled::evaluate`] and [`Compiled::partial_fit`].
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Mean loss.
    pub loss: f64,
    /// Names and values: the loss of each output, if there are several, and the metrics.
    pub metrics: Vec<(String, f64)>,
}

impl Evaluation {
    /// Returns the value of a metric by its name, as [`History::get`](crate::History::get) does: `loss`,
    /// `mean_absolute_error`.
    ///
    /// ```
    /// # mod mlp { pub mod training { pub use mlp_train::Evaluation; } }
    /// use mlp::training::Evaluation;
    ///
    /// let evaluation = Evaluation { loss: 0.5, metrics: vec![("mean_absolute_error".into(), 0.25)] };
    /// assert_eq!(evaluation.get("mean_absolute_error"), Some(0.25));
    /// assert_eq!(evaluation.to_string(), "loss: 0.5000 - mean_absolute_error: 0.2500");
    /// ```
    pub fn get(&self, name: &str) -> Option<f64> {
        self.iter().find(|&(known, _)| known == name).map(|(_, value)| value)
    }

    /// Returns the names and values: the loss, then the metrics.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        let metrics = self.metrics.iter().map(|(name, value)| (name.as_str(), *value));
        core::iter::once(("loss", self.loss)).chain(metrics)
    }
}

impl Display for Evaluation {
    /// Writes the names and values as the progress of a training does: `loss: 0.5000 - mean_absolute_error: 0.2500`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut line = String::new();
        self.iter().for_each(|(name, value)| line.metric(name, value, value.abs() > 1e-3));
        f.pad(line.trim_start_matches(" - "))
    }
}

impl<N, O, L, M> Compiled<N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// Returns the loss and the metrics of inputs `x` and targets `y`, in inference mode. Keras: `model.evaluate`.
    ///
    /// # Errors
    /// If the data is invalid.
    pub fn evaluate<X, Y>(&self, x: &X, y: &Y) -> Result<Evaluation, DataError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        check::pair(&x, &y, &self.learner.loss)?;
        Ok(self.evaluation(&Dataset { x: &x, y: &y, weights: None }.whole(), None, None))
    }

    /// Returns the loss and the metrics of data that was checked. `progress` is called with the number of samples that are
    /// done.
    pub(super) fn evaluation(
        &self,
        batch: &Batch<'_, N::Scalar, N::Input, L::Targets>,
        shared: Option<SharedBatch<'_, N::Scalar>>,
        progress: Option<&mut dyn FnMut(usize)>,
    ) -> Evaluation {
        let mut states = self.metrics.init();
        let mut values = Vec::new();
        self.assess(batch, shared, (&mut states, progress), &mut |value| values.push(value));
        self.named(values)
    }

    /// Pairs values with their names.
    pub(super) fn named(&self, values: Vec<f64>) -> Evaluation {
        let mut values = values.into_iter();
        let loss = values.next().unwrap_or(f64::NAN);
        Evaluation { loss, metrics: self.names().into_iter().skip(1).zip(values).collect() }
    }

    /// Calls `each` with the loss of `batch`, the loss of each output if there are several, and every metric. It
    /// allocates nothing.
    pub(super) fn assess(
        &self,
        batch: &Batch<'_, N::Scalar, N::Input, L::Targets>,
        shared: Option<SharedBatch<'_, N::Scalar>>,
        (states, mut progress): (&mut M::States, Option<&mut dyn FnMut(usize)>),
        each: &mut dyn FnMut(f64),
    ) {
        let objective = self.learner.objective();
        let samples = shared.map_or(batch.rows.len(), |shared| shared.samples) as f64;
        let mut losses = [0.0; MAX_OUTPUTS];
        self.metrics.reset(states);
        let logits = self.learner.logits();
        let is_silent = M::IS_EMPTY && progress.is_none();
        let mut done = 0;
        let mut update = |pairs: MetricInput<'_, _>| {
            self.metrics.update_unweighted(states, pairs.with_logits(logits));
            done += pairs.predictions.samples();
            if let Some(progress) = &mut progress {
                progress(done);
            }
        };
        let total = self.learner.scratch.with(|workers| {
            let metrics: Metrics<'_, _> = if is_silent { None } else { Some(&mut update) };
            workers.evaluate(objective, batch, shared, &mut losses[..L::COUNT], metrics)
        });
        each(total / samples + objective.network.penalty(objective.options));
        if L::COUNT > 1 {
            losses[..L::COUNT].iter().for_each(|loss| each(loss / samples));
        }
        self.metrics.results(states, each);
    }
}
