//! A training in a file, to go on from there.

use std::collections::BTreeMap;
use std::path::Path;

use crate::data::FileError;
use crate::optimizers::{Optimizer, Past};
use crate::weights::{self, Behind, Content, Source, WeightsError};

use super::compiled::Compiled;
use super::network::Network;

impl<N: Network, O: Optimizer, L, M> Compiled<N, O, L, M> {
    /// Writes the network and all that its training has behind it: what the optimizer remembers, its learning rate, the
    /// state of the random numbers, and how many epochs there were. Keras: `model.save`. See [`weights`](crate::weights).
    ///
    /// After a `fit` with [`ema`](crate::optimizers::Configure::ema), the weights are the average; a
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
        let Self { network, descent, generator, epochs, .. } = self;
        let learning_rate = descent.learning_rate();
        let mut behind = Behind {
            optimizer: core::any::type_name::<O>(),
            past: descent.past(),
            learning_rate,
            generator,
            epochs: *epochs,
            callbacks: BTreeMap::new(),
        };
        weights::training(&**network, &mut behind)
    }

    /// Goes back to a training that was saved, and gives the number of epochs that it had. The model is compiled as the saved
    /// one was; then this and `Fit::epochs(…).initial_epoch(…)` give, bit for bit, what a training would have given that never
    /// stopped. What callbacks [remember](super::Status::remember) is in the files that a
    /// [`Checkpoint`](super::callbacks::Checkpoint) among them writes: the next `fit` with an `initial_epoch` goes on with it.
    ///
    /// The learning rate is the saved one. If it differs from that of the optimizer chosen here, it takes its place.
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
        let Self { network, descent, generator, .. } = self;
        let (mut past, mut generator_there) = (Past::<N, O>::none(&descent.optimizer), generator.clone());
        let mut behind = Behind {
            optimizer: core::any::type_name::<O>(),
            past: &mut past,
            learning_rate: f64::NAN,
            generator: &mut generator_there,
            epochs: 0,
            callbacks: BTreeMap::new(),
        };
        weights::load(&mut **network, &mut behind, source)?;
        let Behind { learning_rate, epochs, callbacks, .. } = behind;
        *descent.past() = past;
        *generator = generator_there;
        if descent.learning_rate() != learning_rate {
            descent.optimizer.set_learning_rate(learning_rate);
        }
        (self.epochs, self.recalled) = (epochs, callbacks);
        Ok(epochs)
    }
}
