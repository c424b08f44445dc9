mod record;

use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::BuildHasher;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Callback, CallbackResult, Training};
use crate::layers::Layer;
use record::{record, scalar_event, version_event};

/// Writes the figures of every epoch to event files, which TensorBoard shows: `tensorboard --logdir logs`. Keras:
/// `TensorBoard`.
///
/// As Keras does, it writes to the folders `train` and `validation` of the log folder, under the names `epoch_loss`,
/// `epoch_learning_rate` and so on. A training adds files to those of others; give each a log folder of its own to tell them
/// apart.
#[derive(Debug)]
pub struct TensorBoard {
    folder: PathBuf,
    train: Option<File>,
    validation: Option<File>,
}

/// An event file cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", folder.display())]
struct EventError {
    folder: PathBuf,
    #[source]
    error: io::Error,
}

impl TensorBoard {
    /// Writes below this folder, which is made if there is none.
    pub fn new(folder: impl AsRef<Path>) -> Self {
        Self { folder: folder.as_ref().to_owned(), train: None, validation: None }
    }

    fn error(&self, error: io::Error) -> EventError {
        EventError { folder: self.folder.clone(), error }
    }

    fn write(&mut self, epoch: u64, logs: &[(&str, f64)], rate: f64) -> io::Result<()> {
        let now = seconds_since_1970();
        let event = |name: &str, value| record(&scalar_event(now, epoch, &format!("epoch_{name}"), value));
        let (mut train, mut validation) = (Vec::new(), Vec::new());
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

/// Adds to a file, which is begun where there is something to add.
fn append(file: &mut Option<File>, folder: &Path, events: &[u8]) -> io::Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    if file.is_none() {
        let mut begun = begin(folder)?;
        begun.write_all(&record(&version_event(seconds_since_1970())))?;
        *file = Some(begun);
    }
    file.as_mut().map_or(Ok(()), |file| file.write_all(events))
}

/// A file with a name that no other training takes. TensorBoard reads files of one folder in the order of their names.
fn begin(folder: &Path) -> io::Result<File> {
    fs::create_dir_all(folder)?;
    let (seconds, unique) = (seconds_since_1970() as u64, RandomState::new().hash_one(0));
    let name = format!("events.out.tfevents.{seconds:010}.mlp.{}.{unique:016x}", std::process::id());
    File::create_new(folder.join(name))
}

fn seconds_since_1970() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}

impl<N: Layer> Callback<N> for TensorBoard {
    fn on_train_begin(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        // What cannot be written is to be told before hours of training.
        fs::create_dir_all(&self.folder).map_err(|error| self.error(error))?;
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        let logs: Vec<_> = training.logs().collect();
        let (epoch, rate) = (training.epoch() as u64, training.learning_rate());
        self.write(epoch, &logs, rate).map_err(|error| self.error(error))?;
        Ok(())
    }

    fn on_train_end(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        (self.train, self.validation) = (None, None);
        Ok(())
    }
}
