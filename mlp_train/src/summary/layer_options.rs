//! Checked options.

use mlp_core::network::BaseNetwork;

use super::{InvalidOption, Summary};

/// The options of a network's layers, and the first one that is invalid.
pub(crate) struct LayerOptions<N: BaseNetwork> {
    pub(crate) values: N::Options,
    invalid: Option<InvalidOption>,
}

impl<N: BaseNetwork> LayerOptions<N> {
    pub(crate) fn new() -> Self {
        let values = N::Options::default();
        let invalid = Summary::invalid_option::<N>(&values);
        Self { values, invalid }
    }

    /// Checks the options again, after a change.
    pub(crate) fn recheck(&mut self) {
        self.invalid = Summary::invalid_option::<N>(&self.values);
    }

    /// Checks that all options are valid. Training does so before it starts.
    pub(crate) fn check(&self) -> Result<(), InvalidOption> {
        match &self.invalid {
            Some(option) => Err(option.clone()),
            None => Ok(()),
        }
    }
}
