//! The `fit` loop, and the steps and evaluations that it is made of.
//!
//! ```text
//! fit(x, y, settings):
//!     check the options, the data and the settings
//!     callbacks.on_train_begin()
//!     for epoch in initial_epoch..epochs:
//!         shuffle the order of the samples
//!         callbacks.on_epoch_begin()
//!         for batch in order:
//!             callbacks.on_batch_begin()
//!             loss, gradient = differentiate(batch)          // see `batch`
//!             if loss or gradient is not finite: restore the last good weights, stop
//!             save the weights; optimizer.step(gradient)
//!             callbacks.on_batch_end()
//!         evaluate the validation data
//!         callbacks.on_epoch_end()
//!     callbacks.on_train_end()
//! ```

mod evaluate;
mod interrupt;
mod least_squares;
mod plan;
mod ranked;
mod report;
mod residuals;
mod run;
mod sample_weights;
mod settings;
mod shown;
mod step;
mod stream;
mod validation;
mod weighted;

pub use evaluate::Evaluation;
pub use ranked::OnRanks;
pub use settings::Fit;
pub use shown::Shown;
pub use validation::ValidationData;
pub use weighted::Weighted;

use mlp_core::Rng;
use mlp_core::losses::MetricInput;
use mlp_core::optimizers::Optimizer;

use crate::batch::{Metrics, SharedBatch};
use crate::callbacks::{Callback, CallbackResult, Status, Training, VisibleMetrics};
use crate::dataset::{Batch, Data, Dataset, RowMajor, Rows, check};
use crate::error::TrainingError;
use crate::network::{CheckpointState, Compiled, Learner, Network, SnapshotMode, TrainingSettings};
use crate::report::{History, MetricList};
use interrupt::Interrupt;
use mlp_core::losses::LossList;
use plan::{FitPlan, Received};
use report::Report;
use run::FitRun;
use sample_weights::FitWeights;
use settings::Settings;
use step::StepError;
use validation::Pair;

/// Shape of the targets of a loss.
type Targets<N, L> =
    <L as LossList<<N as mlp_core::Parameters>::Scalar, <N as mlp_core::layers::Module>::Output>>::Targets;

/// The plan for a network and the targets of its loss.
type Plan<'a, N, L> = FitPlan<'a, N, Targets<N, L>>;

/// The state of a run of a network with a loss, given the states of its metrics.
type Run<N, L, S> = FitRun<S, Received<N, Targets<N, L>>>;

impl<N, O, L, M> Compiled<N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// Trains the network on inputs `x` and targets `y`, and returns the loss and the metrics of every epoch. Keras:
    /// `model.fit`.
    ///
    /// # Errors
    /// - If an option of a layer, the data or a setting is invalid. Nothing changes then.
    /// - If the loss, its gradient or a weight becomes NaN or infinite. The network then has the weights before the last good
    ///   step: exactly, or, for a network of more than 16 MB whose optimizer can undo a step, as Adam can, up to rounding.
    /// - If a callback returns an error. The training ends there.
    pub fn fit<X, Y, V, C>(&mut self, x: &X, y: &Y, fit: Fit<V, C>) -> Result<History, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
        V: ValidationData<N::Scalar, N::Input, L::Targets>,
        C: Callback<N>,
    {
        let Fit { mut settings, validation, mut callbacks } = fit;
        let validation = validation.pair();
        let weights = self.check_shard((&x, &y), validation, &settings)?;
        let samples = x.samples();
        let train_samples = settings.training_samples(samples, validation.is_some())?;
        if O::NEEDS_SQUARES {
            settings.batch_size = samples;
        }
        let copy = if settings.is_random_access(train_samples) { RowMajor::of(&x, &y) } else { None };
        let (x_copy, y_copy) = (copy.as_ref().map(RowMajor::inputs), copy.as_ref().map(RowMajor::targets));
        let x: &dyn Data<_, _> = if let Some(copy) = &x_copy { copy } else { &x };
        let y: &dyn Data<_, _> = if let Some(copy) = &y_copy { copy } else { &y };
        let train = Dataset { x, y, weights: weights.train.as_deref() };
        let validation = match validation {
            Some((x, y)) => Some(Dataset { x, y, weights: weights.validation.as_deref() }.whole()),
            None if train_samples == samples => None,
            None => {
                let data = Dataset { weights: weights.held_out.as_deref(), ..train };
                Some(Batch { data, rows: Rows::Range(train_samples..samples) })
            }
        };
        let interrupt = settings.stop_on_ctrl_c.then(Interrupt::listen).transpose().map_err(TrainingError::CtrlC)?;
        let plan = FitPlan { train, train_samples, validation, settings, interrupt, ranks: None };
        self.run_epochs(&plan, &mut callbacks)
    }

    /// Checks the rows of this process, and returns their weights. Prepares the optimizer.
    fn check_shard(
        &mut self,
        (x, y): Pair<'_, N::Scalar, N::Input, L::Targets>,
        validation: Option<Pair<'_, N::Scalar, N::Input, L::Targets>>,
        settings: &Settings,
    ) -> Result<FitWeights<N::Scalar>, TrainingError> {
        self.check()?;
        self.learner.update_loss_text();
        check::pair(x, y, &self.learner.loss)?;
        if let Some((x, y)) = validation {
            check::pair(x, y, &self.learner.loss)?;
        }
        let weights = FitWeights::new(settings, y, validation.map(|(_, y)| y), L::COUNT)?;
        self.learner.prepare_squares(weights.train.as_deref())?;
        Ok(weights)
    }

    fn run_epochs(&mut self, plan: &Plan<'_, N, L>, callbacks: &mut dyn Callback<N>) -> Result<History, TrainingError> {
        let mut run = self.start_run(plan);
        run.report.status.set_expects_logs(callbacks.logs_metrics());
        self.learner.call(&mut run.report.status, &mut |training| callbacks.on_train_begin(training))?;
        for epoch in plan.epochs() {
            self.train_epoch(epoch, plan, &mut run, callbacks)?;
            run.print_lines();
            if run.report.status.is_stopping() || self.learner.stop_reason().is_some() {
                break;
            }
        }
        self.end_training(plan, run, callbacks)
    }

    /// Ends a training, and returns its history.
    fn end_training(
        &mut self,
        plan: &Plan<'_, N, L>,
        mut run: Run<N, L, M::States>,
        callbacks: &mut dyn Callback<N>,
    ) -> Result<History, TrainingError> {
        self.learner.optimizer.finish(&mut self.learner.network);
        run.progress.flush();
        self.learner.call(&mut run.report.status, &mut |training| callbacks.on_train_end(training))?;
        run.print_lines();
        Ok(run.report.into_history(plan.is_interrupted(), self.learner.stop_reason()))
    }

    fn start_run(&mut self, plan: &Plan<'_, N, L>) -> Run<N, L, M::States> {
        let settings = &plan.settings;
        if let Some(seed) = settings.seed.filter(|_| settings.initial_epoch == 0) {
            self.learner.rng = Rng::new(seed);
        }
        self.learner.snapshot.start(SnapshotMode::ManySteps);
        let mut run = FitRun::new(settings, plan.size(), self.names(), Self::LOSSES, || self.metrics.init());
        let names = self.metrics.names(N::OUTPUTS);
        run.report.status.set_modes(names, self.metrics.modes());
        let callback_state = core::mem::take(&mut self.learner.callback_state);
        if settings.initial_epoch > 0 {
            run.report.status.restore_state(callback_state);
        }
        run
    }

    fn train_epoch(
        &mut self,
        epoch: usize,
        plan: &Plan<'_, N, L>,
        run: &mut Run<N, L, M::States>,
        callbacks: &mut dyn Callback<N>,
    ) -> Result<(), TrainingError> {
        self.begin_epoch(epoch, plan, run, callbacks)?;
        for index in 0..plan.batches() {
            self.train_batch(index, plan, run, callbacks)?;
            if run.report.status.is_stopping() {
                break;
            }
        }
        self.end_epoch(epoch, plan, run, callbacks)
    }

    fn begin_epoch(
        &mut self,
        epoch: usize,
        plan: &Plan<'_, N, L>,
        run: &mut Run<N, L, M::States>,
        callbacks: &mut dyn Callback<N>,
    ) -> Result<(), TrainingError> {
        run.progress.begin_epoch(epoch + 1);
        run.report.begin_epoch(epoch);
        self.metrics.reset(&mut run.metrics);
        run.reset_order();
        if run.is_shuffled {
            self.learner.rng.shuffle(&mut run.order);
        }
        if let Some(received) = plan.receive(&run.order, run.received.is_none()) {
            run.received = Some(received);
        }
        self.learner.call(&mut run.report.status, &mut |training| callbacks.on_epoch_begin(training))?;
        run.print_lines();
        Ok(())
    }

    /// Validates, calls the callbacks and records the metrics, unless the epoch has diverged.
    fn end_epoch(
        &mut self,
        epoch: usize,
        plan: &Plan<'_, N, L>,
        run: &mut Run<N, L, M::States>,
        callbacks: &mut dyn Callback<N>,
    ) -> Result<(), TrainingError> {
        if run.report.has_diverged() {
            return Ok(());
        }
        self.validate(epoch, plan, run);
        self.learner.epochs = epoch + 1;
        self.learner.call(&mut run.report.status, &mut |training| callbacks.on_epoch_end(training))?;
        run.report.status.print(&mut |metrics| run.progress.end_epoch(metrics));
        run.report.end_epoch();
        Ok(())
    }

    /// Makes the step of one batch of the plan.
    fn train_batch(
        &mut self,
        index: usize,
        plan: &Plan<'_, N, L>,
        run: &mut Run<N, L, M::States>,
        callbacks: &mut dyn Callback<N>,
    ) -> Result<(), TrainingError> {
        // The batch borrows the order or the received rows, and the step the rest of the run.
        let (order, received) = (core::mem::take(&mut run.order), run.received.take());
        let batch = plan.batch(index, &order, received.as_ref());
        let result = self.train_on(index, &batch, plan.shared_batch(index), run, callbacks);
        (run.order, run.received) = (order, received);
        if plan.is_interrupted() {
            run.report.status.stop();
        }
        result
    }

    /// Makes the step of a batch, and calls the callbacks before and after it.
    fn train_on(
        &mut self,
        index: usize,
        batch: &Batch<'_, N::Scalar, N::Input, L::Targets>,
        shared: Option<SharedBatch<'_, N>>,
        run: &mut Run<N, L, M::States>,
        callbacks: &mut dyn Callback<N>,
    ) -> Result<(), TrainingError> {
        let FitRun { report, progress, metrics, .. } = run;
        report.status.begin_batch(index);
        if !callbacks.is_empty() {
            self.learner.call(&mut report.status, &mut |training| callbacks.on_batch_begin(training))?;
        }
        let logits = self.learner.logits();
        let mut update =
            |compared: MetricInput<'_, _>| self.metrics.update_unweighted(metrics, compared.with_logits(logits));
        let update: Metrics<'_, _> = if M::IS_EMPTY { None } else { Some(&mut update) };
        match self.learner.train_step(batch, shared, report.output_losses(), update) {
            Ok(loss) => report.add(shared.map_or(batch.rows.len(), |shared| shared.samples), loss),
            Err(error) => return self.learner.handle_step_error(report, error, callbacks),
        }
        progress.step(index + 1, report.update(|each| self.metrics.results(metrics, each)));
        if !callbacks.is_empty() {
            self.learner.call(&mut report.status, &mut |training| callbacks.on_batch_end(training))?;
            run.print_lines();
        }
        Ok(())
    }

    /// Evaluates the validation data, if it is due after this epoch.
    fn validate(&self, epoch: usize, plan: &Plan<'_, N, L>, run: &mut Run<N, L, M::States>) {
        let FitRun { report, validation_metrics, .. } = run;
        report.status.show(VisibleMetrics::TrainingAndLogged);
        if let Some(batch) = plan.validation_after(epoch) {
            report.validate(|each| self.assess(batch, plan.shared_validation(), (validation_metrics, None), each));
        }
    }
}

impl<N: Network, O: Optimizer, L> Learner<N, O, L> {
    /// Returns why no further step can reduce the loss, if that is so.
    fn stop_reason(&self) -> Option<&'static str> {
        self.optimizer.stop_reason()
    }

    /// Returns an error, unless a callback ends the training.
    fn handle_step_error(
        &mut self,
        report: &mut Report,
        error: StepError,
        callbacks: &mut dyn Callback<N>,
    ) -> Result<(), TrainingError> {
        let loss = match error {
            StepError::Diverged { loss } => loss,
            StepError::Option(error) => return Err(error.into()),
        };
        report.diverge();
        self.call(&mut report.status, &mut |training| callbacks.on_diverged(training))?;
        if report.status.is_stopping() {
            return Ok(());
        }
        let epoch = report.status.epoch() + 1;
        let batch = report.status.batch() + 1;
        Err(TrainingError::Diverged { epoch, batch, loss })
    }

    /// Calls a callback, and sets the learning rate that it requests.
    fn call(
        &mut self,
        status: &mut Status,
        call: &mut dyn FnMut(&mut Training<'_, N>) -> CallbackResult,
    ) -> Result<(), TrainingError> {
        status.begin_call(self.optimizer.learning_rate());
        let checkpoint = CheckpointState {
            optimizer: self.optimizer.progress(),
            optimizer_name: O::NAME,
            settings: TrainingSettings {
                optimizer: self.optimizer.settings(),
                loss: &self.loss_text,
                loss_weights: &self.loss_weights,
            },
            rng: &self.rng,
            epochs: self.epochs,
            points: &self.points,
            table_encoder: self.table_encoder.as_deref(),
        };
        let mut training = Training { network: &mut *self.network, status, checkpoint };
        call(&mut training).map_err(|error| TrainingError::Callback(error.into()))?;
        if let Some(learning_rate) = status.end_call() {
            self.optimizer.optimizer.config_mut().learning_rate = learning_rate.into();
        }
        Ok(())
    }
}
