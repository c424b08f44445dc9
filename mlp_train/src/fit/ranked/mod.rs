//! `fit`, `evaluate` and `partial_fit` on several ranks, each with a part of the data.
//!
//! ```text
//! fit(x, y) on each rank, where x, y are its rows:
//!     check that all ranks have the same build, network and arguments, and none an error
//!     for epoch in epochs:
//!         shuffle the rows of all ranks          // the same order on each, by the seed
//!         send each row to the rank that computes its leaf
//!         for batch in order:
//!             differentiate the own leaves; add the partial sums of all ranks    // see `batch::exchange`
//!             optimizer.step(gradient)           // the same on each
//!         callbacks on rank 0; the others follow
//! ```

mod agreement;
mod callbacks;
mod shards;

use mlp_core::losses::LossList;
use mlp_core::optimizers::Optimizer;

use super::plan::{EpochRows as _, FitPlan, RankPlan, Received};
use super::settings::Settings;
use super::{Evaluation, Fit, ValidationData};
use crate::batch::{Leaves, SharedBatch};
use crate::callbacks::Callback;
use crate::dataset::{Data, Dataset, check};
use crate::error::{PartialFitError, TrainingError};
use crate::network::{Compiled, Network, SnapshotMode};
use crate::ranks::{Communicator, RankError};
use crate::report::{History, MetricList, Verbose};
use agreement::{Statement, agree};
use callbacks::RankCallbacks;
use shards::{Division, ReceivedRows, Shards};

/// A compiled network that several ranks train together. See [`Compiled::on_ranks`].
pub struct OnRanks<'a, N: Network, O: Optimizer, L, M> {
    model: &'a mut Compiled<N, O, L, M>,
    communicator: &'a dyn Communicator,
}

impl<N, O, L, M> Compiled<N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// Trains on the data of several processes, its ranks: `model.on_ranks(&world).fit(&x, &y, fit)`.
    ///
    /// All ranks compile the same network and call the same methods. The result has the same bits as one process on the rows
    /// of all ranks, those of rank 0 first.
    pub fn on_ranks<'a>(&'a mut self, communicator: &'a dyn Communicator) -> OnRanks<'a, N, O, L, M> {
        OnRanks { model: self, communicator }
    }
}

impl<N, O, L, M> Compiled<N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// Returns what all ranks have in common in a call of `fit`.
    fn fit_statement(&self, has_validation: bool, settings: &Settings) -> Statement {
        let mut statement = self.learner.statement();
        let has_weights = settings.sample_weight.is_some() || !settings.class_weight.is_empty();
        statement.push(("metrics", std::any::type_name::<M>().into()));
        statement.push(("presence of sample weights", has_weights.to_string()));
        statement.push(("presence of validation data", has_validation.to_string()));
        statement.push(("arguments of fit", settings.without_rows()));
        statement
    }

    /// Checks this rank's rows of a batch, and returns their number.
    fn check_batch(
        &self,
        x: &dyn Data<N::Scalar, N::Input>,
        y: &dyn Data<N::Scalar, L::Targets>,
    ) -> Result<usize, TrainingError> {
        self.learner.check()?;
        check::pair(x, y, &self.learner.loss)?;
        Ok(x.samples())
    }
}

impl<N, O, L, M> OnRanks<'_, N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// Trains as [`Compiled::fit`] does on the rows of all ranks. `x`, `y`, sample weights and validation data are the rows of
    /// this rank.
    ///
    /// Callbacks run on rank 0, which prints and writes files. The other ranks follow: they receive weights and the learning
    /// rate that a callback changes, and stop when it stops. To resume a checkpoint, all ranks load it.
    ///
    /// # Errors
    /// As for [`Compiled::fit`], and [`TrainingError::Rank`] on all ranks, if one of them has an error, no rows, another
    /// build, network or arguments, or if a batch has fewer samples than there are ranks.
    pub fn fit<X, Y, V, C>(self, x: &X, y: &Y, fit: Fit<V, C>) -> Result<History, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
        V: ValidationData<N::Scalar, N::Input, L::Targets>,
        C: Callback<N>,
    {
        let Self { model, communicator } = self;
        let Fit { mut settings, validation, mut callbacks } = fit;
        let validation = validation.pair();
        let weights = model.check_shard((&x, &y), validation, &settings);
        let statement = model.fit_statement(validation.is_some(), &settings);
        let local = weights.as_ref().map(|_| x.samples()).map_err(ToString::to_string);
        let local = if x.samples() == 0 { Ok(0) } else { local };
        let shards = Shards::new(communicator, &agree(communicator, &statement, local)?);
        let weights = weights?;
        let samples = shards.samples();
        let train_samples = settings.training_samples(samples, validation.is_some())?;
        if O::NEEDS_SQUARES {
            settings.batch_size = samples;
        }
        check_batch(settings.batch_size.min(train_samples), communicator)?;
        if communicator.rank() > 0 {
            settings.verbose = Ok(Verbose::Silent);
        }
        let train = Dataset { x: &x, y: &y, weights: weights.train.as_deref() };
        let held_out = Dataset { weights: weights.held_out.as_deref(), ..train };
        let (validated, rows) = match validation {
            Some((x, y)) => {
                let shards = Shards::gather(communicator, x.samples());
                let data = Dataset { x, y, weights: weights.validation.as_deref() };
                (Some(receive_all(&shards, data, 0..shards.samples())), shards.samples())
            }
            None if train_samples == samples => (None, 0),
            None => (Some(receive_all(&shards, held_out, train_samples..samples)), samples - train_samples),
        };
        let mut callbacks = RankCallbacks::new(&mut callbacks, communicator, settings.interrupt()?);
        let leaves = (!O::NEEDS_SQUARES).then_some(Leaves::training::<N> as fn(usize) -> Leaves);
        let batch_size = settings.batch_size;
        let receive = |order: &[usize]| -> Received<N, L::Targets> {
            Box::new(shards.receive(train, &Division { order, positions: 0..train_samples, batch_size, leaves }))
        };
        let (receive, is_replicated) = (&receive, O::NEEDS_SQUARES);
        let ranks = RankPlan { reduction: &communicator, receive, validation_samples: rows, is_replicated };
        let validation = validated.as_ref().map(|received| received.batch(0));
        let plan = FitPlan { train, train_samples, batch_size, first_batch: 0, validation, ranks: Some(ranks) };
        model.run_epochs(&plan, settings, None, &mut callbacks)
    }

    /// Returns the loss and the metrics of the rows of all ranks, as [`Compiled::evaluate`] does.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit).
    pub fn evaluate<X, Y>(self, x: &X, y: &Y) -> Result<Evaluation, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        let Self { model, communicator } = self;
        let local = check::pair(&x, &y, &model.learner.loss).map(|()| x.samples()).map_err(|error| error.to_string());
        let shards = Shards::new(communicator, &agree(communicator, &model.learner.statement(), local)?);
        let samples = shards.samples();
        let received = receive_all(&shards, Dataset { x: &x, y: &y, weights: None }, 0..samples);
        Ok(model.evaluation(&received.batch(0), Some(SharedBatch { reduction: &communicator, samples }), None))
    }

    /// Makes one step for each batch, as [`Compiled::partial_fit`] does. A batch consists of the rows that the iterators of all
    /// ranks return, those of rank 0 first.
    ///
    /// # Errors
    /// Those of this rank's iterator, or as for [`fit`](Self::fit), also if one rank has fewer batches than another. The steps
    /// on the batches before are kept.
    pub fn partial_fit<X, Y, E: core::fmt::Display>(
        self,
        batches: impl IntoIterator<Item = Result<(X, Y), E>>,
    ) -> Result<Evaluation, PartialFitError<E>>
    where
        X: Data<N::Scalar, N::Input>,
        Y: Data<N::Scalar, L::Targets>,
    {
        let Self { model, communicator } = self;
        model.learner.snapshot.start(SnapshotMode::ManySteps);
        let mut statement = model.learner.statement();
        statement.push(("presence of a next batch", String::new()));
        let mut pass = model.start_pass();
        let mut batches = batches.into_iter();
        loop {
            let batch = batches.next().transpose();
            let local = match &batch {
                Ok(Some((x, y))) => model.check_batch(x, y).map_err(|error| error.to_string()),
                Ok(None) => Ok(1),
                Err(error) => Err(error.to_string()),
            };
            if let Some((_, value)) = statement.last_mut() {
                *value = matches!(batch, Ok(Some(_))).to_string();
            }
            let agreed = agree(communicator, &statement, local);
            let Some((x, y)) = batch.map_err(PartialFitError::Batch)? else {
                agreed.map_err(TrainingError::from)?;
                break;
            };
            let shards = Shards::new(communicator, &agreed.map_err(TrainingError::from)?);
            let samples = shards.samples();
            check_batch(samples, communicator)?;
            model.learner.prepare_squares(None).map_err(TrainingError::from)?;
            let leaves = (!O::NEEDS_SQUARES).then_some(Leaves::training::<N> as fn(usize) -> Leaves);
            let division = Division { order: &[], positions: 0..samples, batch_size: samples, leaves };
            let received = shards.receive(Dataset { x: &x, y: &y, weights: None }, &division);
            let shared = leaves.map(|_| SharedBatch { reduction: &communicator, samples });
            pass.step(model, &received.batch(0), shared)?;
            statement = Vec::from([("presence of a next batch", String::new())]);
        }
        Ok(pass.evaluation(model)?)
    }
}

/// Sends rows to the ranks that evaluate them, as one batch.
fn receive_all<T: mlp_core::Scalar, X: mlp_core::layers::Shape, Y: mlp_core::layers::Shape>(
    shards: &Shards<'_>,
    data: Dataset<'_, T, X, Y>,
    positions: std::ops::Range<usize>,
) -> ReceivedRows<T> {
    let batch_size = positions.len().max(1);
    shards.receive(data, &Division { order: &[], positions, batch_size, leaves: Some(Leaves::inference) })
}

/// Returns an error if a batch has fewer samples than there are ranks.
fn check_batch(batch_size: usize, communicator: &dyn Communicator) -> Result<(), TrainingError> {
    let ranks = communicator.size();
    if batch_size < ranks {
        return Err(RankError::SmallBatch { rank: batch_size, batch_size, ranks }.into());
    }
    Ok(())
}
