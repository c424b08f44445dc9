//! Checkpoints of a training: the network and its training state in one file.

use core::ops::{Deref, DerefMut};
use std::collections::BTreeMap;
use std::path::Path;

use mlp_core::Rng;
use mlp_core::optimizers::Optimizer;
use mlp_data::FileError;

use super::{CheckpointState, Compiled, Learner, Network};
use crate::optimizers::{OptimizerProgress, OptimizerState};
use crate::weights::{self, Content, Source, TrainingState, WeightsError};

impl<N: Network, O: Optimizer, L, M> Compiled<N, O, L, M> {
    /// Writes a checkpoint: the network, the optimizer's state and learning rate, the state of the random numbers, and the
    /// number of epochs. Keras: `model.save`. See [`weights`](crate::weights).
    ///
    /// After a `fit` with [`ema`](mlp_core::optimizers::Optimizer::ema), the weights are the average. A
    /// [`ModelCheckpoint`](crate::ModelCheckpoint) writes the weights of the training instead.
    ///
    /// # Errors
    /// If the file cannot be written. An existing file is left unchanged.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), FileError> {
        self.checkpoint()?.write(path.as_ref())
    }

    /// Returns the bytes of the file that [`save`](Self::save) writes.
    ///
    /// # Errors
    /// If the summary of a custom layer does not list all of its parameters.
    pub fn to_bytes(&self) -> Result<Vec<u8>, FileError> {
        self.checkpoint()?.to_bytes()
    }

    fn checkpoint(&self) -> Result<Content, FileError> {
        let Learner { network, optimizer, rng, epochs, points, .. } = &self.learner;
        optimizer.checkpoint(network, (rng, *epochs), points)
    }

    /// Loads a checkpoint, and returns the number of epochs completed when it was written.
    ///
    /// Compile the model as the saved one was. Then `fit` with `Fit::new().epochs(…).initial_epoch(…)` continues bit for bit.
    /// If a callback wrote the checkpoint ([`ModelCheckpoint::resumable`](crate::ModelCheckpoint::resumable)), it
    /// has the [state](crate::Status::set_state) of the callbacks too, and the next `fit` with an `initial_epoch`
    /// resumes it.
    ///
    /// If the saved learning rate differs from that of the optimizer, because a callback changed it, it replaces that rate
    /// and its schedule.
    ///
    /// # Errors
    /// If the file cannot be read, or does not match the model. The model is left unchanged.
    pub fn load(&mut self, path: impl AsRef<Path>) -> Result<usize, WeightsError> {
        self.restore(Source::File(path.as_ref()))
    }

    /// Loads a checkpoint from the bytes of its file, as [`load`](Self::load) does.
    ///
    /// # Errors
    /// If the bytes do not match the model. The model is left unchanged.
    pub fn load_bytes(&mut self, bytes: &[u8]) -> Result<usize, WeightsError> {
        self.restore(Source::Bytes(bytes))
    }

    fn restore(&mut self, source: Source<'_>) -> Result<usize, WeightsError> {
        let learner = &mut self.learner;
        let restored = learner.optimizer.restore(&mut learner.network, &mut learner.rng, source)?;
        learner.epochs = restored.epochs;
        learner.callback_state = restored.callback_state;
        learner.points = restored.points;
        Ok(restored.epochs)
    }
}

impl<N: Network> CheckpointState<'_, N> {
    /// Returns the contents of a checkpoint.
    pub(crate) fn content(
        &self,
        network: &N,
        learning_rate: f64,
        callbacks: BTreeMap<String, f64>,
    ) -> Result<Content, FileError> {
        let state = TrainingState {
            optimizer_name: self.optimizer_name,
            learning_rate,
            rng: self.rng.clone(),
            epochs: self.epochs,
            callbacks,
            points: self.points.to_vec(),
        };
        weights::training_content(network, &state, self.optimizer)
    }
}

/// Contents of a checkpoint in addition to the network, the optimizer's state and the random numbers.
struct Restored {
    epochs: usize,
    callback_state: BTreeMap<String, f64>,
    points: Vec<Vec<f64>>,
}

/// Checkpoints of a custom training loop.
impl<N: Network, O: Optimizer> OptimizerState<N, O> {
    /// Writes a checkpoint of a network and its training, as [`Compiled::save`] does. `rng` holds the random numbers of the
    /// [tape](crate::GradientTape::rng), `epochs` the number of epochs completed.
    ///
    /// # Errors
    /// If the file cannot be written. An existing file is left unchanged.
    pub fn save(
        &self,
        network: &impl Deref<Target = N>,
        rng: &Rng,
        epochs: usize,
        path: impl AsRef<Path>,
    ) -> Result<(), FileError> {
        self.checkpoint(network, (rng, epochs), &[])?.write(path.as_ref())
    }

    /// Loads a checkpoint, and returns the number of epochs completed when it was written. A loop that makes the remaining
    /// epochs continues bit for bit.
    ///
    /// # Errors
    /// If the file cannot be read, or does not match the network. Everything is left unchanged.
    pub fn load(
        &mut self,
        network: &mut impl DerefMut<Target = N>,
        rng: &mut Rng,
        path: impl AsRef<Path>,
    ) -> Result<usize, WeightsError> {
        Ok(self.restore(network, rng, Source::File(path.as_ref()))?.epochs)
    }

    fn checkpoint(&self, network: &N, (rng, epochs): (&Rng, usize), points: &[Vec<f64>]) -> Result<Content, FileError> {
        let state = CheckpointState { optimizer: self.progress(), optimizer_name: O::NAME, rng, epochs, points };
        state.content(network, self.learning_rate(), BTreeMap::new())
    }

    fn restore(&mut self, network: &mut N, rng: &mut Rng, source: Source<'_>) -> Result<Restored, WeightsError> {
        let mut progress = OptimizerProgress::<N, O>::new(&self.optimizer);
        let mut saved = TrainingState {
            optimizer_name: O::NAME,
            learning_rate: f64::NAN,
            rng: rng.clone(),
            epochs: 0,
            callbacks: BTreeMap::new(),
            points: Vec::new(),
        };
        weights::load_training(network, &mut saved, &mut progress, source)?;
        self.set_progress(progress);
        *rng = saved.rng;
        if !self.same_learning_rate(saved.learning_rate) {
            self.optimizer.config_mut().learning_rate = saved.learning_rate.into();
        }
        Ok(Restored { epochs: saved.epochs, callback_state: saved.callbacks, points: saved.points })
    }

    /// Returns whether the next step has this learning rate. The cosines of two platforms differ in the last digits, so the
    /// rate of a schedule is compared with a tolerance.
    fn same_learning_rate(&self, saved: f64) -> bool {
        const TOLERANCE: f64 = 1e-9;
        let schedule = &self.optimizer.config().learning_rate;
        let next = self.learning_rate();
        let steps = self.batches();
        let is_schedule = [0, steps / 2, steps + 1].iter().any(|&step| schedule.at(step) != next);
        let distance = (next - saved).abs();
        next == saved || is_schedule && distance <= TOLERANCE * schedule.at(0).abs()
    }
}
