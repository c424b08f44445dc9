//! The loop over epochs and batches. Not generic, so that programs don't compile it: a [`Session`] has the network.

use core::ops::Range;
use std::env;
use std::io::{self, IsTerminal, Stdout};

use mlp_core::Rng;

use super::interrupt::Interrupt;
use super::report::Report;
use super::settings::Settings;
use super::step::StepError;
use crate::callback_state::CallbackState;
use crate::callbacks::{Event, MonitorMode, Status, VisibleMetrics};
use crate::error::TrainingError;
use crate::report::{History, Progress};

/// The settings and the initial state of a run.
pub(super) struct Start {
    pub(super) settings: Settings,
    pub(super) interrupt: Option<Interrupt>,
    pub(super) size: RunSize,
    /// Names of the losses and metrics, and the number of losses among them.
    pub(super) names: Vec<String>,
    pub(super) losses: usize,
    /// Names of the metrics without the losses, and the directions in which they improve.
    pub(super) metrics: Vec<String>,
    pub(super) modes: Vec<Option<MonitorMode>>,
    /// State of the callbacks from the checkpoint that this run resumes.
    pub(super) callbacks: CallbackState,
}

/// Sizes of an epoch.
#[derive(Clone, Copy)]
pub(super) struct RunSize {
    /// Number of samples to train on.
    pub(super) samples: usize,
    pub(super) batches: usize,
    pub(super) has_validation: bool,
}

/// The network, the data and the callbacks of a run.
pub(super) trait Session {
    /// Calls a method of the callbacks, and sets the learning rate that it requests.
    fn call(&mut self, event: Event, status: &mut Status) -> Result<(), TrainingError>;
    /// Returns whether there is no callback to call after each batch.
    fn has_no_callbacks(&self) -> bool;
    /// Returns whether a callback may log metrics under names that it chooses.
    fn logs_metrics(&self) -> bool;
    /// Resets the metrics, shuffles the order of the samples if it is to be shuffled, and receives their rows.
    fn begin_epoch(&mut self, order: &mut [usize], is_shuffled: bool);
    /// Makes the step of a batch. Returns its number of samples and the sum of their losses. Adds the loss of each output to
    /// `output_losses`, if there are several.
    fn step(&mut self, batch: Step<'_>, output_losses: &mut [f64]) -> Result<(usize, f64), StepError>;
    /// Calls `each` with every metric of the epoch so far.
    fn metrics(&self, each: &mut dyn FnMut(f64));
    /// Calls `each` with the losses and metrics of the validation data.
    fn validate(&mut self, each: &mut dyn FnMut(f64));
    /// Sets the number of completed epochs.
    fn set_epochs(&mut self, epochs: usize);
    /// Ends the training.
    fn finish(&mut self);
    /// Returns why no further step can reduce the loss, if that is so.
    fn stop_reason(&self) -> Option<&'static str>;
}

/// Position of a step within a run.
#[derive(Clone, Copy)]
pub(super) struct Step<'a> {
    pub(super) epoch: usize,
    pub(super) batch: usize,
    /// Order of the samples in the epoch. Empty if it is that of the data.
    pub(super) order: &'a [usize],
}

/// A run of the loop: its settings, its progress and its history.
pub(super) struct FitRun {
    settings: Settings,
    interrupt: Option<Interrupt>,
    /// Set by `begin`.
    has_callbacks: bool,
    batches: usize,
    /// Order of the samples in the current epoch. Empty if it is that of the data.
    order: Vec<usize>,
    /// `true` if the order is shuffled before each epoch.
    is_shuffled: bool,
    /// Samples of a bootstrap. Empty if every sample is used once.
    bootstrap: Vec<usize>,
    report: Report,
    progress: Progress<Stdout>,
}

/// Makes all epochs, and returns their history.
pub(super) fn run(start: Start, session: &mut dyn Session) -> Result<History, TrainingError> {
    let mut run = FitRun::new(start);
    run.begin(session)?;
    for epoch in run.epochs() {
        run.begin_epoch(epoch, session)?;
        for batch in 0..run.batches {
            run.step(epoch, batch, session)?;
            if run.is_stopping() {
                break;
            }
        }
        run.end_epoch(epoch, session)?;
        if run.is_done(session) {
            break;
        }
    }
    run.finish(session)
}

impl FitRun {
    pub(super) fn new(start: Start) -> Self {
        let Start { settings, interrupt, size, names, losses, metrics, modes, callbacks } = start;
        let RunSize { samples, batches, has_validation } = size;
        let epochs = settings.initial_epoch..settings.epochs;
        let is_shuffled = settings.shuffle && batches > 1;
        let bootstrap = settings.bootstrap.map_or_else(Vec::new, |seed| {
            let mut rng = Rng::new(seed);
            (0..samples).map(|_| rng.below(samples)).collect()
        });
        let stdout = io::stdout();
        // The number was checked.
        let verbose = settings.verbose.clone().unwrap_or_default();
        let is_terminal = stdout.is_terminal();
        let progress = Progress::new(stdout, verbose, is_terminal, settings.epochs, batches)
            .screen(settings.screen)
            .colored(is_terminal && env::var_os("NO_COLOR").is_none());
        let mut status = Status::new(names, has_validation, epochs, batches);
        status.set_modes(metrics, modes);
        if settings.initial_epoch > 0 {
            status.restore_state(callbacks);
        }
        Self {
            order: if is_shuffled { (0..samples).collect() } else { bootstrap.clone() },
            is_shuffled,
            bootstrap,
            report: Report::new(status, losses),
            progress,
            settings,
            interrupt,
            has_callbacks: false,
            batches,
        }
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) fn epochs(&self) -> Range<usize> {
        self.settings.initial_epoch..self.settings.epochs
    }

    /// Begins the training.
    pub(super) fn begin(&mut self, session: &mut dyn Session) -> Result<(), TrainingError> {
        self.has_callbacks = !session.has_no_callbacks();
        self.report.status.set_expects_logs(session.logs_metrics());
        self.call(Event::TrainBegin, session)
    }

    /// Calls a method of the callbacks, if there are any.
    fn call(&mut self, event: Event, session: &mut dyn Session) -> Result<(), TrainingError> {
        if self.has_callbacks { session.call(event, &mut self.report.status) } else { Ok(()) }
    }

    pub(super) fn begin_epoch(&mut self, epoch: usize, session: &mut dyn Session) -> Result<(), TrainingError> {
        self.progress.begin_epoch(epoch + 1);
        self.report.begin_epoch(epoch);
        self.reset_order();
        session.begin_epoch(&mut self.order, self.is_shuffled);
        self.call(Event::EpochBegin, session)?;
        self.print_lines();
        Ok(())
    }

    /// Makes the step of a batch, and calls the callbacks before and after it.
    pub(super) fn step(&mut self, epoch: usize, batch: usize, session: &mut dyn Session) -> Result<(), TrainingError> {
        self.report.status.begin_batch(batch);
        self.call(Event::BatchBegin, session)?;
        let Self { order, report, progress, .. } = self;
        match session.step(Step { epoch, batch, order }, report.output_losses()) {
            Ok((samples, loss)) => report.add(samples, loss),
            Err(StepError::Option(error)) => return Err(error.into()),
            Err(StepError::Diverged { loss }) => return self.diverge(loss, session),
        }
        progress.step(batch + 1, report.update(|each| session.metrics(each)));
        self.call(Event::BatchEnd, session)?;
        self.print_lines();
        if self.is_interrupted() {
            self.report.status.stop();
        }
        Ok(())
    }

    /// Returns an error, unless a callback ends the training.
    fn diverge(&mut self, loss: f64, session: &mut dyn Session) -> Result<(), TrainingError> {
        self.report.diverge();
        self.call(Event::Diverged, session)?;
        let status = &self.report.status;
        if status.is_stopping() {
            return Ok(());
        }
        Err(TrainingError::Diverged { epoch: status.epoch() + 1, batch: status.batch() + 1, loss })
    }

    /// Validates, calls the callbacks and records the metrics, unless the epoch has diverged.
    pub(super) fn end_epoch(&mut self, epoch: usize, session: &mut dyn Session) -> Result<(), TrainingError> {
        if !self.report.has_diverged() {
            self.report.status.show(VisibleMetrics::TrainingAndLogged);
            if self.report.status.has_validation() && (epoch + 1).is_multiple_of(self.settings.validation_freq) {
                self.report.validate(|each| session.validate(each));
            }
            session.set_epochs(epoch + 1);
            self.call(Event::EpochEnd, session)?;
            self.report.status.print(&mut |metrics| self.progress.end_epoch(metrics));
            self.report.end_epoch();
        }
        self.print_lines();
        Ok(())
    }

    /// Sets the number of batches of an epoch, `None` if it is unknown until the epoch ends.
    pub(super) fn set_batches(&mut self, batches: Option<usize>) {
        self.progress.set_steps(batches);
        self.report.status.set_batches(batches.unwrap_or(0));
    }

    /// Returns whether a callback or Ctrl-C ends the training.
    pub(super) fn is_stopping(&self) -> bool {
        self.report.status.is_stopping()
    }

    /// Returns whether the training ends after this epoch.
    pub(super) fn is_done(&self, session: &dyn Session) -> bool {
        self.is_stopping() || session.stop_reason().is_some()
    }

    /// Ends the training, and returns its history.
    pub(super) fn finish(mut self, session: &mut dyn Session) -> Result<History, TrainingError> {
        session.finish();
        self.progress.flush();
        self.call(Event::TrainEnd, session)?;
        self.print_lines();
        let is_interrupted = self.is_interrupted();
        Ok(self.report.into_history(is_interrupted, session.stop_reason()))
    }

    /// Restores the order of the data, so that a shuffle of it does not depend on the epochs before.
    fn reset_order(&mut self) {
        if self.bootstrap.is_empty() {
            self.order.iter_mut().enumerate().for_each(|(position, row)| *row = position);
        } else {
            self.order.copy_from_slice(&self.bootstrap);
        }
    }

    /// Prints the lines that callbacks have printed since the last call.
    fn print_lines(&mut self) {
        if self.report.status.has_lines() {
            self.progress.print_lines(&self.report.status.take_lines());
        }
    }

    fn is_interrupted(&self) -> bool {
        self.interrupt.as_ref().is_some_and(Interrupt::is_pressed)
    }
}
