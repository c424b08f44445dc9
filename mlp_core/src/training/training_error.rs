//! What can go wrong in training.

use super::callbacks::CallbackError;
use super::error::DataError;
use crate::layers::InvalidOption;

/// Why a training did not begin or did not finish.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TrainingError {
    /// The data cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A layer was given an option that it cannot use.
    #[error(transparent)]
    Option(#[from] InvalidOption),
    /// A batch must have at least one sample.
    #[error("the batch size is 0")]
    ZeroBatchSize,
    /// Training must make at least one pass over the data.
    #[error("the number of epochs is 0")]
    ZeroEpochs,
    /// A share of the samples that leaves none to train on, or none to validate.
    #[error("validation_split is {split}: of {samples} samples it must leave some to train on and some to validate")]
    ValidationSplit {
        /// The share.
        split: f64,
        /// Of how many samples.
        samples: usize,
    },
    /// There must be epochs between two validations, or none.
    #[error("validation_freq is 0")]
    ZeroValidationFreq,
    /// Several outputs have no classes in common.
    #[error("class_weight is for a network with one output, this one has {outputs}: use sample_weight")]
    ClassWeights {
        /// How many outputs the network has.
        outputs: usize,
    },
    /// A callback could not do its work.
    #[error(transparent)]
    Callback(#[from] CallbackError),
    /// Ctrl-C cannot be listened to, as another handler has been set.
    #[error("cannot listen to Ctrl-C: {0}")]
    CtrlC(String),
    /// The loss or its gradient became NaN or infinite. The network has the weights of the last good step.
    #[error(
        "the loss became {loss} in epoch {epoch}, batch {batch}: the weights are those of the last good step; a smaller learning rate may help"
    )]
    Diverged {
        /// The epoch, counted from 1.
        epoch: usize,
        /// The batch within the epoch, counted from 1.
        batch: usize,
        /// The loss of that batch; finite where only the gradient is not.
        loss: f64,
    },
}

/// Why a pass over batches ended before the last one. The steps before it have been made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PartialFitError<E> {
    /// A batch could not be had.
    #[error(transparent)]
    Batch(E),
    /// A batch could not be trained on.
    #[error(transparent)]
    Training(#[from] TrainingError),
}
