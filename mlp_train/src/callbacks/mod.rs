//! Callbacks: code that runs between the epochs and batches of a training.
//!
//! [`Fit::callback`](super::Fit::callback) adds a callback, and may be called several times. If the metrics are enough, a
//! closure is shorter: [`Fit::on_epoch_end`](super::Fit::on_epoch_end).
//!
//! # Custom callbacks
//!
//! A custom callback implements the methods that it needs:
//!
//! ```
//! # mod mlp { pub mod layers { pub use mlp_core::layers::Module; } pub use mlp_train::{Callback, CallbackResult, Training}; }
//! use mlp::layers::Module;
//! use mlp::{Callback, CallbackResult, Training};
//!
//! /// Shrinks the weights after every epoch, and stops training when the loss is small.
//! struct Shrink {
//!     factor: f32,
//!     min_loss: f64,
//! }
//!
//! impl<N: Module<Scalar = f32>> Callback<N> for Shrink {
//!     fn on_epoch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
//!         training.network.as_mut_slice().iter_mut().for_each(|weight| *weight *= self.factor);
//!         if training.get("loss").is_some_and(|loss| loss < self.min_loss) {
//!             training.stop();
//!         }
//!         Ok(())
//!     }
//! }
//! ```

#[cfg(feature = "safetensors")]
mod checkpoint_path;
mod csv_logger;
mod early_stopping;
mod lambda;
mod learning_rate_scheduler;
mod lists;
#[cfg(feature = "safetensors")]
mod model_checkpoint;
mod monitor;
mod reduce_lr_on_plateau;
mod status;
mod tensorboard;
mod terminate_on_nan;

pub use crate::metrics::MonitorMode;
#[cfg(feature = "safetensors")]
pub use checkpoint_path::PathError;
pub use csv_logger::CsvLogger;
pub use early_stopping::EarlyStopping;
pub use lambda::{OnBatchEnd, OnEpochEnd};
pub use learning_rate_scheduler::LearningRateScheduler;
#[cfg(feature = "safetensors")]
pub use model_checkpoint::{ModelCheckpoint, Save, SaveCheckpoint, SaveWeights};
pub use monitor::{UnknownMetric, UnknownMode};
pub use reduce_lr_on_plateau::ReduceLrOnPlateau;
pub use status::Status;
pub(crate) use status::VisibleMetrics;
pub use tensorboard::TensorBoard;
pub use terminate_on_nan::TerminateOnNan;

use core::fmt;
use core::ops::{Deref, DerefMut};
use std::error::Error;

use crate::network::CheckpointState;
use mlp_core::layers::Module;

/// The result of a callback's method. An error ends the training, and `fit` returns it.
pub type CallbackResult = Result<(), Box<dyn Error + Send + Sync>>;

/// Code that runs between the epochs and batches of a training of a network `N`. All methods do nothing by default. Keras:
/// `Callback`.
///
/// Lists of callbacks are callbacks too: tuples, `Vec`, `Option`. So is `&mut callback`, for reading its results after the
/// training.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a callback for this network",
    label = "not a callback",
    note = "callbacks are `EarlyStopping::new(\"val_loss\")`, …, and every type that implements `Callback`; a closure goes to `.on_epoch_end(|status| …)`"
)]
pub trait Callback<N: Module> {
    /// Runs before the first epoch. The metrics have names, but no values yet.
    ///
    /// # Errors
    /// An error ends the training, in this method and in the others.
    fn on_train_begin(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        Ok(())
    }
    /// Runs after the last epoch, but not if training ends with an error.
    fn on_train_end(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        Ok(())
    }
    /// Runs before an epoch.
    fn on_epoch_begin(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        Ok(())
    }
    /// Runs after an epoch and its validation.
    fn on_epoch_end(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        Ok(())
    }
    /// Runs before a batch.
    fn on_batch_begin(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        Ok(())
    }
    /// Runs after the step of a batch. The metrics are those of the epoch so far.
    fn on_batch_end(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        Ok(())
    }
    /// Runs when the loss or its gradient became NaN or infinite, after the last good weights were restored. If a
    /// callback stops the training here, as [`TerminateOnNan`] does, `fit` returns the history of the epochs before;
    /// otherwise an error.
    fn on_diverged(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        Ok(())
    }
    /// Returns whether the callback may log metrics under names that it chooses. Then a callback that monitors an unknown metric
    /// waits for it until the second epoch has ended. Defaults to `true`; the callbacks of this crate return `false`.
    fn logs_metrics(&self) -> bool {
        true
    }
    /// Returns whether there is nothing to call. Only lists of callbacks override it.
    fn is_empty(&self) -> bool {
        false
    }
}

/// A method of [`Callback`].
#[derive(Clone, Copy)]
pub(crate) enum Event {
    TrainBegin,
    TrainEnd,
    EpochBegin,
    EpochEnd,
    BatchBegin,
    BatchEnd,
    Diverged,
}

impl Event {
    /// Calls the method.
    pub(crate) fn call<N: Module>(
        self,
        callbacks: &mut dyn Callback<N>,
        training: &mut Training<'_, N>,
    ) -> CallbackResult {
        match self {
            Self::TrainBegin => callbacks.on_train_begin(training),
            Self::TrainEnd => callbacks.on_train_end(training),
            Self::EpochBegin => callbacks.on_epoch_begin(training),
            Self::EpochEnd => callbacks.on_epoch_end(training),
            Self::BatchBegin => callbacks.on_batch_begin(training),
            Self::BatchEnd => callbacks.on_batch_end(training),
            Self::Diverged => callbacks.on_diverged(training),
        }
    }
}

/// The argument of a callback: the network and, through [`Deref`], the [`Status`] of its training.
pub struct Training<'a, N> {
    /// The network.
    pub network: &'a mut N,
    pub(super) status: &'a mut Status,
    #[cfg_attr(not(feature = "safetensors"), expect(dead_code, reason = "only checkpoints read it"))]
    pub(super) checkpoint: CheckpointState<'a, N>,
}

impl<N> Training<'_, N> {
    /// Returns the progress of the training.
    pub fn status(&self) -> &Status {
        self.status
    }

    /// Returns the progress of the training, to change it.
    pub fn status_mut(&mut self) -> &mut Status {
        self.status
    }
}

#[cfg(feature = "safetensors")]
impl<N: super::Network> Training<'_, N> {
    /// Writes a checkpoint, as [`Compiled::save`](super::Compiled::save) does.
    ///
    /// # Errors
    /// If the file cannot be written. An existing file is left unchanged.
    pub fn save(&self, path: impl AsRef<std::path::Path>) -> Result<(), mlp_data::FileError> {
        self.content()?.write(path.as_ref())
    }

    /// Returns a checkpoint, with the learning rate and the state that the callbacks so far have set.
    fn content(&self) -> Result<crate::weights::Content, mlp_data::FileError> {
        self.checkpoint.content(self.network, self.status.learning_rate(), self.status.state.clone())
    }
}

impl<N> fmt::Debug for Training<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Training").field("status", &self.status).finish_non_exhaustive()
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
