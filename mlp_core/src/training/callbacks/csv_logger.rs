use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Callback, CallbackResult, Training};
use crate::layers::Layer;

/// Writes the figures of every epoch to a table, in the columns of Keras's `CSVLogger`: the epoch, counted from 0, and the
/// figures in the order of their names.
///
/// Every line is written when its epoch ends. A figure that an epoch does not have, as one without validation, is `NA`.
#[derive(Debug)]
pub struct CsvLogger {
    path: PathBuf,
    separator: char,
    append: bool,
    file: Option<File>,
    columns: Vec<String>,
}

/// The table cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", path.display())]
struct LogError {
    path: PathBuf,
    #[source]
    error: io::Error,
}

impl CsvLogger {
    /// A new table, in the place of one that there was.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_owned(), separator: ',', append: false, file: None, columns: Vec::new() }
    }
    /// What stands between two columns.
    #[must_use]
    pub fn separator(self, separator: char) -> Self {
        Self { separator, ..self }
    }
    /// Whether lines are added to a table that there was.
    #[must_use]
    pub fn append(self, append: bool) -> Self {
        Self { append, ..self }
    }

    fn write(&mut self, fields: impl Iterator<Item = String>) -> Result<(), LogError> {
        let mut line = String::new();
        for (position, field) in fields.enumerate() {
            if position > 0 {
                line.push(self.separator);
            }
            line.push_str(&field);
        }
        line.push('\n');
        let written = self.file.as_mut().map_or(Ok(()), |file| file.write_all(line.as_bytes()));
        written.map_err(|error| self.error(error))
    }

    fn error(&self, error: io::Error) -> LogError {
        LogError { path: self.path.clone(), error }
    }

    fn open(&mut self) -> io::Result<()> {
        let mut options = OpenOptions::new();
        let options = options.create(true).write(true).append(self.append).truncate(!self.append);
        self.file = Some(options.open(&self.path)?);
        Ok(())
    }
}

impl<N: Layer> Callback<N> for CsvLogger {
    fn on_train_begin(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        self.columns.clear();
        self.open().map_err(|error| self.error(error))?;
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        if self.columns.is_empty() {
            self.columns = training.names().map(str::to_owned).collect();
            self.columns.sort();
            let length = self.file.as_ref().map_or(Ok(0), |file| Ok(file.metadata()?.len()));
            if length.map_err(|error| self.error(error))? == 0 {
                let header: Vec<_> = core::iter::once("epoch".into()).chain(self.columns.iter().cloned()).collect();
                self.write(header.into_iter())?;
            }
        }
        let value = |name: &String| training.get(name).map_or_else(|| "NA".into(), |value| format!("{value:?}"));
        let row: Vec<_> =
            core::iter::once(training.epoch().to_string()).chain(self.columns.iter().map(value)).collect();
        self.write(row.into_iter())?;
        Ok(())
    }

    fn on_train_end(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        self.file = None;
        Ok(())
    }
}
