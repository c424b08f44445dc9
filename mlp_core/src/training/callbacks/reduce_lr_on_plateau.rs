use super::monitor::{Monitor, MonitorMode};
use super::{Callback, CallbackResult, Status, Training};
use crate::layers::Layer;

/// Multiplies the learning rate by a factor when a figure has stopped to improve. Keras: `ReduceLrOnPlateau`.
///
/// `ReduceLrOnPlateau::new("val_loss").factor(0.5).patience(5)`
///
/// The learning rate is reported as `learning_rate`. A schedule is replaced by the reduced learning rate. A training that goes on
/// from a checkpoint goes on waiting.
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

/// A factor that does not reduce.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("the factor of ReduceLrOnPlateau must be above 0 and below 1, not {0}")]
struct BadFactor(f64);

const NAME: &str = "ReduceLrOnPlateau";

impl ReduceLrOnPlateau {
    /// Watches this figure, with Keras's defaults: a tenth of the learning rate after 10 epochs without an improvement of more
    /// than 0.0001. That it is to become small or large is guessed from its name.
    pub fn new(monitor: &str) -> Self {
        let monitor = Monitor { min_delta: 1e-4, ..Monitor::new(monitor) };
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
    /// What the learning rate is multiplied by.
    #[must_use]
    pub fn factor(self, factor: f64) -> Self {
        Self { factor, ..self }
    }
    /// After how many epochs without improvement.
    #[must_use]
    pub fn patience(self, patience: usize) -> Self {
        Self { patience, ..self }
    }
    /// How many epochs after a reduction do not count.
    #[must_use]
    pub fn cooldown(self, cooldown: usize) -> Self {
        Self { cooldown, ..self }
    }
    /// The learning rate never becomes smaller than this.
    #[must_use]
    pub fn min_lr(self, min_lr: f64) -> Self {
        Self { min_lr, ..self }
    }
    /// Whether it says each new learning rate.
    #[must_use]
    pub fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
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

    fn reduce(&self, status: &mut Status, rate: f64) {
        status.set_learning_rate(rate);
        if self.verbose {
            let epoch = status.epoch() + 1;
            status.say(format_args!("Epoch {epoch}: ReduceLrOnPlateau reducing learning rate to {rate:?}."));
        }
    }
}

impl<N: Layer> Callback<N> for ReduceLrOnPlateau {
    fn on_train_begin(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        self.monitor.check(NAME, training)?;
        if !(self.factor > 0.0 && self.factor < 1.0) {
            return Err(BadFactor(self.factor).into());
        }
        [self.wait, self.cooldown_counter] = self.monitor.recall(NAME, training, ["wait", "cooldown"]);
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        let learning_rate = training.learning_rate();
        training.log("learning_rate", learning_rate);
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
        self.monitor.remember(training, &[self.wait, self.cooldown_counter]);
        Ok(())
    }
}
