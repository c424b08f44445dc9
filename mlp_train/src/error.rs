//! Errors of training.

use core::fmt;
use std::error::Error;
use std::sync::Arc;

use crate::ranks::RankError;
use crate::summary::InvalidOption;
use mlp_core::DataError;
use mlp_data::{FileError, PreprocessingError};

/// The reason why a training did not start or did not finish.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TrainingError {
    /// Invalid data.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Data that cannot be split, scaled or encoded.
    #[error(transparent)]
    Preprocessing(#[from] PreprocessingError),
    /// Invalid option of a layer, a loss or an optimizer.
    #[error(transparent)]
    Option(#[from] InvalidOption),
    /// A loss of logits, for an output that has a softmax or sigmoid already.
    #[error(
        "the output {output:?} ends in {activation}, but {loss} expects logits and computes it itself: remove the \
         activation, or use `.from_logits(false)` of the loss"
    )]
    NotLogits {
        /// Name of the output.
        output: &'static str,
        /// Its activation.
        activation: &'static str,
        /// Name of the loss.
        loss: &'static str,
    },
    /// A batch size of 0.
    #[error("batch_size is 0: expected at least 1")]
    ZeroBatchSize,
    /// No epochs.
    #[error("epochs is 0: expected at least 1")]
    ZeroEpochs,
    /// A validation split that leaves no samples for training, or none for validation.
    #[error(
        "validation_split is {split}: expected at least one of the {samples} samples for training and one for validation"
    )]
    ValidationSplit {
        /// The fraction of the samples to validate on.
        split: f64,
        /// Number of samples.
        samples: usize,
    },
    /// A validation frequency of 0.
    #[error("validation_freq is 0: expected at least 1")]
    ZeroValidationFreq,
    /// A setting of `fit` that a stream of batches cannot have.
    #[error("{setting} needs all samples at once, but `fit_batches` trains on a stream: use `fit`, or leave it out")]
    Stream {
        /// Name of the setting.
        setting: &'static str,
    },
    /// A number of `verbose` that is not 0, 1 or 2.
    #[error("expected auto, 0, 1 or 2 for `verbose`, found {found}")]
    Verbose {
        /// The number or text.
        found: String,
    },
    /// Class weights for a network with several outputs.
    #[error("class_weight expects a network with one output, found {outputs}: use sample_weight")]
    ClassWeights {
        /// Number of outputs.
        outputs: usize,
    },
    /// A class weight of a class that the targets do not have.
    #[error("class_weight has class {class}, expected a class below {classes}")]
    UnknownClass {
        /// Index of the class.
        class: usize,
        /// Number of classes, the features of the targets.
        classes: usize,
    },
    /// Two weights of one class.
    #[error("class_weight has class {class} twice")]
    DuplicateClass {
        /// Index of the class.
        class: usize,
    },
    /// The error of a callback.
    #[error(transparent)]
    Callback(#[from] CallbackError),
    /// Another handler of Ctrl-C in the program.
    #[error("cannot handle Ctrl-C: {0}")]
    CtrlC(String),
    /// A network, a loss or weights that least squares do not support.
    #[error(transparent)]
    LeastSquares(#[from] LeastSquaresError),
    /// Ranks that cannot train together.
    #[error(transparent)]
    Rank(#[from] RankError),
    /// A NaN or infinite loss, gradient or weight. The network has the weights before the last finite step.
    #[error(
        "the loss became {loss} in epoch {epoch}, batch {batch}: the last good weights were restored; a smaller learning rate may help"
    )]
    Diverged {
        /// Epoch, 1-based.
        epoch: usize,
        /// Batch within the epoch, 1-based.
        batch: usize,
        /// Loss of that batch. Finite if only the gradient, or a weight after the step, is not.
        loss: f64,
    },
}

/// The reason why least squares, such as Levenberg-Marquardt, cannot train a network.
#[derive(Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LeastSquaresError {
    /// More parameters than the optimizer allows.
    #[error(
        "the network has {parameters} trained parameters: expected at most {max}; least squares need {bytes} bytes for them: \
         use Lbfgs, or set max_parameters"
    )]
    TooManyParameters {
        /// Number of trained parameters.
        parameters: usize,
        /// Max number.
        max: usize,
        /// Memory of the normal equations.
        bytes: usize,
    },
    /// Nothing to train.
    #[error("the network has no trained parameters")]
    NoParameters,
    /// A sample or loss weight below zero.
    #[error("a weight is {weight}: least squares expect weights of at least 0")]
    NegativeWeight {
        /// The weight.
        weight: f64,
    },
    /// A penalty that is not a sum of squares.
    #[error("a layer has a penalty that is not a sum of squares: least squares expect l2 instead of l1")]
    Penalty,
}

/// The reason why a pass over batches ended early. The steps on the batches before are kept.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PartialFitError<E> {
    /// The error of the iterator of batches.
    #[error(transparent)]
    Batch(E),
    /// The error of a step.
    #[error(transparent)]
    Training(#[from] TrainingError),
}

mlp_core::debug_as_display!(TrainingError);
mlp_core::debug_as_display!(LeastSquaresError);

impl<E: fmt::Display> fmt::Debug for PartialFitError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The reason why a table cannot be predicted.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The model has no encoder.
    #[error("the model has no encoder of tables: call `set_table_encoder` before it is saved, or encode the table")]
    NoEncoder,
    /// The table does not have the columns, or the encoder another number of features than the network.
    #[error(transparent)]
    Table(#[from] FileError),
    /// The features are invalid.
    #[error(transparent)]
    Data(#[from] DataError),
}

mlp_core::debug_as_display!(TableError);

/// The error of a callback.
#[derive(Clone)]
pub struct CallbackError(Arc<dyn Error + Send + Sync>);

impl CallbackError {
    /// Returns the error that the callback has returned.
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

mlp_core::debug_as_display!(CallbackError);

impl Error for CallbackError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

impl PartialEq for CallbackError {
    /// Returns whether the errors are the same, or have the same message.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.to_string() == other.0.to_string()
    }
}
