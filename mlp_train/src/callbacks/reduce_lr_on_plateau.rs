use super::monitor::Monitor;
use super::{Callback, CallbackResult, Status, Training};
use crate::metrics::MonitorMode;
use mlp_core::layers::Module;

/// Reduces the learning rate when a monitored metric has stopped improving. Keras: `ReduceLROnPlateau`.
///
/// The learning rate is reported as `learning_rate`. The reduced learning rate replaces a schedule. A training that resumes a
/// checkpoint continues to wait.
///
/// Defaults, as in Keras: a tenth of the learning rate after 10 epochs without an improvement of more than 0.0001.
///
/// ```
/// # mod mlp { pub use mlp_train::{Fit, ReduceLrOnPlateau}; }
/// use mlp::{Fit, ReduceLrOnPlateau};
///
/// let fit = Fit::new().epochs(100).callback(ReduceLrOnPlateau::new("val_loss").factor(0.5).patience(5));
/// # let _ = fit;
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ReduceLrOnPlateau {
    monitor: Monitor,
    factor: f64,
    patience: usize,
    cooldown: usize,
    min_lr: f64,
    verbose: bool,
    wait: usize,
    cooldown_counter: usize,
}

/// A factor that does not reduce the learning rate.
#[derive(Clone, Copy, PartialEq, thiserror::Error)]
#[error("expected a factor of ReduceLrOnPlateau above 0 and below 1, found {0}")]
struct InvalidFactor(f64);

mlp_core::debug_as_display!(InvalidFactor);

const NAME: &str = "ReduceLrOnPlateau";

impl ReduceLrOnPlateau {
    /// Creates a callback that monitors this metric. The mode is that of the metric.
    pub fn new(monitor: &str) -> Self {
        let mut monitor = Monitor::new(monitor);
        monitor.min_delta = 1e-4;
        Self {
            monitor,
            factor: 0.1,
            patience: 10,
            cooldown: 0,
            min_lr: 0.0,
            verbose: false,
            wait: 0,
            cooldown_counter: 0,
        }
    }
    /// Sets the factor of the learning rate, above 0 and below 1. Defaults to 0.1.
    #[must_use]
    pub fn factor(self, factor: f64) -> Self {
        Self { factor, ..self }
    }
    /// Sets the number of epochs without improvement before a reduction. Defaults to 10.
    #[must_use]
    pub fn patience(self, patience: usize) -> Self {
        Self { patience, ..self }
    }
    /// Sets the number of epochs after a reduction that do not count. Defaults to 0.
    #[must_use]
    pub fn cooldown(self, cooldown: usize) -> Self {
        Self { cooldown, ..self }
    }
    /// Sets the minimum learning rate. Defaults to 0.
    #[must_use]
    pub fn min_lr(self, min_lr: f64) -> Self {
        Self { min_lr, ..self }
    }
    /// Sets whether to print each new learning rate. Defaults to `false`.
    #[must_use]
    pub fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }
    /// Sets the minimum change that counts as an improvement. Defaults to 0.0001.
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

    fn reduce(&self, status: &mut Status, rate: f64) {
        status.set_learning_rate(rate);
        if self.verbose {
            let epoch = status.epoch() + 1;
            // Keras's spelling, as for all lines on the screen.
            status.print_line(format_args!("Epoch {epoch}: ReduceLROnPlateau reducing learning rate to {rate:?}."));
        }
    }
}

impl<N: Module> Callback<N> for ReduceLrOnPlateau {
    fn on_train_begin(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        self.monitor.check(NAME, training)?;
        if !(self.factor > 0.0 && self.factor < 1.0) {
            return Err(InvalidFactor(self.factor).into());
        }
        [self.wait, self.cooldown_counter] = self.monitor.restore(NAME, training, ["wait", "cooldown"]);
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        let learning_rate = training.learning_rate();
        training.log("learning_rate", learning_rate);
        self.monitor.check_logged(NAME, training)?;
        let Some(current) = training.get(&self.monitor.name) else { return Ok(()) };
        if self.cooldown_counter > 0 {
            self.cooldown_counter -= 1;
            self.wait = 0;
        }
        if self.monitor.improve(current) {
            self.wait = 0;
        } else if self.cooldown_counter == 0 {
            self.wait += 1;
            if self.wait >= self.patience && learning_rate > self.min_lr {
                self.reduce(training, (learning_rate * self.factor).max(self.min_lr));
                self.cooldown_counter = self.cooldown;
                self.wait = 0;
            }
        }
        self.monitor.save(training, &[self.wait, self.cooldown_counter]);
        Ok(())
    }

    fn logs_metrics(&self) -> bool {
        false
    }
}
