use super::{Callback, CallbackResult, Training};
use crate::layers::Layer;

/// Sets the learning rate before every epoch: `LearningRateScheduler::new(|epoch, rate| if epoch < 10 { rate } else { 0.9 *
/// rate })`. Keras: `LearningRateScheduler`.
///
/// Epochs are counted from 0, and the closure is given the learning rate that holds. It is reported as `learning_rate`. For one
/// that changes with every step, give the optimizer a [`Schedule`](crate::optimizers::Schedule).
#[derive(Clone, Debug)]
pub struct LearningRateScheduler<F> {
    schedule: F,
    verbose: bool,
}

/// A learning rate that is NaN, infinite or negative.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("the learning rate scheduled for epoch {epoch} is {rate}")]
struct BadLearningRate {
    epoch: usize,
    rate: f64,
}

impl<F: FnMut(usize, f64) -> f64> LearningRateScheduler<F> {
    /// From a function of the epoch and of the learning rate before it.
    pub fn new(schedule: F) -> Self {
        Self { schedule, verbose: false }
    }
    /// Whether it says the learning rate of each epoch.
    #[must_use]
    pub fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }
}

impl<N: Layer, F: FnMut(usize, f64) -> f64> Callback<N> for LearningRateScheduler<F> {
    fn on_epoch_begin(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        let epoch = training.epoch();
        let rate = (self.schedule)(epoch, training.learning_rate());
        if !(rate.is_finite() && rate >= 0.0) {
            return Err(BadLearningRate { epoch, rate }.into());
        }
        training.set_learning_rate(rate);
        if self.verbose {
            let epoch = epoch + 1;
            training.say(format_args!("Epoch {epoch}: LearningRateScheduler setting learning rate to {rate:?}."));
        }
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        let rate = training.learning_rate();
        training.log("learning_rate", rate);
        Ok(())
    }
}
