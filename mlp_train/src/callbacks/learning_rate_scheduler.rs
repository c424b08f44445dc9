use super::{Callback, CallbackResult, Training};
use mlp_core::layers::Module;

/// Sets the learning rate before every epoch. Keras: `LearningRateScheduler`.
///
/// The closure expects the epoch, 0-based, and the current learning rate. The learning rate is reported as
/// `learning_rate`. For a learning rate that changes with every step, pass a
/// [`Schedule`](mlp_core::optimizers::Schedule) to the optimizer.
///
/// ```
/// # mod mlp { pub use mlp_train::{Fit, LearningRateScheduler}; }
/// use mlp::{Fit, LearningRateScheduler};
///
/// let schedule = LearningRateScheduler::new(|epoch, rate| if epoch < 10 { rate } else { 0.9 * rate });
/// let fit = Fit::new().epochs(30).callback(schedule);
/// # let _ = fit;
/// ```
#[derive(Clone, Debug)]
pub struct LearningRateScheduler<F> {
    schedule: F,
    verbose: bool,
}

/// A learning rate that is NaN, infinite or negative.
#[derive(Clone, Copy, PartialEq, thiserror::Error)]
#[error("the learning rate scheduled for epoch {epoch} is {rate}: expected a finite value of at least 0")]
struct InvalidLearningRate {
    epoch: usize,
    rate: f64,
}

mlp_core::debug_as_display!(InvalidLearningRate);

impl<F: FnMut(usize, f64) -> f64> LearningRateScheduler<F> {
    /// Creates a scheduler from a function of the epoch and the current learning rate.
    pub fn new(schedule: F) -> Self {
        Self { schedule, verbose: false }
    }
    /// Sets whether to print the learning rate of each epoch. Defaults to `false`.
    #[must_use]
    pub fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }
}

impl<N: Module, F: FnMut(usize, f64) -> f64> Callback<N> for LearningRateScheduler<F> {
    fn on_epoch_begin(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        let epoch = training.epoch();
        let rate = (self.schedule)(epoch, training.learning_rate());
        if !(rate.is_finite() && rate >= 0.0) {
            return Err(InvalidLearningRate { epoch, rate }.into());
        }
        training.set_learning_rate(rate);
        if self.verbose {
            let epoch = epoch + 1;
            training
                .print_line(format_args!("Epoch {epoch}: LearningRateScheduler setting learning rate to {rate:?}."));
        }
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        let rate = training.learning_rate();
        training.log("learning_rate", rate);
        Ok(())
    }

    fn logs_metrics(&self) -> bool {
        false
    }
}
