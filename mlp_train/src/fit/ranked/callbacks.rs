//! Callbacks of a training on several ranks. They run on rank 0, and the others follow.

use mlp_core::Scalar;
use mlp_core::layers::Module;

use crate::callbacks::{Callback, CallbackResult, Event, Training};
use crate::fit::interrupt::Interrupt;
use crate::ranks::{Communicator, RankError, Reader, gather, put};

/// Callbacks that run on rank 0. The other ranks receive what they have changed: weights, learning rate, the end of the
/// training.
pub(super) struct RankCallbacks<'a, N> {
    callbacks: &'a mut dyn Callback<N>,
    communicator: &'a dyn Communicator,
    interrupt: Option<Interrupt>,
    is_empty: bool,
}

impl<'a, N: Module> RankCallbacks<'a, N> {
    /// Creates the callbacks. Rank 0 decides whether there are any.
    pub(super) fn new(
        callbacks: &'a mut dyn Callback<N>,
        communicator: &'a dyn Communicator,
        interrupt: Option<Interrupt>,
    ) -> Self {
        let is_empty = callbacks.is_empty() && interrupt.is_none();
        let is_empty = gather(communicator, &[u8::from(is_empty)])[0] == [1];
        Self { callbacks, communicator, interrupt, is_empty }
    }

    fn each(&mut self, training: &mut Training<'_, N>, event: Event) -> CallbackResult {
        if self.communicator.rank() > 0 {
            let message = gather(self.communicator, &[]).swap_remove(0);
            return follow(&message, training);
        }
        let before = training.network.as_slice().to_vec();
        let result = event.call(self.callbacks, training);
        if self.interrupt.as_ref().is_some_and(Interrupt::is_pressed) {
            training.status_mut().stop();
        }
        let error = result.as_ref().err().map(ToString::to_string).unwrap_or_default();
        let rate = training.status().requested_learning_rate();
        let is_changed = before != training.network.as_slice();
        let mut message = vec![training.status().is_stopping(), result.is_err(), rate.is_some(), is_changed]
            .into_iter()
            .map(u8::from)
            .collect();
        put(&mut message, &[rate.unwrap_or(0.0)]);
        if is_changed {
            put(&mut message, training.network.as_slice());
        }
        message.extend(error.bytes());
        gather(self.communicator, &message);
        result
    }
}

/// Changes the training as the callbacks of rank 0 did.
fn follow<N: Module>(message: &[u8], training: &mut Training<'_, N>) -> CallbackResult {
    let ([is_stopping, is_error, has_rate, is_changed], numbers) =
        message.split_first_chunk().unwrap_or((&[0; 4], &[]));
    let mut reader = Reader::new(numbers);
    let mut rate = [0.0];
    reader.copy_to(&mut rate);
    if *is_changed > 0 {
        reader.copy_to(training.network.as_mut_slice());
    }
    if *is_stopping > 0 {
        training.status_mut().stop();
    }
    if *has_rate > 0 {
        training.status_mut().set_learning_rate(rate[0]);
    }
    if *is_error > 0 {
        let message = String::from_utf8_lossy(reader.rest()).into_owned();
        return Err(Box::new(RankError::Failed { rank: 0, message }));
    }
    Ok(())
}

impl<N: Module<Scalar: Scalar>> Callback<N> for RankCallbacks<'_, N> {
    fn on_train_begin(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        self.each(training, Event::TrainBegin)
    }
    fn on_train_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        self.each(training, Event::TrainEnd)
    }
    fn on_epoch_begin(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        self.each(training, Event::EpochBegin)
    }
    fn on_epoch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        self.each(training, Event::EpochEnd)
    }
    fn on_batch_begin(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        self.each(training, Event::BatchBegin)
    }
    fn on_batch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        self.each(training, Event::BatchEnd)
    }
    fn on_diverged(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        self.each(training, Event::Diverged)
    }
    fn is_empty(&self) -> bool {
        self.is_empty
    }
}
