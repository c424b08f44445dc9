use crate::summary::{InvalidOption, Summary};

use super::Network;

/// The options of a network's layers, and the first one that is invalid.
pub(crate) struct LayerOptions<N: Network> {
    pub(crate) values: N::Options,
    invalid: Option<InvalidOption>,
}

impl<N: Network> LayerOptions<N> {
    pub(crate) fn new() -> Self {
        let values = N::Options::default();
        let mut summary = Summary::new(N::NAME);
        N::rows(&values, &mut summary);
        Self { values, invalid: summary.invalid_option().cloned() }
    }

    /// Checks that all options are valid. Training does so before it starts.
    pub(crate) fn check(&self) -> Result<(), InvalidOption> {
        match &self.invalid {
            Some(option) => Err(option.clone()),
            None => Ok(()),
        }
    }
}
