//! How long and in what portions to train.

use super::verbose::Verbose;

/// The arguments of [`Compiled::fit`](super::Compiled::fit): `Fit::epochs(100).batch_size(64)`.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Fit {
    pub(super) epochs: usize,
    pub(super) batch_size: usize,
    pub(super) shuffle: bool,
    pub(super) seed: Option<u64>,
    pub(super) verbose: Verbose,
}

impl Default for Fit {
    /// Keras's defaults: one epoch, batches of 32, shuffled, with a progress bar.
    fn default() -> Self {
        Self { epochs: 1, batch_size: 32, shuffle: true, seed: None, verbose: Verbose::Auto }
    }
}

impl Fit {
    /// How many times to go through the data.
    pub fn epochs(epochs: usize) -> Self {
        Self { epochs, ..Self::default() }
    }
    /// How many samples to a step. With all samples or more, an epoch is one step.
    pub fn batch_size(self, batch_size: usize) -> Self {
        Self { batch_size, ..self }
    }
    /// Whether the samples are mixed anew for each epoch. It makes no difference to an epoch of one step.
    pub fn shuffle(self, shuffle: bool) -> Self {
        Self { shuffle, ..self }
    }
    /// Starts the sequence of shuffles anew from a seed. Otherwise it goes on where the last `fit` left it.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed: Some(seed), ..self }
    }
    /// What is printed.
    pub fn verbose(self, verbose: Verbose) -> Self {
        Self { verbose, ..self }
    }
}
