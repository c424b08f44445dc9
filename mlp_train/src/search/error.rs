use std::error::Error;

use mlp_data::FileError;

/// Error of a score: any error, as `?` converts it.
pub type ScoreError = Box<dyn Error + Send + Sync>;

/// The reason why a search did not run, or not to its end.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// Nothing to search for.
    #[error("the search has no parameters: expected at least one")]
    NoParameters,
    /// No trials.
    #[error("the search has no trials: expected at least one")]
    NoTrials,
    /// No folds.
    #[error("there are no folds: expected at least one")]
    NoFolds,
    /// A name that is used twice, or that a column of a table cannot have.
    #[error("the parameter {name:?} {reason}")]
    Name {
        /// Name of the parameter.
        name: String,
        /// Reason.
        reason: &'static str,
    },
    /// Values that cannot be drawn.
    #[error("the parameter {name:?} has invalid values: expected {expected}")]
    Values {
        /// Name of the parameter.
        name: String,
        /// Description of valid values.
        expected: &'static str,
    },
    /// The file of scores cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file of scores belongs to another search.
    #[error(
        "{path}, line {line}: expected {expected}, found {found:?}; the file belongs to another search: remove it, or use another one"
    )]
    OtherSearch {
        /// Path of the file.
        path: String,
        /// Line, 1-based.
        line: usize,
        /// Expected content.
        expected: String,
        /// Content of the line.
        found: String,
    },
}

/// A parameter that the search does not have, or not as a size.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownParameter {
    /// No parameter has the name.
    #[error("the search has no parameter {name:?}{}", suggestion.as_ref().map_or_else(String::new, |name| format!("; did you mean {name:?}?")))]
    Name {
        /// The name.
        name: String,
        /// Similar name of a parameter.
        suggestion: Option<String>,
    },
    /// The value is not a whole number.
    #[error("the parameter {name:?} is {value}: expected a whole number of at least 0 for a size")]
    NotASize {
        /// Name of the parameter.
        name: String,
        /// Its value.
        value: f64,
    },
}

mlp_core::debug_as_display!(SearchError, UnknownParameter);
