use core::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::checkpoint_path::{self, PathError};
use super::monitor::{Monitor, MonitorMode};
use super::{Callback, CallbackResult, Status, Training};
use crate::data::atomic_write;
use crate::layers::Layer;
use crate::training::parameters_file;

/// Writes the network to a file after an epoch. Keras: `ModelCheckpoint`.
///
/// `ModelCheckpoint::new("pictures/{epoch:02d}-{val_loss:.2f}.npy").save_best_only(true)`
///
/// In the path, `{epoch}`, counted from 1, and every figure may stand, in Python's format. Unless
/// [`save_with`](Self::save_with) says otherwise, all parameters are written as one vector of numpy's format, which
/// [`load_parameters`](crate::training::load_parameters) reads. A file is written beside its place and then renamed: it is the
/// old one or the new one, never half of one.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCheckpoint<S = SaveParameters> {
    path: String,
    monitor: Monitor,
    save_best_only: bool,
    threshold: Option<f64>,
    save_freq: usize,
    verbose: bool,
    save: S,
}

/// How a [`ModelCheckpoint`] writes a network to a file. A function is one that does.
pub trait Save<N> {
    /// Writes the network to a new file.
    ///
    /// # Errors
    /// If the file cannot be written.
    fn save(&mut self, training: &mut Training<'_, N>, path: &Path) -> io::Result<()>;
}

/// Writes all parameters as one vector: [`save_parameters`](crate::training::save_parameters).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SaveParameters;

impl<N: Layer> Save<N> for SaveParameters {
    fn save(&mut self, training: &mut Training<'_, N>, path: &Path) -> io::Result<()> {
        parameters_file::write_new(training.network, path)
    }
}

impl<N, F: FnMut(&N, &Path) -> io::Result<()>> Save<N> for F {
    fn save(&mut self, training: &mut Training<'_, N>, path: &Path) -> io::Result<()> {
        self(training.network, path)
    }
}

/// Writes the network and all that its training has behind it: [`Compiled::save`](crate::training::Compiled::save).
#[cfg(feature = "safetensors")]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Checkpoint;

#[cfg(feature = "safetensors")]
impl<N: crate::training::Network> Save<N> for Checkpoint {
    fn save(&mut self, training: &mut Training<'_, N>, path: &Path) -> io::Result<()> {
        let (network, state) = training.state();
        let written = crate::weights::training_content(network, state).and_then(|content| content.write_in_place(path));
        written.map_err(io::Error::other)
    }
}

/// A checkpoint cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", path.display())]
struct SaveError {
    path: PathBuf,
    #[source]
    error: io::Error,
}

const NAME: &str = "ModelCheckpoint";

impl ModelCheckpoint {
    /// After every epoch, to this path.
    pub fn new(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            monitor: Monitor::new("val_loss"),
            save_best_only: false,
            threshold: None,
            save_freq: 1,
            verbose: false,
            save: SaveParameters,
        }
    }
}

impl<S> ModelCheckpoint<S> {
    /// Only if a figure is better than after every epoch before. Which: see [`monitor`](Self::monitor).
    #[must_use]
    pub fn save_best_only(self, save_best_only: bool) -> Self {
        Self { save_best_only, ..self }
    }
    /// Which figure decides what is best: `val_loss` unless told otherwise.
    #[must_use]
    pub fn monitor(self, name: &str) -> Self {
        Self { monitor: Monitor::new(name), ..self }
    }
    /// Whether that figure is to become small or large, which is otherwise guessed from its name.
    #[must_use]
    pub fn mode(mut self, mode: MonitorMode) -> Self {
        self.monitor.mode = mode;
        self
    }
    /// After every so many epochs; zero is as one. Keras counts batches here.
    #[must_use]
    pub fn save_freq(self, epochs: usize) -> Self {
        Self { save_freq: epochs.max(1), ..self }
    }
    /// What must be surpassed by the first figure already. A training that goes on from a checkpoint has its best figure.
    #[must_use]
    pub fn initial_value_threshold(self, threshold: f64) -> Self {
        Self { threshold: Some(threshold), ..self }
    }
    /// Whether it says what it does after each epoch.
    #[must_use]
    pub fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }
    /// In another format: a function of the network and of the path, which need not care for an old file.
    pub fn save_with<N, F: FnMut(&N, &Path) -> io::Result<()>>(self, save: F) -> ModelCheckpoint<F> {
        self.format(save)
    }
    /// As safetensors, with all that the training has behind it: to go on from there by
    /// [`Compiled::load`](crate::training::Compiled::load).
    ///
    /// It is to be the last callback: what one behind it changes or [remembers](Status::remember) is not in the file.
    #[cfg(feature = "safetensors")]
    pub fn resumable(self) -> ModelCheckpoint<Checkpoint> {
        self.format(Checkpoint)
    }

    fn format<New>(self, save: New) -> ModelCheckpoint<New> {
        let Self { path, monitor, save_best_only, threshold, save_freq, verbose, .. } = self;
        ModelCheckpoint { path, monitor, save_best_only, threshold, save_freq, verbose, save }
    }

    fn is_due(&mut self, status: &mut Status, path: &str) -> bool {
        if !self.save_best_only {
            self.say(status, format_args!("saving model to {path}"));
            return true;
        }
        let Some(current) = status.get(&self.monitor.name) else { return false };
        let best = self.monitor.best.map_or("None".into(), |best| format!("{best:.5}"));
        let (improved, name) = (self.monitor.improve(current), &self.monitor.name);
        self.monitor.remember(status, &[]);
        if improved {
            self.say(status, format_args!("{name} improved from {best} to {current:.5}, saving model to {path}"));
        } else {
            self.say(status, format_args!("{name} did not improve from {best}"));
        }
        improved
    }

    fn say(&self, status: &mut Status, text: impl fmt::Display) {
        if self.verbose {
            let epoch = status.epoch() + 1;
            status.say(format_args!("Epoch {epoch}: {text}"));
        }
    }

    /// Writes beside the file and renames.
    fn replace<N>(&mut self, training: &mut Training<'_, N>, path: &Path) -> io::Result<()>
    where
        S: Save<N>,
    {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        atomic_write(path, |beside| self.save.save(training, beside))
    }
}

impl<N: Layer, S: Save<N>> Callback<N> for ModelCheckpoint<S> {
    fn on_train_begin(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        let [] = self.monitor.recall(NAME, training, []);
        self.monitor.best = self.threshold.or(self.monitor.best);
        if self.save_best_only {
            self.monitor.check(NAME, training)?;
        }
        // A path that cannot be filled in is to be told before hours of training. A figure of another callback comes later.
        match checkpoint_path::fill(&self.path, training) {
            Err(PathError::Unknown { .. }) | Ok(_) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        if !(training.epoch() + 1).is_multiple_of(self.save_freq) {
            return Ok(());
        }
        let Some(text) = checkpoint_path::fill(&self.path, training)? else { return Ok(()) };
        if !self.is_due(training, &text) {
            return Ok(());
        }
        let path = PathBuf::from(&text);
        self.replace(training, &path).map_err(|error| SaveError { path, error })?;
        self.say(training, format_args!("finished saving model to {text}"));
        Ok(())
    }
}
