use crate::callback_state::CallbackState;
use crate::metrics::MonitorMode;
use core::fmt::{self, Write};
use core::mem;
use core::ops::Range;

/// Prints names and values of metrics.
type Print<'a> = dyn FnMut(&[(String, f64)]) + 'a;

/// The progress of a training, as callbacks and closures see it: epoch, batch, metrics, learning rate.
///
/// ```
/// # mod mlp { pub use mlp_train::Fit; }
/// use mlp::Fit;
///
/// let fit = Fit::new().epochs(1000).on_epoch_end(|status| {
///     if status.get("val_loss").is_some_and(|loss| loss < 1e-4) {
///         status.stop();
///     }
/// });
/// # let _ = fit;
/// ```
#[derive(Clone, Debug)]
pub struct Status {
    epoch: usize,
    batch: usize,
    epochs: usize,
    batches: usize,
    /// First those of training, then those of validation, then those that callbacks log.
    metrics: Vec<(String, f64)>,
    /// Number of metrics of training.
    training: usize,
    /// Number of metrics of validation.
    validation: usize,
    visible: VisibleMetrics,
    learning_rate: f64,
    requested_learning_rate: Option<f64>,
    is_stopping: bool,
    /// Lines to print.
    lines: String,
    /// Directions in which metrics of training improve, by their names.
    modes: Vec<(String, Option<MonitorMode>)>,
    /// Epoch whose weights a callback has restored.
    restored_epoch: Option<usize>,
    /// `true` if a callback may log further metrics.
    expects_logs: bool,
    /// State of the callbacks.
    pub(super) state: CallbackState,
}

/// The metrics that have a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum VisibleMetrics {
    /// Those of training: within an epoch.
    Training,
    /// Those of training and those that callbacks log: after an epoch without validation.
    TrainingAndLogged,
    /// All: after an epoch with validation.
    All,
}

impl Status {
    /// Creates the status before the first of `epochs`, each of `batches` batches.
    pub(crate) fn new(names: Vec<String>, has_validation: bool, epochs: Range<usize>, batches: usize) -> Self {
        let training = names.len();
        let validation: Vec<_> = names.iter().filter(|_| has_validation).map(|name| format!("val_{name}")).collect();
        Self {
            epoch: epochs.start,
            batch: 0,
            epochs: epochs.end,
            batches,
            training,
            validation: validation.len(),
            metrics: names.into_iter().chain(validation).map(|name| (name, f64::NAN)).collect(),
            visible: VisibleMetrics::Training,
            learning_rate: f64::NAN,
            requested_learning_rate: None,
            is_stopping: false,
            lines: String::new(),
            modes: Vec::new(),
            restored_epoch: None,
            expects_logs: false,
            state: CallbackState::default(),
        }
    }

    /// Sets the directions in which metrics improve, by their names without `val_`.
    pub(crate) fn set_modes(&mut self, names: Vec<String>, modes: Vec<Option<MonitorMode>>) {
        self.modes = names.into_iter().zip(modes).collect();
    }

    /// Records that the network has the weights of an epoch, 0-based. The history has it, and a picture of it marks it.
    pub fn set_restored_epoch(&mut self, epoch: usize) {
        self.restored_epoch = Some(epoch);
    }

    /// Returns the epoch whose weights a callback has restored.
    pub(crate) fn restored_epoch(&self) -> Option<usize> {
        self.restored_epoch
    }

    /// Sets whether a callback may log metrics that have no name yet.
    pub(crate) fn set_expects_logs(&mut self, expects_logs: bool) {
        self.expects_logs = expects_logs;
    }

    /// Returns whether a callback may log metrics that have no name yet.
    pub(super) fn expects_logs(&self) -> bool {
        self.expects_logs
    }

    /// Returns the direction in which a metric improves, if it is known: losses do not rise.
    pub(super) fn mode(&self, name: &str) -> Option<MonitorMode> {
        let name = name.strip_prefix("val_").unwrap_or(name);
        match self.modes.iter().find(|(known, _)| known == name) {
            Some((_, mode)) => *mode,
            None => name.ends_with("loss").then_some(MonitorMode::Min),
        }
    }

    /// Returns the epoch, 0-based as in Keras's callbacks.
    pub fn epoch(&self) -> usize {
        self.epoch
    }

    /// Returns the number of epochs after which the training ends.
    pub fn epochs(&self) -> usize {
        self.epochs
    }

    /// Returns the batch within the epoch, 0-based.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Sets the number of batches of an epoch, once the first epoch of a stream has ended.
    pub(crate) fn set_batches(&mut self, batches: usize) {
        self.batches = batches;
    }

    /// Returns the number of batches of an epoch; 0 in the first epoch of a stream, whose length is unknown.
    pub fn batches(&self) -> usize {
        self.batches
    }

    /// Returns the names and values of all metrics that have a value now: `loss`, the metrics, and after an epoch `val_loss`
    /// and so on. Keras: `logs`.
    pub fn logs(&self) -> impl Iterator<Item = (&str, f64)> {
        let visible = self.metrics.iter().enumerate().filter(|&(position, _)| self.is_visible(position));
        visible.map(|(_, (name, value))| (name.as_str(), *value))
    }

    /// Returns the value of a metric: `status.get("val_loss")`. `None` if it has none now, as in an epoch without validation.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.logs().find(|&(known, _)| known == name).map(|(_, value)| value)
    }

    /// Returns the names of all metrics, including those without a value now.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.metrics.iter().map(|(name, _)| name.as_str())
    }

    /// Sets a metric of the epoch, new or existing. It is in the progress line and in the history.
    pub fn log(&mut self, name: &str, value: f64) {
        match self.metrics.iter_mut().find(|(known, _)| known == name) {
            Some((_, metric)) => *metric = value,
            None => self.metrics.push((name.to_owned(), value)),
        }
    }

    /// Returns the optimizer's learning rate for the next step.
    pub fn learning_rate(&self) -> f64 {
        self.requested_learning_rate.unwrap_or(self.learning_rate)
    }

    /// Returns the learning rate that a callback has requested in this call.
    pub(crate) fn requested_learning_rate(&self) -> Option<f64> {
        self.requested_learning_rate
    }

    /// Sets the optimizer's learning rate. It replaces a schedule.
    pub fn set_learning_rate(&mut self, learning_rate: f64) {
        self.requested_learning_rate = Some(learning_rate);
    }

    /// Sets a value of a callback's state, which checkpoints hold: `status.set_state("MyCallback:wait", 3.0)`.
    pub fn set_state(&mut self, name: &str, value: f64) {
        self.state.set(name, value);
    }

    /// Returns a value of a callback's state. In `on_train_begin`, it is that of the checkpoint that the training resumes.
    pub fn state(&self, name: &str) -> Option<f64> {
        self.state.get(name)
    }

    /// Ends the training after the current batch or epoch. Keras: `stop_training = True`.
    pub fn stop(&mut self) {
        self.is_stopping = true;
    }

    /// Returns whether [`stop`](Self::stop) was called.
    pub fn is_stopping(&self) -> bool {
        self.is_stopping
    }

    /// Prints a line without disturbing the progress bar, even with `Verbose::Silent`.
    pub fn print_line(&mut self, line: impl fmt::Display) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(self.lines, "{line}");
    }

    /// Returns whether there are lines to print.
    pub(crate) fn has_lines(&self) -> bool {
        !self.lines.is_empty()
    }

    /// Returns the lines to print, and removes them.
    pub(crate) fn take_lines(&mut self) -> String {
        mem::take(&mut self.lines)
    }

    fn is_visible(&self, position: usize) -> bool {
        match self.visible {
            VisibleMetrics::Training => position < self.training,
            VisibleMetrics::TrainingAndLogged => !self.validation_range().contains(&position),
            VisibleMetrics::All => true,
        }
    }

    pub(crate) fn has_validation(&self) -> bool {
        self.validation > 0
    }

    fn validation_range(&self) -> Range<usize> {
        self.training..self.training + self.validation
    }

    pub(crate) fn begin_epoch(&mut self, epoch: usize) {
        self.epoch = epoch;
        self.visible = VisibleMetrics::Training;
    }

    pub(crate) fn begin_batch(&mut self, batch: usize) {
        self.batch = batch;
    }

    pub(crate) fn show(&mut self, visible: VisibleMetrics) {
        self.visible = visible;
    }

    pub(crate) fn training_metrics(&mut self) -> &mut [(String, f64)] {
        &mut self.metrics[..self.training]
    }

    pub(crate) fn validation_metrics(&mut self) -> &mut [(String, f64)] {
        let range = self.validation_range();
        &mut self.metrics[range]
    }

    pub(crate) fn metrics(&self) -> &[(String, f64)] {
        &self.metrics
    }

    /// Calls `print` with the metrics that have a value after the epoch.
    // Not generic, so that programs don't compile it.
    pub(crate) fn print(&mut self, print: &mut Print<'_>) {
        if self.visible != VisibleMetrics::TrainingAndLogged {
            return print(&self.metrics);
        }
        let Range { start, .. } = self.validation_range();
        self.metrics[start..].rotate_left(self.validation);
        print(&self.metrics[..self.metrics.len() - self.validation]);
        self.metrics[start..].rotate_right(self.validation);
    }

    /// Replaces the state of all callbacks by that of a checkpoint.
    pub(crate) fn restore_state(&mut self, state: CallbackState) {
        self.state = state;
    }

    pub(crate) fn begin_call(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
    }

    /// Returns the learning rate that a callback has requested.
    pub(crate) fn end_call(&mut self) -> Option<f64> {
        self.requested_learning_rate.take()
    }
}
