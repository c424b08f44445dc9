//! One optimizer step per batch: `train_on_batch`, `partial_fit`, and the steps of `fit`.

use crate::batch::{GradientOutputs, Metrics, Objective, SharedBatch, Workers};
use crate::dataset::{Batch, Data, Dataset, check};
use crate::network::{Compiled, Learner, Network, Snapshot};
use crate::optimizers::{GradientStep, OptimizerState};
use crate::report::MetricList;
use crate::squares::BatchSquares;
use crate::summary::InvalidOption;
use mlp_core::DataError;
use mlp_core::OptionValue as _;
use mlp_core::Rng;
use mlp_core::kernels::{Kernels, Update};
use mlp_core::losses::{LossList, MAX_OUTPUTS, MetricInput};
use mlp_core::optimizers::{Objective as OptimizerObjective, Optimizer, Squares};

use super::Evaluation;
use crate::error::{PartialFitError, TrainingError};
use crate::network::SnapshotMode;

/// A step that was not made.
pub(super) enum StepError {
    /// The loss, its gradient or a weight after the step is NaN or infinite.
    Diverged {
        /// Mean loss of the batch.
        loss: f64,
    },
    /// The learning rate of the step is invalid.
    Option(InvalidOption),
}

impl StepError {
    /// Returns the error of a call that makes only these batches. `batch` is 0-based.
    fn into_error(self, batch: usize) -> TrainingError {
        match self {
            Self::Diverged { loss } => TrainingError::Diverged { epoch: 1, batch: batch + 1, loss },
            Self::Option(error) => error.into(),
        }
    }
}

impl<N, O, L, M> Compiled<N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// Makes one step on all samples of `x`, and returns the mean loss before the step. Keras: `model.train_on_batch`.
    ///
    /// It allocates nothing, but for the first batch of more than 512 samples. If the loss or its gradient is NaN or infinite, it makes no step and leaves the weights
    /// unchanged. [`fit`](Self::fit) restores the weights before the last good step; `train_on_batch` keeps no copy of them,
    /// so that weights which the step itself makes NaN or infinite remain, with an error.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit).
    pub fn train_on_batch<X, Y>(&mut self, x: &X, y: &Y) -> Result<f64, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        check::pair(&x, &y, &self.learner.loss)?;
        self.single_step(Dataset { x: &x, y: &y, weights: None })
    }

    pub(super) fn single_step(
        &mut self,
        data: Dataset<'_, N::Scalar, N::Input, L::Targets>,
    ) -> Result<f64, TrainingError> {
        self.check()?;
        self.learner.update_loss_text();
        self.learner.prepare_squares(data.weights)?;
        self.learner.snapshot.start(SnapshotMode::SingleStep);
        match self.learner.train_step(&data.whole(), None, &mut [], None) {
            Ok(loss) => Ok(loss / data.x.samples() as f64),
            Err(error) => Err(error.into_error(0)),
        }
    }

    /// Makes one step per batch, in order, and returns the mean loss and the metrics of the pass. scikit-learn: `partial_fit`.
    ///
    /// The optimizer continues from call to call, so that a network learns from more data than fits in memory, or from a
    /// stream: an iterator returns the batches, such as an epoch of [`Batches`](mlp_data::Batches).
    ///
    /// ```
    /// use core::convert::Infallible;
    /// # use mlp_core::layers::{Features, Module};
    /// # extern crate mlp_core as mlp;
    /// use mlp::optimizers::Sgd;
    /// # fn check<N: mlp_train::Network<Scalar = f32>>(
    /// #     mut model: mlp_train::Compiled<N, Sgd, mlp_core::losses::MeanSquaredError>,
    /// # ) where
    /// #     N: Module<Input = Features<1>, Output = Features<1>>,
    /// # {
    /// for pass in 0..3 {
    ///     let batches = (0..10_u16).map(|batch| {
    ///         let x: Vec<[f32; 1]> = (0..32).map(|sample| [f32::from(batch * 32 + sample) / 320.0]).collect();
    ///         let y: Vec<[f32; 1]> = x.iter().map(|[x]| [2.0 * x]).collect();
    ///         Ok::<_, Infallible>((x, y))
    ///     });
    ///     println!("{pass}: {}", model.partial_fit(batches).expect("the data is finite").loss);
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    /// The iterator's, or as for [`fit`](Self::fit). The steps on the batches before are kept.
    pub fn partial_fit<X, Y, E>(
        &mut self,
        batches: impl IntoIterator<Item = Result<(X, Y), E>>,
    ) -> Result<Evaluation, PartialFitError<E>>
    where
        X: Data<N::Scalar, N::Input>,
        Y: Data<N::Scalar, L::Targets>,
    {
        self.check()?;
        self.learner.prepare_squares(None).map_err(TrainingError::from)?;
        self.learner.snapshot.start(SnapshotMode::ManySteps);
        let mut pass = self.start_pass();
        for batch in batches {
            let (x, y) = batch.map_err(PartialFitError::Batch)?;
            check::pair(&x, &y, &self.learner.loss).map_err(TrainingError::Data)?;
            pass.step(self, &Dataset { x: &x, y: &y, weights: None }.whole(), None)?;
        }
        Ok(pass.evaluation(self)?)
    }

    /// Starts a pass over batches.
    pub(super) fn start_pass(&self) -> Pass<M::States> {
        Pass { states: self.metrics.init(), losses: [0.0; MAX_OUTPUTS], total: 0.0, samples: 0, batches: 0 }
    }
}

/// The losses and metrics of a pass over batches.
pub(super) struct Pass<S> {
    states: S,
    losses: [f64; MAX_OUTPUTS],
    total: f64,
    samples: usize,
    batches: usize,
}

impl<S> Pass<S> {
    /// Makes the step of a batch.
    pub(super) fn step<N, O, L, M>(
        &mut self,
        model: &mut Compiled<N, O, L, M>,
        batch: &Batch<'_, N::Scalar, N::Input, L::Targets>,
        shared: Option<SharedBatch<'_, N::Scalar>>,
    ) -> Result<(), TrainingError>
    where
        N: Network,
        O: Optimizer,
        L: LossList<N::Scalar, N::Output>,
        M: MetricList<N::Scalar, N::Output, L::Targets, States = S>,
    {
        let Self { states, losses, .. } = self;
        let logits = model.learner.logits();
        let mut update =
            |compared: MetricInput<'_, _>| model.metrics.update_unweighted(states, compared.with_logits(logits));
        let metrics: Metrics<'_, _> = if M::IS_EMPTY { None } else { Some(&mut update) };
        let loss = model.learner.train_step(batch, shared, &mut losses[..L::COUNT], metrics);
        self.total += loss.map_err(|error| error.into_error(self.batches))?;
        self.samples += shared.map_or(batch.rows.len(), |shared| shared.samples);
        self.batches += 1;
        Ok(())
    }

    /// Returns the mean loss and the metrics of the pass.
    pub(super) fn evaluation<N, O, L, M>(self, model: &Compiled<N, O, L, M>) -> Result<Evaluation, TrainingError>
    where
        N: Network,
        O: Optimizer,
        L: LossList<N::Scalar, N::Output>,
        M: MetricList<N::Scalar, N::Output, L::Targets, States = S>,
    {
        if self.samples == 0 {
            return Err(TrainingError::Data(DataError::Empty));
        }
        let samples = self.samples as f64;
        let mut values = vec![self.total / samples];
        values.extend(self.losses[..Compiled::<N, O, L, M>::LOSSES - 1].iter().map(|loss| loss / samples));
        model.metrics.results(&self.states, &mut |value| values.push(value));
        Ok(model.named(values))
    }
}

impl<N: Network, O: Optimizer, L: LossList<N::Scalar, N::Output>> Learner<N, O, L> {
    /// Makes a step on `batch`, and returns the sum of its samples' losses. Adds the loss of each output to `output_losses`,
    /// and calls `metrics` with the predictions, targets and weights of every tile.
    ///
    /// If the loss, its gradient or a weight after the step is not finite, restores the weights before the last good step.
    pub(super) fn train_step(
        &mut self,
        batch: &Batch<'_, N::Scalar, N::Input, L::Targets>,
        shared: Option<SharedBatch<'_, N::Scalar>>,
        output_losses: &mut [f64],
        metrics: Metrics<'_, N::Scalar>,
    ) -> Result<f64, StepError> {
        let Self { network, options, loss, loss_weights, optimizer, gradient, snapshot, scratch, squares, rng, .. } =
            self;
        let options = &options.values;
        let workers = scratch.get_mut();
        let mut objective = BatchObjective { options, loss, loss_weights, batch, shared, workers, rng };
        // Least squares compute the gradient from the Jacobian.
        let (total, losses) = if O::NEEDS_SQUARES {
            objective.compare(network, gradient, metrics)
        } else {
            objective.evaluate(network, gradient, metrics)
        };
        let samples = shared.map_or(batch.rows.len(), |shared| shared.samples) as f64;
        let mut again = |network: &N, gradient: &mut N| objective.evaluate(network, gradient, None).0 / samples;
        // A condition on a constant: other optimizers don't compile least squares.
        let mut of_batch;
        let squares: Option<&mut dyn Squares<N>> = if O::NEEDS_SQUARES {
            let buffers = squares.as_mut().map(|squares| squares.buffers());
            of_batch = buffers.map(|buffers| BatchSquares { options, loss: &*loss, loss_weights, batch, buffers });
            of_batch.as_mut().map(|squares| squares as &mut dyn Squares<N>)
        } else {
            None
        };
        CheckedStep { network, options, optimizer, gradient, snapshot }.make(total / samples, &mut again, squares)?;
        for (sum, loss) in output_losses.iter_mut().zip(losses) {
            *sum += loss;
        }
        Ok(total)
    }
}

/// A step of an optimizer, unless the loss, its gradient or a weight after the step is not finite.
pub(super) struct CheckedStep<'a, N: Network, O: Optimizer> {
    pub(super) network: &'a mut Box<N>,
    pub(super) options: &'a N::Options,
    pub(super) optimizer: &'a mut OptimizerState<N, O>,
    pub(super) gradient: &'a mut Box<N>,
    pub(super) snapshot: &'a mut Snapshot<N>,
}

impl<N: Network, O: Optimizer> CheckedStep<'_, N, O> {
    /// Makes the step from a loss with its gradient. `again` evaluates both at other weights, `squares` is the loss as a sum
    /// of squares. If loss or gradient is not finite, makes no step and restores the weights before the last one. If a weight
    /// after the step is not finite, restores the weights before this one.
    pub(super) fn make<'b>(
        self,
        loss: f64,
        again: &mut OptimizerObjective<'b, N>,
        squares: Option<&mut (dyn Squares<N> + 'b)>,
    ) -> Result<(), StepError> {
        let Self { network, options, optimizer, gradient, snapshot } = self;
        let rate = optimizer.learning_rate().check("learning_rate");
        rate.map_err(|value| StepError::Option(InvalidOption::new(O::NAME, value)))?;
        if !loss.is_finite() || !N::Scalar::all_finite(gradient.as_slice()) {
            snapshot.restore(network, |network| optimizer.undo(network, options, gradient));
            return Err(StepError::Diverged { loss });
        }
        snapshot.save(network);
        optimizer.step_with(network, GradientStep { options, gradient, loss, objective: Some(again), squares });
        if !N::Scalar::all_finite(network.as_slice()) {
            snapshot.restore(network, |network| optimizer.undo(network, options, gradient));
            return Err(StepError::Diverged { loss });
        }
        Ok(())
    }
}

/// The loss of a batch as a function of the network. L-BFGS evaluates it several times in a step.
struct BatchObjective<'a, N: Network, L: LossList<N::Scalar, N::Output>> {
    options: &'a N::Options,
    loss: &'a L,
    loss_weights: &'a [f64],
    batch: &'a Batch<'a, N::Scalar, N::Input, L::Targets>,
    shared: Option<SharedBatch<'a, N::Scalar>>,
    workers: &'a mut Workers<N>,
    rng: &'a mut Rng,
}

impl<N: Network, L: LossList<N::Scalar, N::Output>> BatchObjective<'_, N, L> {
    /// Returns the sum of the samples' losses and the loss of each output, and sets the gradient of the mean loss.
    fn evaluate(
        &mut self,
        network: &N,
        gradient: &mut N,
        metrics: Metrics<'_, N::Scalar>,
    ) -> (f64, [f64; MAX_OUTPUTS]) {
        N::Scalar::fill(gradient.as_mut_slice(), num_traits::Zero::zero());
        let mut losses = [0.0; MAX_OUTPUTS];
        let Self { options, loss, loss_weights, .. } = *self;
        let objective = Objective { network, options, loss, loss_weights };
        let outputs = GradientOutputs { gradient, losses: &mut losses[..L::COUNT], inputs: None };
        let total = self.workers.differentiate(objective, self.batch, self.shared, self.rng, outputs, metrics);
        (total, losses)
    }

    /// Returns the same losses in inference mode, and sets the gradient to zero.
    fn compare(&mut self, network: &N, gradient: &mut N, metrics: Metrics<'_, N::Scalar>) -> (f64, [f64; MAX_OUTPUTS]) {
        N::Scalar::fill(gradient.as_mut_slice(), num_traits::Zero::zero());
        let mut losses = [0.0; MAX_OUTPUTS];
        let Self { options, loss, loss_weights, batch, shared, .. } = *self;
        let objective = Objective { network, options, loss, loss_weights };
        let total = self.workers.evaluate(objective, batch, shared, &mut losses[..L::COUNT], metrics);
        let samples = shared.map_or(batch.rows.len(), |shared| shared.samples) as f64;
        (total + network.penalty(options) * samples, losses)
    }
}
