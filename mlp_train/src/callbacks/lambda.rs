//! Closures as callbacks.

use super::{Callback, CallbackResult, Status, Training};
use mlp_core::layers::Module;

/// A closure to call after every epoch. See [`Fit::on_epoch_end`](crate::Fit::on_epoch_end).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnEpochEnd<F>(pub F);

/// A closure to call after every batch. See [`Fit::on_batch_end`](crate::Fit::on_batch_end).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OnBatchEnd<F>(pub F);

impl<N: Module, F: FnMut(&mut Status)> Callback<N> for OnEpochEnd<F> {
    fn on_epoch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        (self.0)(training.status_mut());
        Ok(())
    }
}

impl<N: Module, F: FnMut(&mut Status)> Callback<N> for OnBatchEnd<F> {
    fn on_batch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        (self.0)(training.status_mut());
        Ok(())
    }
}
