//! What can be wrong with data, and what can go wrong in training.

use core::fmt;

use super::callbacks::CallbackError;
use crate::layers::BadOption;

/// The two sides of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What the network is given, `x`.
    Input,
    /// What it should give, `y`.
    Target,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Input => "x",
            Self::Target => "y",
        })
    }
}

/// `.1` of a tuple.
fn of(part: Option<usize>) -> String {
    part.map_or_else(String::new, |part| format!(".{part}"))
}

/// Data that nothing can be learnt from. Rows and columns are counted from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DataError {
    /// There is not one sample.
    #[error("the data has no rows")]
    NoRows,
    /// Inputs and targets do not belong together.
    #[error("x has {inputs} rows, but y has {targets}")]
    DifferentRows {
        /// The rows of `x`.
        inputs: usize,
        /// The rows of `y`.
        targets: usize,
    },
    /// The values of a network with several inputs or outputs have different numbers of rows.
    #[error("{role}.{part} has {rows} rows, but {role}.0 has {first}")]
    UnevenParts {
        /// In `x` or in `y`.
        role: Role,
        /// The index of the value.
        part: usize,
        /// Its rows.
        rows: usize,
        /// The rows of the first one.
        first: usize,
    },
    /// A number that is NaN or infinite.
    #[error("{role}{}[({row}, {column})] is {value}: every number in the data must be finite", of(*part))]
    NotFinite {
        /// In `x` or in `y`.
        role: Role,
        /// The index of the value, where there are several.
        part: Option<usize>,
        /// The sample.
        row: usize,
        /// The feature.
        column: usize,
        /// The number found there.
        value: f64,
    },
    /// A target that the loss cannot use.
    #[error("y{}[({row}, {column})] is {value}, which is no target for {loss}", of(*part))]
    BadTarget {
        /// The index of the output, where there are several.
        part: Option<usize>,
        /// The sample.
        row: usize,
        /// The feature.
        column: usize,
        /// The number found there.
        value: f64,
        /// The loss's name.
        loss: &'static str,
    },
    /// There is not a weight for each sample.
    #[error("there are {samples} samples, but {weights} sample weights")]
    DifferentWeights {
        /// How many samples there are.
        samples: usize,
        /// How many weights.
        weights: usize,
    },
    /// A weight that is NaN or infinite.
    #[error("sample_weight[{row}] is {value}: every weight must be finite")]
    BadWeight {
        /// The sample.
        row: usize,
        /// Its weight.
        value: f64,
    },
}

/// Why a training did not begin or did not finish.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TrainingError {
    /// The data cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A layer was given an option that it cannot use.
    #[error(transparent)]
    Option(#[from] BadOption),
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
