use core::any::Any;

use super::monitor::Monitor;
use super::{Callback, CallbackResult, Training};
use crate::metrics::MonitorMode;
use mlp_core::layers::Module;

/// Stops training when a monitored metric has stopped improving. Keras: `EarlyStopping`.
///
/// An epoch without the metric, such as one without validation, does not count. A training that resumes a checkpoint continues
/// to wait, unless `restore_best_weights` is set: checkpoints do not hold the best weights, so it starts to wait anew.
///
/// ```
/// # mod mlp { pub use mlp_train::{EarlyStopping, Fit}; }
/// use mlp::{EarlyStopping, Fit};
///
/// # let (x, y) = ([[0.0]], [[0.0]]);
/// let mut stopping = EarlyStopping::new("val_loss").patience(10).restore_best_weights(true);
/// let fit = Fit::new().epochs(1000).validation_data(&x, &y).callback(&mut stopping);
/// # let _ = fit;
/// ```
#[derive(Debug)]
pub struct EarlyStopping {
    monitor: Monitor,
    patience: usize,
    baseline: Option<f64>,
    restore_best_weights: bool,
    start_from_epoch: usize,
    verbose: bool,
    wait: usize,
    stopped_epoch: Option<usize>,
    best_epoch: usize,
    /// Parameters of a network whose type only the training knows.
    best_weights: Option<Box<dyn Any + Send>>,
}

const NAME: &str = "EarlyStopping";

impl EarlyStopping {
    /// Creates a callback that monitors this metric, such as `"val_loss"`. The mode is that of the metric.
    pub fn new(monitor: &str) -> Self {
        Self {
            monitor: Monitor::new(monitor),
            patience: 0,
            baseline: None,
            restore_best_weights: false,
            start_from_epoch: 0,
            verbose: false,
            wait: 0,
            stopped_epoch: None,
            best_epoch: 0,
            best_weights: None,
        }
    }
    /// Sets the number of epochs without improvement after which training stops. Defaults to 0.
    #[must_use]
    pub fn patience(self, patience: usize) -> Self {
        Self { patience, ..self }
    }
    /// Sets the minimum change that counts as an improvement. Defaults to 0.
    #[must_use]
    pub fn min_delta(mut self, min_delta: f64) -> Self {
        self.monitor.min_delta = min_delta.abs();
        self
    }
    /// Sets the direction in which the metric improves. Defaults to that of the metric.
    #[must_use]
    pub fn mode(mut self, mode: MonitorMode) -> Self {
        self.monitor.mode = Some(mode);
        self
    }
    /// Sets a value that the metric must surpass for an improvement to count. Defaults to none.
    #[must_use]
    pub fn baseline(self, baseline: f64) -> Self {
        Self { baseline: Some(baseline), ..self }
    }
    /// Sets whether to restore the weights of the best epoch when training ends, for whatever reason. Defaults to `false`.
    #[must_use]
    pub fn restore_best_weights(self, restore_best_weights: bool) -> Self {
        Self { restore_best_weights, ..self }
    }
    /// Sets the first epoch that counts, 0-based. Defaults to 0.
    #[must_use]
    pub fn start_from_epoch(self, start_from_epoch: usize) -> Self {
        Self { start_from_epoch, ..self }
    }
    /// Sets whether to print when training stops, and which weights are restored. Defaults to `false`.
    #[must_use]
    pub fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }

    /// Returns the epoch, 0-based, after which this callback has stopped the training.
    pub fn stopped_epoch(&self) -> Option<usize> {
        self.stopped_epoch
    }
    /// Returns the epoch with the best value, 0-based.
    pub fn best_epoch(&self) -> usize {
        self.best_epoch
    }
    /// Returns the best value.
    pub fn best(&self) -> Option<f64> {
        self.monitor.best
    }

    /// Keeps the epoch and, if they are to be restored, the weights as the best ones.
    fn keep_best<N: Module>(&mut self, training: &Training<'_, N>) {
        self.best_epoch = training.epoch();
        if !self.restore_best_weights {
            return;
        }
        let weights = training.network.as_slice();
        let kept = self.best_weights.as_mut().and_then(|kept| kept.downcast_mut::<Vec<N::Scalar>>());
        match kept.filter(|kept| kept.len() == weights.len()) {
            Some(kept) => kept.copy_from_slice(weights),
            None => self.best_weights = Some(Box::new(weights.to_vec())),
        }
    }
}

impl<N: Module> Callback<N> for EarlyStopping {
    fn on_train_begin(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        self.monitor.check(NAME, training)?;
        self.best_weights = None;
        self.stopped_epoch = None;
        [self.wait, self.best_epoch] = self.monitor.restore(NAME, training, ["wait", "best_epoch"]);
        if self.restore_best_weights {
            self.monitor.best = None;
            self.wait = 0;
            self.best_epoch = 0;
        }
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        self.monitor.check_logged(NAME, training)?;
        let epoch = training.epoch();
        let Some(current) = training.get(&self.monitor.name).filter(|_| epoch >= self.start_from_epoch) else {
            return Ok(());
        };
        if self.restore_best_weights && self.best_weights.is_none() {
            self.keep_best(training);
        }
        self.wait += 1;
        if self.monitor.improve(current) {
            self.keep_best(training);
            if self.baseline.is_none_or(|baseline| self.monitor.is_better(current, baseline)) {
                self.wait = 0;
            }
        } else if self.wait >= self.patience && epoch > 0 {
            self.stopped_epoch = Some(epoch);
            training.stop();
        }
        self.monitor.save(training, &[self.wait, self.best_epoch]);
        Ok(())
    }

    fn on_train_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        if let Some(epoch) = self.stopped_epoch.filter(|_| self.verbose) {
            training.print_line(format_args!("Epoch {}: early stopping", epoch + 1));
        }
        if let Some(weights) = self.best_weights.as_ref().and_then(|kept| kept.downcast_ref::<Vec<N::Scalar>>()) {
            training.network.as_mut_slice().copy_from_slice(weights);
            training.status.set_restored_epoch(self.best_epoch);
            if self.verbose {
                let best = self.best_epoch + 1;
                training.print_line(format_args!("Restoring model weights from the end of the best epoch: {best}."));
            }
        }
        Ok(())
    }

    fn logs_metrics(&self) -> bool {
        false
    }
}
