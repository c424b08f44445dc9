//! Callbacks: what is done between the epochs and batches of a training.
//!
//! [`Fit::callback`](super::Fit::callback) takes any of them, and may be called several times. One of your own is a type with
//! the methods it needs:
//!
//! ```
//! use mlp_core::layers::Layer;
//! use mlp_core::training::{Callback, CallbackResult, Training};
//!
//! /// Lets the weights shrink a little after every epoch, and ends the training when the loss is small.
//! struct Shrink {
//!     factor: f32,
//!     enough: f64,
//! }
//!
//! impl<N: Layer<Scalar = f32>> Callback<N> for Shrink {
//!     fn on_epoch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
//!         training.network.as_mut_slice().iter_mut().for_each(|weight| *weight *= self.factor);
//!         if training.get("loss").is_some_and(|loss| loss < self.enough) {
//!             training.stop();
//!         }
//!         Ok(())
//!     }
//! }
//! ```
//!
//! Where the figures are enough, a closure is shorter: [`Fit::on_epoch_end`](super::Fit::on_epoch_end).

mod checkpoint_path;
mod csv_logger;
mod early_stopping;
mod lambda;
mod learning_rate_scheduler;
mod lists;
mod model_checkpoint;
mod monitor;
mod reduce_lr_on_plateau;
mod status;
mod tensorboard;
mod terminate_on_nan;

pub use checkpoint_path::PathError;
pub use csv_logger::CsvLogger;
pub use early_stopping::EarlyStopping;
pub use lambda::{OnBatchEnd, OnEpochEnd};
pub use learning_rate_scheduler::LearningRateScheduler;
#[cfg(feature = "safetensors")]
pub use model_checkpoint::Checkpoint;
pub use model_checkpoint::{ModelCheckpoint, Save, SaveParameters};
pub use monitor::{MonitorMode, UnknownFigure};
pub use reduce_lr_on_plateau::ReduceLrOnPlateau;
pub(super) use status::Shown;
pub use status::Status;
pub use tensorboard::TensorBoard;
pub use terminate_on_nan::TerminateOnNan;

use core::fmt;
use core::ops::{Deref, DerefMut};
use std::error::Error;
use std::sync::Arc;

use crate::layers::Layer;
#[cfg(feature = "safetensors")]
use crate::weights::TrainingState;

/// What a callback gives. An error ends the training: `fit` returns it.
pub type CallbackResult = Result<(), Box<dyn Error + Send + Sync>>;

/// What is done between the epochs and batches of a training of a network `N`. Keras: `Callback`.
///
/// Several are one: tuples, `Vec`, `Option`. `&mut callback` is one too, to be asked afterward what it has seen.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a callback for this network",
    label = "not a callback",
    note = "callbacks are `EarlyStopping::new(\"val_loss\")`, …, and every type that implements `Callback`; a closure goes to `.on_epoch_end(|status| …)`"
)]
pub trait Callback<N: Layer> {
    /// Before the first epoch. What training reports is known by name, but has no value yet.
    ///
    /// # Errors
    /// What it returns ends the training, here as in the other methods.
    fn on_train_begin(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        Ok(())
    }
    /// After the last epoch. Not called if training ends with an error.
    #[allow(clippy::missing_errors_doc)]
    fn on_train_end(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        Ok(())
    }
    /// Before an epoch.
    #[allow(clippy::missing_errors_doc)]
    fn on_epoch_begin(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        Ok(())
    }
    /// After an epoch and its validation.
    #[allow(clippy::missing_errors_doc)]
    fn on_epoch_end(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        Ok(())
    }
    /// Before a batch.
    #[allow(clippy::missing_errors_doc)]
    fn on_batch_begin(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        Ok(())
    }
    /// After the step of a batch. The figures are those of the epoch until now.
    #[allow(clippy::missing_errors_doc)]
    fn on_batch_end(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        Ok(())
    }
    /// The loss became NaN or infinite; the network has the weights of the last good step again. If a callback stops the
    /// training here, as [`TerminateOnNan`] does, `fit` gives the history of the epochs before, otherwise an error.
    #[allow(clippy::missing_errors_doc)]
    fn on_diverged(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        Ok(())
    }
    /// Whether there is nothing to call.
    fn is_empty(&self) -> bool {
        false
    }
}

/// What a callback sees and changes: the network and, by [`Deref`], the [`Status`] of its training.
#[derive(Debug)]
pub struct Training<'a, N> {
    /// The network.
    pub network: &'a mut N,
    pub(super) status: &'a mut Status,
    #[cfg(feature = "safetensors")]
    pub(super) state: TrainingState<'a, N>,
}

impl<'a, N> Training<'a, N> {
    /// Where the training stands.
    pub fn status(&mut self) -> &mut Status {
        self.status
    }

    /// Writes the network and all that its training has behind it: [`Compiled::save`](super::Compiled::save).
    ///
    /// # Errors
    /// If the file cannot be written; an old one stays.
    #[cfg(feature = "safetensors")]
    pub fn save(&mut self, path: impl AsRef<std::path::Path>) -> Result<(), crate::data::FileError>
    where
        N: super::Network,
    {
        let (network, state) = self.state();
        crate::weights::training_content(network, state)?.write(path.as_ref())
    }

    /// With what callbacks before have asked for and remembered.
    #[cfg(feature = "safetensors")]
    pub(super) fn state(&mut self) -> (&N, &mut TrainingState<'a, N>) {
        self.state.learning_rate = self.status.learning_rate();
        self.state.callbacks.clone_from(self.status.memory());
        (self.network, &mut self.state)
    }
}

impl<N> Deref for Training<'_, N> {
    type Target = Status;
    fn deref(&self) -> &Status {
        self.status
    }
}

impl<N> DerefMut for Training<'_, N> {
    fn deref_mut(&mut self) -> &mut Status {
        self.status
    }
}

/// Why a callback could not do its work.
#[derive(Clone, Debug)]
pub struct CallbackError(Arc<dyn Error + Send + Sync>);

impl CallbackError {
    /// The callback's own error.
    pub fn inner(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.0
    }
}

impl From<Box<dyn Error + Send + Sync>> for CallbackError {
    fn from(error: Box<dyn Error + Send + Sync>) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for CallbackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for CallbackError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

impl PartialEq for CallbackError {
    /// The same error, or one that says the same.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.to_string() == other.0.to_string()
    }
}
