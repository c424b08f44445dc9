use crate::summary::InvalidOption;

/// The reason why a population made no step. Its network is left unchanged.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PopulationError {
    /// A population without candidates.
    #[error("pairs is 0: expected at least 1")]
    ZeroPairs,
    /// A standard deviation that is zero, negative or not finite.
    #[error("deviation is {0}: expected a finite number above 0")]
    Deviation(f64),
    /// An invalid option of the optimizer.
    #[error(transparent)]
    Option(#[from] InvalidOption),
    /// Not one fitness for each candidate.
    #[error("expected the fitness of {expected} candidates, found {found}")]
    Candidates {
        /// Number of candidates.
        expected: usize,
        /// Number of values.
        found: usize,
    },
    /// The fitness of every candidate is NaN.
    #[error("the fitness of every candidate is NaN")]
    NoFitness,
}

mlp_core::debug_as_display!(PopulationError);
