//! Checkpoints of a training: the network and its training state in one file.

use core::ops::{Deref, DerefMut};
use std::path::Path;

use mlp_core::Rng;
use mlp_core::optimizers::Optimizer;
use mlp_data::FileError;

use super::{CheckpointState, Compiled, Learner, Network, TrainingSettings};
use crate::callback_state::CallbackState;
use crate::optimizers::{OptimizerProgress, OptimizerSettings, OptimizerState};
use crate::weights::{self, Content, LoadOptions, Source, TrainingState, WeightsError};

impl<N: Network, O: Optimizer, L, M> Compiled<N, O, L, M> {
    /// Writes a checkpoint: the network, the optimizer's state and learning rate, the state of the random numbers, the number
    /// of epochs, and the encoder of tables if there is one. Requires the feature `safetensors`. Keras: `model.save`. See [`weights`](crate::weights).
    ///
    /// After a `fit` with [`ema`](mlp_core::optimizers::Optimizer::ema), the weights are the average. A
    /// [`ModelCheckpoint`](crate::ModelCheckpoint) writes the weights of the training instead.
    ///
    /// # Errors
    /// If the file cannot be written. An existing file is left unchanged.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), FileError> {
        self.checkpoint()?.write(path.as_ref())
    }

    /// Returns the bytes of the file that [`save`](Self::save) writes. Requires the feature `safetensors`.
    ///
    /// # Errors
    /// If the summary of a custom layer does not list all of its parameters.
    pub fn to_bytes(&self) -> Result<Vec<u8>, FileError> {
        self.checkpoint()?.to_bytes()
    }

    /// Returns the content of a checkpoint.
    pub(crate) fn checkpoint(&self) -> Result<Content, FileError> {
        let Learner { network, optimizer, rng, epochs, points, table_encoder, .. } = &self.learner;
        let extra = (points.as_slice(), table_encoder.as_deref());
        optimizer.checkpoint(network, (rng, *epochs), extra, self.learner.settings())
    }

    /// Loads a checkpoint, and returns the number of epochs completed when it was written. Requires the feature
    /// `safetensors`.
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
    /// If the file cannot be read, or does not match the model: another network, optimizer or loss, or another setting of
    /// them ([`Mismatch::Setting`](crate::weights::Mismatch::Setting)), which [`load_with`](Self::load_with) accepts. The
    /// model is left unchanged.
    pub fn load(&mut self, path: impl AsRef<Path>) -> Result<usize, WeightsError> {
        self.load_with(path, LoadOptions::default())
    }

    /// Loads a checkpoint with options: limits for a file that is not trusted, and accepted differences.
    ///
    /// # Errors
    /// Those of [`load`](Self::load), but for accepted differences. The model is left unchanged.
    pub fn load_with(&mut self, path: impl AsRef<Path>, options: LoadOptions) -> Result<usize, WeightsError> {
        self.restore(Source::File(path.as_ref()), options)
    }

    /// Loads a checkpoint from the bytes of its file, as [`load`](Self::load) does.
    ///
    /// # Errors
    /// If the bytes do not match the model. The model is left unchanged.
    pub fn load_bytes(&mut self, bytes: &[u8]) -> Result<usize, WeightsError> {
        self.load_bytes_with(bytes, LoadOptions::default())
    }

    /// Loads a checkpoint from the bytes of its file, as [`load_with`](Self::load_with) does.
    ///
    /// # Errors
    /// Those of [`load_bytes`](Self::load_bytes), but for accepted differences. The model is left unchanged.
    pub fn load_bytes_with(&mut self, bytes: &[u8], options: LoadOptions) -> Result<usize, WeightsError> {
        self.restore(Source::Bytes(bytes), options)
    }

    fn restore(&mut self, source: Source<'_>, options: LoadOptions) -> Result<usize, WeightsError> {
        let checkpoint = self.read_checkpoint(source, options)?;
        Ok(self.resume(checkpoint))
    }

    /// Reads a checkpoint, and changes nothing.
    pub(crate) fn read_checkpoint(
        &self,
        source: Source<'_>,
        options: LoadOptions,
    ) -> Result<LoadedCheckpoint<N, O>, WeightsError> {
        let Learner { network, optimizer, rng, loss_text, loss_weights, .. } = &self.learner;
        optimizer.read_checkpoint(network, rng, source, (options, (loss_text.as_str(), loss_weights.as_slice())))
    }

    /// Continues from a checkpoint, and returns the number of epochs completed when it was written.
    pub(crate) fn resume(&mut self, checkpoint: LoadedCheckpoint<N, O>) -> usize {
        let learner = &mut self.learner;
        let state = learner.optimizer.resume(&mut learner.network, &mut learner.rng, checkpoint);
        learner.epochs = state.epochs;
        learner.callback_state = state.callbacks;
        learner.points = state.points;
        learner.table_encoder = state.table_encoder;
        state.epochs
    }
}

impl<N: Network> CheckpointState<'_, N> {
    /// Returns the contents of a checkpoint.
    pub(crate) fn content(
        &self,
        network: &N,
        learning_rate: f64,
        callbacks: CallbackState,
    ) -> Result<Content, FileError> {
        let state = TrainingState {
            optimizer_name: self.optimizer_name,
            settings: self.settings.entries(),
            learning_rate,
            rng: self.rng.clone(),
            epochs: self.epochs,
            callbacks,
            points: self.points.to_vec(),
            table_encoder: self.table_encoder.map(str::to_owned),
        };
        weights::training_content(network, &state, self.optimizer)
    }
}

/// Checkpoint that was read, and fits the network and the optimizer.
pub(crate) struct LoadedCheckpoint<N: Network, O: Optimizer> {
    network: Box<N>,
    progress: OptimizerProgress<N, O>,
    state: TrainingState,
    /// Names of accepted changes of settings.
    changed: Vec<String>,
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
        let settings = TrainingSettings { optimizer: self.settings(), loss: "", loss_weights: &[] };
        self.checkpoint(network, (rng, epochs), (&[], None), settings)?.write(path.as_ref())
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
        self.load_with(network, rng, path, LoadOptions::default())
    }

    /// Loads a checkpoint with options: limits for a file that is not trusted, and accepted differences.
    ///
    /// # Errors
    /// Those of [`load`](Self::load), but for accepted differences. Everything is left unchanged.
    pub fn load_with(
        &mut self,
        network: &mut impl DerefMut<Target = N>,
        rng: &mut Rng,
        path: impl AsRef<Path>,
        options: LoadOptions,
    ) -> Result<usize, WeightsError> {
        let checkpoint = self.read_checkpoint(network, rng, Source::File(path.as_ref()), (options, ("", &[])))?;
        Ok(self.resume(network, rng, checkpoint).epochs)
    }

    fn checkpoint(
        &self,
        network: &N,
        (rng, epochs): (&Rng, usize),
        (points, table_encoder): (&[Vec<f64>], Option<&str>),
        settings: TrainingSettings<'_>,
    ) -> Result<Content, FileError> {
        let optimizer = self.progress();
        let state =
            CheckpointState { optimizer, optimizer_name: O::NAME, settings, rng, epochs, points, table_encoder };
        state.content(network, self.learning_rate(), CallbackState::default())
    }

    fn read_checkpoint(
        &self,
        network: &N,
        rng: &Rng,
        source: Source<'_>,
        (options, (loss, loss_weights)): (LoadOptions, (&str, &[f64])),
    ) -> Result<LoadedCheckpoint<N, O>, WeightsError> {
        let settings = TrainingSettings { optimizer: self.settings(), loss, loss_weights };
        let mut progress = OptimizerProgress::<N, O>::new(&self.optimizer);
        let mut state = TrainingState {
            optimizer_name: O::NAME,
            settings: settings.entries(),
            learning_rate: f64::NAN,
            rng: rng.clone(),
            epochs: 0,
            callbacks: CallbackState::default(),
            points: Vec::new(),
            table_encoder: None,
        };
        let (network, changed) = weights::load_training(network, &mut state, &mut progress, source, options)?;
        Ok(LoadedCheckpoint { network, progress, state, changed })
    }

    fn resume(&mut self, network: &mut N, rng: &mut Rng, checkpoint: LoadedCheckpoint<N, O>) -> TrainingState {
        let LoadedCheckpoint { network: loaded, progress, state, changed } = checkpoint;
        network.as_mut_slice().copy_from_slice(loaded.as_slice());
        self.set_progress(progress);
        *rng = state.rng.clone();
        // An accepted new learning rate replaces the saved one.
        let is_new = changed.iter().any(|setting| setting == OptimizerSettings::LEARNING_RATE);
        if !is_new && !self.same_learning_rate(state.learning_rate) {
            self.optimizer.config_mut().learning_rate = state.learning_rate.into();
        }
        state
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
