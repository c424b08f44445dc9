use core::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use mlp_core::layers::Module;
use mlp_data::{FileError, atomic_write_path};

use super::checkpoint_path::{self, PathError};
use super::monitor::Monitor;
use super::{Callback, CallbackResult, Status, Training};
use crate::Network;
use crate::metrics::MonitorMode;
use crate::weights;

/// Writes the weights, or a whole checkpoint, to a file after an epoch. Needs the feature `safetensors`. Keras:
/// `ModelCheckpoint`.
///
/// The path may contain placeholders in Python's format: `{epoch}`, 1-based, and every metric. By default the file holds the
/// weights, as [`Network::save_weights`](crate::Network::save_weights) writes them. Files are written atomically:
/// to a temporary file, then renamed.
///
/// ```
/// # mod mlp { pub use mlp_train::{Fit, ModelCheckpoint}; }
/// use mlp::{Fit, ModelCheckpoint};
///
/// # let (x, y) = ([[0.0]], [[0.0]]);
/// let best = ModelCheckpoint::new("weights/{epoch:02d}-{val_loss:.2f}.safetensors").save_best_only(true);
/// let last = ModelCheckpoint::new("last.safetensors").resumable();
/// let fit = Fit::new().epochs(100).validation_data(&x, &y).callback((best, last));
/// # let _ = fit;
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCheckpoint<S = SaveWeights> {
    path: String,
    monitor: Monitor,
    save_best_only: bool,
    threshold: Option<f64>,
    save_freq: usize,
    verbose: bool,
    save: S,
}

/// The format in which a [`ModelCheckpoint`] writes a network. A function of the network and the path is one.
pub trait Save<N> {
    /// Replaces the file of this path.
    ///
    /// # Errors
    /// If the file cannot be written. An existing file is left unchanged.
    fn save(&mut self, training: &mut Training<'_, N>, path: &Path) -> io::Result<()>;

    /// Returns an error if the name of a file is that of another format. Called before the training. Defaults to no check.
    ///
    /// # Errors
    /// Names the file and the format.
    fn check_path(&self, path: &Path) -> Result<(), FileError> {
        let _ = path;
        Ok(())
    }
}

/// Writes the weights, as [`Network::save_weights`](crate::Network::save_weights) does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SaveWeights;

impl<N: Network> Save<N> for SaveWeights {
    fn check_path(&self, path: &Path) -> Result<(), FileError> {
        weights::check_name(path)
    }
    fn save(&mut self, training: &mut Training<'_, N>, path: &Path) -> io::Result<()> {
        let content = weights::weights_content(training.network).map_err(io::Error::other)?;
        content.write(path).map_err(io::Error::other)
    }
}

/// Writes a checkpoint, as [`Compiled::save`](crate::Compiled::save) does.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SaveCheckpoint;

impl<N: Network> Save<N> for SaveCheckpoint {
    fn check_path(&self, path: &Path) -> Result<(), FileError> {
        weights::check_name(path)
    }
    fn save(&mut self, training: &mut Training<'_, N>, path: &Path) -> io::Result<()> {
        let content = training.content().map_err(io::Error::other)?;
        content.write(path).map_err(io::Error::other)
    }
}

impl<N, F: FnMut(&N, &Path) -> io::Result<()>> Save<N> for F {
    fn save(&mut self, training: &mut Training<'_, N>, path: &Path) -> io::Result<()> {
        atomic_write_path(path, |temporary| self(training.network, temporary))
    }
}

/// A file that cannot be written.
#[derive(thiserror::Error)]
#[error("{}: {error}", path.display())]
struct SaveError {
    path: PathBuf,
    #[source]
    error: io::Error,
}

mlp_core::debug_as_display!(SaveError);

const NAME: &str = "ModelCheckpoint";

impl ModelCheckpoint {
    /// Creates a callback that writes the weights to this path after every epoch.
    pub fn new(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            monitor: Monitor::new("val_loss"),
            save_best_only: false,
            threshold: None,
            save_freq: 1,
            verbose: false,
            save: SaveWeights,
        }
    }
}

impl<S> ModelCheckpoint<S> {
    /// Sets whether to write only if the [monitored](Self::monitor) metric is the best so far. Defaults to `false`.
    #[must_use]
    pub fn save_best_only(self, save_best_only: bool) -> Self {
        Self { save_best_only, ..self }
    }
    /// Sets the metric that decides which epoch is best. Defaults to `val_loss`.
    #[must_use]
    pub fn monitor(self, name: &str) -> Self {
        Self { monitor: Monitor::new(name), ..self }
    }
    /// Sets the direction in which the metric improves. Defaults to that of the metric.
    #[must_use]
    pub fn mode(mut self, mode: MonitorMode) -> Self {
        self.monitor.mode = Some(mode);
        self
    }
    /// Sets the number of epochs from one file to the next. Defaults to 1; 0 means 1. Keras counts batches.
    #[must_use]
    pub fn save_freq(self, epochs: usize) -> Self {
        Self { save_freq: epochs.max(1), ..self }
    }
    /// Sets a value that the first metric must surpass. Defaults to none, or to the best metric of the checkpoint that the
    /// training resumes.
    #[must_use]
    pub fn initial_value_threshold(self, threshold: f64) -> Self {
        Self { threshold: Some(threshold), ..self }
    }
    /// Sets whether to print what is written. Defaults to `false`.
    #[must_use]
    pub fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }
    /// Sets a custom format: a function that writes a network to a new file.
    pub fn save_with<N, F: FnMut(&N, &Path) -> io::Result<()>>(self, save: F) -> ModelCheckpoint<F> {
        self.format(save)
    }
    /// Writes checkpoints instead of weights, for [`Compiled::load`](crate::Compiled::load) to resume.
    ///
    /// Make it the last callback: a file does not hold what later callbacks change, or the state that they
    /// [set](Status::set_state).
    pub fn resumable(self) -> ModelCheckpoint<SaveCheckpoint> {
        self.format(SaveCheckpoint)
    }

    fn format<New>(self, save: New) -> ModelCheckpoint<New> {
        let Self { path, monitor, save_best_only, threshold, save_freq, verbose, .. } = self;
        ModelCheckpoint { path, monitor, save_best_only, threshold, save_freq, verbose, save }
    }

    /// Returns whether to write a file after this epoch, and prints why.
    fn is_due(&mut self, status: &mut Status, path: &str) -> bool {
        if !self.save_best_only {
            self.print(status, format_args!("saving model to {path}"));
            return true;
        }
        let Some(current) = status.get(&self.monitor.name) else { return false };
        let best = self.monitor.best.map_or("None".into(), |best| format!("{best:.5}"));
        let improved = self.monitor.improve(current);
        self.monitor.save(status, &[]);
        let name = &self.monitor.name;
        if improved {
            self.print(status, format_args!("{name} improved from {best} to {current:.5}, saving model to {path}"));
        } else {
            self.print(status, format_args!("{name} did not improve from {best}"));
        }
        improved
    }

    fn print(&self, status: &mut Status, text: impl fmt::Display) {
        if self.verbose {
            let epoch = status.epoch() + 1;
            status.print_line(format_args!("Epoch {epoch}: {text}"));
        }
    }

    /// Creates the folder of the file, and writes it.
    fn write<N>(&mut self, training: &mut Training<'_, N>, path: &Path) -> io::Result<()>
    where
        S: Save<N>,
    {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        self.save.save(training, path)
    }
}

impl<N: Module, S: Save<N>> Callback<N> for ModelCheckpoint<S> {
    fn on_train_begin(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        let [] = self.monitor.restore(NAME, training, []);
        self.monitor.best = self.threshold.or(self.monitor.best);
        if self.save_best_only {
            self.monitor.check(NAME, training)?;
        }
        self.save.check_path(Path::new(&self.path))?;
        // Report an invalid path before hours of training. Another callback may log an unknown metric later.
        match checkpoint_path::fill(&self.path, training) {
            Err(PathError::Unknown { .. }) | Ok(_) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        if self.save_best_only {
            self.monitor.check_logged(NAME, training)?;
        }
        if !(training.epoch() + 1).is_multiple_of(self.save_freq) {
            return Ok(());
        }
        let Some(text) = checkpoint_path::fill(&self.path, training)? else { return Ok(()) };
        if !self.is_due(training, &text) {
            return Ok(());
        }
        let path = PathBuf::from(&text);
        self.write(training, &path).map_err(|error| SaveError { path, error })?;
        self.print(training, format_args!("finished saving model to {text}"));
        Ok(())
    }

    fn logs_metrics(&self) -> bool {
        false
    }
}
