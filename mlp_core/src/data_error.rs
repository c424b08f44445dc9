//! Errors of data.

use core::fmt;

/// The role of data in training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The inputs of the network, `x`.
    Input,
    /// The targets, `y`.
    Target,
    /// The gradient with respect to the outputs, from which a backward pass starts.
    OutputGradient,
    /// The directions of directional derivatives, one per sample.
    Direction,
    /// The outputs of a network, the parameters of a policy.
    Output,
    /// The actions of a policy.
    Action,
    /// The gradient with respect to actions.
    ActionGradient,
    /// The gradient with respect to the log-probability of each action.
    LogProbGradient,
    /// The gradient with respect to the entropy of each sample.
    EntropyGradient,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Input => "x",
            Self::Target => "y",
            Self::OutputGradient => "output_gradient",
            Self::Direction => "direction",
            Self::Output => "output",
            Self::Action => "action",
            Self::ActionGradient => "action_gradient",
            Self::LogProbGradient => "log_prob_gradient",
            Self::EntropyGradient => "entropy_gradient",
        })
    }
}

/// The index of a component of a tuple, as Rust writes it: `.1`.
struct Component(Option<usize>);

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |part| write!(f, ".{part}"))
    }
}

/// The row of data that an error is about.
struct RowOf(Option<usize>);

impl fmt::Display for RowOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |row| write!(f, "row {row} of "))
    }
}

/// Invalid data. Rows and columns are 0-based.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// No samples.
    #[error("the data has no rows")]
    Empty,
    /// Different numbers of inputs and targets.
    #[error("expected as many rows in y as in x, found {inputs} in x and {targets} in y")]
    RowMismatch {
        /// Number of rows of `x`.
        inputs: usize,
        /// Number of rows of `y`.
        targets: usize,
    },
    /// Data with another number of rows than there are samples.
    #[error("expected {samples} rows in {role}, one per sample, found {rows}")]
    SampleMismatch {
        /// The data with the mismatch.
        role: Role,
        /// Number of its rows.
        rows: usize,
        /// Number of samples.
        samples: usize,
    },
    /// Different numbers of rows in the data of a network with several inputs or outputs.
    #[error("expected as many rows in {role}.{part} as in {role}.0, found {rows} and {first}")]
    PartRowMismatch {
        /// The data with the mismatch.
        role: Role,
        /// Index of the component.
        part: usize,
        /// Number of rows of that component.
        rows: usize,
        /// Number of rows of component 0.
        first: usize,
    },
    /// Data with another number of columns than the network has features, where the number is known at run time.
    #[error("{}{role}{} has {found} columns, expected {expected}", RowOf(*row), Component(*part))]
    ColumnMismatch {
        /// The data with the mismatch.
        role: Role,
        /// Index of the component, if there are several.
        part: Option<usize>,
        /// First row with another number of columns; `None` if all rows are equally long.
        row: Option<usize>,
        /// Number of columns that the network or the loss needs.
        expected: usize,
        /// Number of columns of the data.
        found: usize,
    },
    /// A NaN or infinite value.
    #[error("{role}{}[({row}, {column})] is {value}: every value must be finite", Component(*part))]
    NotFinite {
        /// The data with the value.
        role: Role,
        /// Index of the component, if there are several.
        part: Option<usize>,
        /// Row of the value.
        row: usize,
        /// Column of the value.
        column: usize,
        /// The value.
        value: f64,
    },
    /// A target that the loss does not accept.
    #[error("y{}[({row}, {column})] is {value}: not a valid target for {loss}", Component(*part))]
    InvalidTarget {
        /// Index of the output, if there are several.
        part: Option<usize>,
        /// Row of the target.
        row: usize,
        /// Column of the target.
        column: usize,
        /// The target.
        value: f64,
        /// Name of the loss.
        loss: &'static str,
    },
    /// A value that no action of the policy has.
    #[error("action[({row}, {column})] is {value}: not a valid action for {policy}")]
    InvalidAction {
        /// Row of the action.
        row: usize,
        /// Column of the value.
        column: usize,
        /// The value.
        value: f64,
        /// Name of the policy.
        policy: &'static str,
    },
    /// Values whose variance is too large for a scalar.
    #[error("the variance of column {column} of x overflows")]
    VarianceOverflow {
        /// Index of the feature.
        column: usize,
    },
    /// A number of sample weights that is not the number of samples.
    #[error("expected {samples} sample weights, one per sample, found {weights}")]
    WeightCountMismatch {
        /// Number of samples.
        samples: usize,
        /// Number of weights.
        weights: usize,
    },
    /// A NaN or infinite sample weight.
    #[error("sample_weight[{row}] is {value}: every weight must be finite")]
    InvalidWeight {
        /// Row of the sample.
        row: usize,
        /// The weight.
        value: f64,
    },
    /// A batch that does not fit in static memory, for a network with layers that read the whole batch at once.
    #[error(
        "batch of {samples} samples exceeds {max}, the limit for whole-batch layers such as BatchNormalization in static memory"
    )]
    BatchTooLarge {
        /// Number of samples in the batch.
        samples: usize,
        /// Maximum number of samples.
        max: usize,
    },
}

crate::debug_as_display!(DataError);
