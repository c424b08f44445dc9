//! A training in a file, to go on from there.

use core::ops::{Deref, DerefMut};
use std::collections::BTreeMap;
use std::path::Path;

use crate::data::FileError;
use crate::optimizers::{Optimizer, OptimizerProgress, OptimizerState};
use crate::random::Rng;
use crate::weights::{self, Behind, Content, Source, WeightsError};

use super::compiled::Compiled;
use super::network::Network;

impl<N: Network, O: Optimizer, L, M> Compiled<N, O, L, M> {
    /// Writes the network and all that its training has behind it: what the optimizer remembers, its learning rate, the
    /// state of the random numbers, and how many epochs there were. Keras: `model.save`. See [`weights`](crate::weights).
    ///
    /// After a `fit` with [`ema`](crate::optimizers::Optimizer::ema), the weights are the average; a
    /// [`Checkpoint`](super::callbacks::Checkpoint) of a callback has those of the training.
    ///
    /// # Errors
    /// If the file cannot be written; an old one stays.
    pub fn save(&mut self, path: impl AsRef<Path>) -> Result<(), FileError> {
        self.content()?.write(path.as_ref())
    }

    /// The bytes of the file that [`save`](Self::save) writes.
    ///
    /// # Errors
    /// If the summary of a layer of one's own does not list all of its parameters.
    pub fn to_bytes(&mut self) -> Result<Vec<u8>, FileError> {
        self.content()?.to_bytes()
    }

    fn content(&mut self) -> Result<Content, FileError> {
        let Self { network, descent, rng, epochs, .. } = self;
        descent.content(network, rng, *epochs)
    }

    /// Goes back to a training that was saved, and gives the number of epochs that it had. The model is compiled as the saved
    /// one was; then this and `Fit::epochs(…).initial_epoch(…)` give, bit for bit, what a training would have given that never
    /// stopped. What callbacks [remember](super::Status::remember) is in the files that a
    /// [`Checkpoint`](super::callbacks::Checkpoint) among them writes: the next `fit` with an `initial_epoch` goes on with it.
    ///
    /// The learning rate is the saved one. If it differs from that of the optimizer chosen here, it takes its place, and that of a
    /// schedule: a callback had changed it.
    ///
    /// # Errors
    /// If the file cannot be read, or anything in it does not fit; the model stays as it was.
    pub fn load(&mut self, path: impl AsRef<Path>) -> Result<usize, WeightsError> {
        self.go_back(Source::File(path.as_ref()))
    }

    /// The same from the file's bytes.
    ///
    /// # Errors
    /// If anything in them does not fit; the model stays as it was.
    pub fn load_bytes(&mut self, bytes: &[u8]) -> Result<usize, WeightsError> {
        self.go_back(Source::Bytes(bytes))
    }

    fn go_back(&mut self, source: Source<'_>) -> Result<usize, WeightsError> {
        let Self { network, descent, rng, .. } = self;
        (self.epochs, self.recalled) = descent.go_back(network, rng, source)?;
        Ok(self.epochs)
    }
}

/// For a training loop of one's own.
impl<N: Network, O: Optimizer> OptimizerState<N, O> {
    /// Writes a network and all that its training has behind it, as [`Compiled::save`] does: what this optimizer remembers, its
    /// learning rate, the state of the random numbers, as those of the [tape](super::GradientTape::rng), and how many epochs
    /// there were.
    ///
    /// # Errors
    /// If the file cannot be written; an old one stays.
    pub fn save(
        &mut self,
        network: &impl Deref<Target = N>,
        rng: &Rng,
        epochs: usize,
        path: impl AsRef<Path>,
    ) -> Result<(), FileError> {
        self.content(network, rng, epochs)?.write(path.as_ref())
    }

    /// Goes back to a training that was saved, and gives the number of epochs that it had: a loop that makes the others gives, bit
    /// for bit, what one would have given that never stopped.
    ///
    /// # Errors
    /// If the file cannot be read, or anything in it does not fit; everything stays as it was.
    pub fn load(
        &mut self,
        network: &mut impl DerefMut<Target = N>,
        rng: &mut Rng,
        path: impl AsRef<Path>,
    ) -> Result<usize, WeightsError> {
        Ok(self.go_back(network, rng, Source::File(path.as_ref()))?.0)
    }

    fn content(&mut self, network: &N, rng: &Rng, epochs: usize) -> Result<Content, FileError> {
        let (optimizer, learning_rate) = (O::NAME, self.learning_rate());
        let (past, rng, callbacks) = (self.progress(), &mut rng.clone(), BTreeMap::new());
        weights::training(network, &mut Behind { optimizer, past, learning_rate, rng, epochs, callbacks })
    }

    /// Whether the next step has this learning rate anyway. Of a schedule, up to what the cosines of two systems differ by.
    fn agrees(&self, learning_rate: f64) -> bool {
        const MOST: f64 = 1e-9;
        let (here, steps) = (self.learning_rate(), self.batches());
        let varies =
            [0, steps / 2, steps + 1].iter().any(|&step| self.optimizer.config().learning_rate.at(step) != here);
        here == learning_rate
            || varies && (here - learning_rate).abs() <= MOST * self.optimizer.config().learning_rate.at(0).abs()
    }

    /// Gives the number of epochs, and what callbacks remember.
    fn go_back(
        &mut self,
        network: &mut N,
        rng: &mut Rng,
        source: Source<'_>,
    ) -> Result<(usize, BTreeMap<String, f64>), WeightsError> {
        let (mut past, mut generator_there) = (OptimizerProgress::<N, O>::new(&self.optimizer), rng.clone());
        let mut behind = Behind {
            optimizer: O::NAME,
            past: &mut past,
            learning_rate: f64::NAN,
            rng: &mut generator_there,
            epochs: 0,
            callbacks: BTreeMap::new(),
        };
        weights::load(network, &mut behind, source)?;
        let Behind { learning_rate, epochs, callbacks, .. } = behind;
        *self.progress() = past;
        *rng = generator_there;
        if !self.agrees(learning_rate) {
            self.optimizer.set_learning_rate(learning_rate);
        }
        Ok((epochs, callbacks))
    }
}
