use super::{Callback, CallbackResult, Training};
use crate::layers::Layer;

/// Ends the training where the loss becomes NaN or infinite, with a history instead of an error. Keras: `TerminateOnNan`.
///
/// Without it, `fit` ends there too, but with [`TrainingError::Diverged`](crate::training::TrainingError::Diverged). In both
/// cases the network has the weights of the last good step, where Keras's has those that gave NaN. The history holds the epochs
/// before. As in Keras, it says so.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TerminateOnNan;

impl<N: Layer> Callback<N> for TerminateOnNan {
    fn on_diverged(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        let batch = training.batch();
        training.say(format_args!("Batch {batch}: Invalid loss, terminating training"));
        training.stop();
        Ok(())
    }
}
