//! A compiled network as the loop over epochs and batches calls it.

use mlp_core::Rng;
use mlp_core::losses::{LossList, MetricInput};
use mlp_core::optimizers::Optimizer;

use super::interrupt::Interrupt;
use super::plan::Received;
use super::run::{RunSize, Session, Start, Step};
use super::settings::Settings;
use super::step::StepError;
use super::{Plan, Targets};
use crate::batch::Metrics;
use crate::callback_state::CallbackState;
use crate::callbacks::{Callback, Event, Status, Training};
use crate::error::TrainingError;
use crate::network::{CheckpointState, Compiled, Learner, Network, SnapshotMode, TrainingSettings};
use crate::report::MetricList;

/// A compiled network, the plan of its training, and the callbacks.
pub(super) struct FitSession<'a, N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    pub(super) model: &'a mut Compiled<N, O, L, M>,
    pub(super) plan: &'a Plan<'a, N, L>,
    pub(super) callbacks: &'a mut dyn Callback<N>,
    pub(super) states: &'a mut SessionStates<M::States, Received<N, Targets<N, L>>>,
}

/// The values of a session that change from batch to batch: the states of the metrics, and the rows of an epoch.
pub(super) struct SessionStates<S, R> {
    metrics: S,
    validation_metrics: S,
    /// Rows of the current epoch, if several ranks train together.
    received: Option<R>,
}

impl<S, R> SessionStates<S, R> {
    /// Creates the states from the initial ones of the metrics.
    pub(super) fn new(init_metrics: impl Fn() -> S) -> Self {
        Self { metrics: init_metrics(), validation_metrics: init_metrics(), received: None }
    }
}

impl<N, O, L, M> Session for FitSession<'_, N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    fn call(&mut self, event: Event, status: &mut Status) -> Result<(), TrainingError> {
        self.model.learner.call(event, status, self.callbacks)
    }

    fn has_no_callbacks(&self) -> bool {
        self.callbacks.is_empty()
    }

    fn logs_metrics(&self) -> bool {
        self.callbacks.logs_metrics()
    }

    fn begin_epoch(&mut self, order: &mut [usize], is_shuffled: bool) {
        self.model.metrics.reset(&mut self.states.metrics);
        if is_shuffled {
            self.model.learner.rng.shuffle(order);
        }
        if let Some(received) = self.plan.receive(order, self.states.received.is_none()) {
            self.states.received = Some(received);
        }
    }

    fn step(&mut self, step: Step<'_>, output_losses: &mut [f64]) -> Result<(usize, f64), StepError> {
        let Self { model: Compiled { learner, metrics }, plan, states, .. } = self;
        let SessionStates { metrics: states, received, .. } = &mut **states;
        let batch = plan.batch(step.batch, step.order, received.as_ref());
        let shared = plan.shared_batch(step.batch);
        let logits = learner.logits();
        let mut update = |compared: MetricInput<'_, _>| metrics.update_unweighted(states, compared.with_logits(logits));
        let update: Metrics<'_, _> = if M::IS_EMPTY { None } else { Some(&mut update) };
        let loss = learner.train_step(&batch, shared, output_losses, update)?;
        Ok((shared.map_or(batch.rows.len(), |shared| shared.samples), loss))
    }

    fn metrics(&self, each: &mut dyn FnMut(f64)) {
        self.model.metrics.results(&self.states.metrics, each);
    }

    fn validate(&mut self, each: &mut dyn FnMut(f64)) {
        if let Some(batch) = &self.plan.validation {
            let states = (&mut self.states.validation_metrics, None);
            self.model.assess(batch, self.plan.shared_validation(), states, each);
        }
    }

    fn set_epochs(&mut self, epochs: usize) {
        self.model.learner.epochs = epochs;
    }

    fn finish(&mut self) {
        self.model.learner.finish();
    }

    fn stop_reason(&self) -> Option<&'static str> {
        self.model.learner.optimizer.stop_reason()
    }
}

impl<N, O, L, M> Compiled<N, O, L, M>
where
    N: Network,
    O: Optimizer,
    L: LossList<N::Scalar, N::Output>,
    M: MetricList<N::Scalar, N::Output, L::Targets>,
{
    /// Prepares a run, and returns its settings and its initial state.
    pub(super) fn start_run(&mut self, settings: Settings, interrupt: Option<Interrupt>, size: RunSize) -> Start {
        let callbacks = self.learner.start_run(&settings);
        let (names, losses) = (self.names(), Self::LOSSES);
        let (metrics, modes) = (self.metrics.names(N::OUTPUTS), self.metrics.modes());
        Start { settings, interrupt, size, names, losses, metrics, modes, callbacks }
    }
}

impl<N: Network, O: Optimizer, L> Learner<N, O, L> {
    /// Prepares a run, and returns the state of the callbacks.
    pub(super) fn start_run(&mut self, settings: &Settings) -> CallbackState {
        if let Some(seed) = settings.seed.filter(|_| settings.initial_epoch == 0) {
            self.rng = Rng::new(seed);
        }
        self.snapshot.start(SnapshotMode::ManySteps);
        core::mem::take(&mut self.callback_state)
    }

    /// Ends a training: averages the weights, if the optimizer does that.
    pub(super) fn finish(&mut self) {
        self.optimizer.finish(&mut self.network);
    }

    /// Calls a method of the callbacks, and sets the learning rate that it requests.
    pub(super) fn call(
        &mut self,
        event: Event,
        status: &mut Status,
        callbacks: &mut dyn Callback<N>,
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
        event.call(callbacks, &mut training).map_err(|error| TrainingError::Callback(error.into()))?;
        if let Some(learning_rate) = status.end_call() {
            self.optimizer.optimizer.config_mut().learning_rate = learning_rate.into();
        }
        Ok(())
    }
}
