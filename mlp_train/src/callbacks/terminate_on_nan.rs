use super::{Callback, CallbackResult, Training};
use mlp_core::layers::Module;

/// Stops training when the loss becomes NaN or infinite. `fit` then returns a history instead of an error. Keras:
/// `TerminateOnNaN`.
///
/// Without it, `fit` returns [`TrainingError::Diverged`](crate::TrainingError::Diverged). In both cases the network
/// has the weights before the last good step; Keras keeps those that produced NaN. The history holds the epochs before. As in
/// Keras, a line is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TerminateOnNan;

impl<N: Module> Callback<N> for TerminateOnNan {
    fn on_diverged(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        let batch = training.batch();
        training.print_line(format_args!("Batch {batch}: Invalid loss, terminating training"));
        training.stop();
        Ok(())
    }

    fn logs_metrics(&self) -> bool {
        false
    }
}
