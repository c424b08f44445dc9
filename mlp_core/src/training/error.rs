//! What can be wrong with data, and what can go wrong in training.

use core::fmt;

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
struct Of(Option<usize>);

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |part| write!(f, ".{part}"))
    }
}

/// Data that nothing can be learned from. Rows and columns are counted from 0.
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
    #[error("{role}{}[({row}, {column})] is {value}: every number in the data must be finite", Of(*part))]
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
    #[error("y{}[({row}, {column})] is {value}, which is no target for {loss}", Of(*part))]
    InvalidTarget {
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
    InvalidWeight {
        /// The sample.
        row: usize,
        /// Its weight.
        value: f64,
    },
    /// A network whose layers look at the whole batch has no room for so many samples at once.
    #[error("a batch of {samples} samples is too large for a network that looks at it as a whole, here up to {most}")]
    BatchTooLarge {
        /// How many samples there are.
        samples: usize,
        /// How many there may be.
        most: usize,
    },
}
