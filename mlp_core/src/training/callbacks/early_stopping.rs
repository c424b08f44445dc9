use core::any::Any;

use super::monitor::{Monitor, MonitorMode};
use super::{Callback, CallbackResult, Training};
use crate::layers::Layer;

/// Ends the training when a figure has stopped to improve. Keras: `EarlyStopping`.
///
/// `EarlyStopping::new("val_loss").patience(10).restore_best_weights(true)`
///
/// An epoch without the figure, as one without validation, does not count. A training that goes on from a checkpoint goes on
/// waiting, unless `restore_best_weights` is set: the best weights are not in a checkpoint, so it begins to wait anew.
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
    // The parameters of a network whose type is only known in training.
    best_weights: Option<Box<dyn Any + Send>>,
}

const NAME: &str = "EarlyStopping";

impl EarlyStopping {
    /// Watches this figure: `"val_loss"`. That it is to become small or large is guessed from its name.
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
    /// After how many epochs without improvement training ends.
    #[must_use]
    pub fn patience(self, patience: usize) -> Self {
        Self { patience, ..self }
    }
    /// What improves by no more than this does not improve.
    #[must_use]
    pub fn min_delta(mut self, min_delta: f64) -> Self {
        self.monitor.min_delta = min_delta.abs();
        self
    }
    /// Whether the figure is to become small or large.
    #[must_use]
    pub fn mode(mut self, mode: MonitorMode) -> Self {
        self.monitor.mode = mode;
        self
    }
    /// What must be surpassed for an improvement to count.
    #[must_use]
    pub fn baseline(self, baseline: f64) -> Self {
        Self { baseline: Some(baseline), ..self }
    }
    /// Whether the network has the weights of the best epoch when training ends, whyever it ends.
    #[must_use]
    pub fn restore_best_weights(self, restore_best_weights: bool) -> Self {
        Self { restore_best_weights, ..self }
    }
    /// The first epoch that counts, from 0.
    #[must_use]
    pub fn start_from_epoch(self, start_from_epoch: usize) -> Self {
        Self { start_from_epoch, ..self }
    }
    /// Whether it says when it has ended the training and which weights it restores.
    #[must_use]
    pub fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }

    /// The epoch, counted from 0, after which this callback has ended the training.
    pub fn stopped_epoch(&self) -> Option<usize> {
        self.stopped_epoch
    }
    /// The epoch with the best figure, counted from 0.
    pub fn best_epoch(&self) -> usize {
        self.best_epoch
    }
    /// The best figure.
    pub fn best(&self) -> Option<f64> {
        self.monitor.best
    }

    fn remember<N: Layer>(&mut self, training: &Training<'_, N>) {
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

impl<N: Layer> Callback<N> for EarlyStopping {
    fn on_train_begin(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        self.monitor.check(NAME, training)?;
        (self.best_weights, self.stopped_epoch) = (None, None);
        [self.wait, self.best_epoch] = self.monitor.recall(NAME, training, ["wait", "best_epoch"]);
        if self.restore_best_weights {
            (self.monitor.best, self.wait, self.best_epoch) = (None, 0, 0);
        }
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        let epoch = training.epoch();
        let Some(current) = training.get(&self.monitor.name).filter(|_| epoch >= self.start_from_epoch) else {
            return Ok(());
        };
        if self.restore_best_weights && self.best_weights.is_none() {
            self.remember(training);
        }
        self.wait += 1;
        if self.monitor.improve(current) {
            self.remember(training);
            if self.baseline.is_none_or(|baseline| self.monitor.is_better(current, baseline)) {
                self.wait = 0;
            }
        } else if self.wait >= self.patience && epoch > 0 {
            self.stopped_epoch = Some(epoch);
            training.stop();
        }
        self.monitor.remember(training, &[self.wait, self.best_epoch]);
        Ok(())
    }

    fn on_train_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        if let Some(epoch) = self.stopped_epoch.filter(|_| self.verbose) {
            training.say(format_args!("Epoch {}: early stopping", epoch + 1));
        }
        if let Some(weights) = self.best_weights.as_ref().and_then(|kept| kept.downcast_ref::<Vec<N::Scalar>>()) {
            training.network.as_mut_slice().copy_from_slice(weights);
            if self.verbose {
                let best = self.best_epoch + 1;
                training.say(format_args!("Restoring model weights from the end of the best epoch: {best}."));
            }
        }
        Ok(())
    }
}
