mod record;

use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::BuildHasher;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Callback, CallbackResult, Training};
use mlp_core::layers::Module;
use record::{record, scalar_event, version_event};

/// Writes the metrics of every epoch to event files for TensorBoard: `tensorboard --logdir logs`. Keras: `TensorBoard`.
///
/// As in Keras, the files are in the folders `train` and `validation` of the log folder, and the metrics have the names
/// `epoch_loss`, `epoch_learning_rate` and so on. Every training adds files, so use one log folder per training.
///
/// ```
/// # mod mlp { pub use mlp_train::{Fit, TensorBoard}; }
/// use mlp::{Fit, TensorBoard};
///
/// let fit = Fit::new().epochs(100).callback(TensorBoard::new("logs/first"));
/// # let _ = fit;
/// ```
#[derive(Debug)]
pub struct TensorBoard {
    folder: PathBuf,
    train: Option<File>,
    validation: Option<File>,
}

/// An event file that cannot be written.
#[derive(thiserror::Error)]
#[error("{}: {error}", folder.display())]
struct EventError {
    folder: PathBuf,
    #[source]
    error: io::Error,
}

mlp_core::debug_as_display!(EventError);

impl TensorBoard {
    /// Creates a callback that writes below this folder. The folder is created if it does not exist.
    pub fn new(folder: impl AsRef<Path>) -> Self {
        Self { folder: folder.as_ref().to_owned(), train: None, validation: None }
    }

    fn error(&self, error: io::Error) -> EventError {
        EventError { folder: self.folder.clone(), error }
    }

    fn write(&mut self, epoch: u64, logs: &[(&str, f64)], rate: f64) -> io::Result<()> {
        let now = seconds_since_1970();
        let event = |name: &str, value| record(&scalar_event(now, epoch, &format!("epoch_{name}"), value));
        let mut train = Vec::new();
        let mut validation = Vec::new();
        for &(name, value) in logs {
            match name.strip_prefix("val_") {
                Some(name) => validation.extend(event(name, value)),
                None => train.extend(event(name, value)),
            }
        }
        if !logs.iter().any(|&(name, _)| name == "learning_rate") {
            train.extend(event("learning_rate", rate));
        }
        append(&mut self.train, &self.folder.join("train"), &train)?;
        append(&mut self.validation, &self.folder.join("validation"), &validation)
    }
}

/// Appends events to a file, which is created when there is a first event.
fn append(file: &mut Option<File>, folder: &Path, events: &[u8]) -> io::Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    if file.is_none() {
        let mut created = create(folder)?;
        created.write_all(&record(&version_event(seconds_since_1970())))?;
        *file = Some(created);
    }
    file.as_mut().map_or(Ok(()), |file| file.write_all(events))
}

/// Creates a file with a unique name. TensorBoard reads the files of a folder in the order of their names.
fn create(folder: &Path) -> io::Result<File> {
    fs::create_dir_all(folder)?;
    let seconds = seconds_since_1970() as u64;
    let unique = RandomState::new().hash_one(0);
    let name = format!("events.out.tfevents.{seconds:010}.mlp.{}.{unique:016x}", std::process::id());
    File::create_new(folder.join(name))
}

fn seconds_since_1970() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}

impl<N: Module> Callback<N> for TensorBoard {
    fn on_train_begin(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        // Report a folder that cannot be written before hours of training.
        fs::create_dir_all(&self.folder).map_err(|error| self.error(error))?;
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        let logs: Vec<_> = training.logs().collect();
        self.write(training.epoch() as u64, &logs, training.learning_rate()).map_err(|error| self.error(error))?;
        Ok(())
    }

    fn on_train_end(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        self.train = None;
        self.validation = None;
        Ok(())
    }

    fn logs_metrics(&self) -> bool {
        false
    }
}
