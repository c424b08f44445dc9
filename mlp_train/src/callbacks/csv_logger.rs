use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Callback, CallbackResult, Training};
use mlp_core::layers::Module;

/// Writes the metrics of every epoch to a CSV file, in the columns of Keras's `CSVLogger`: the epoch, 0-based, and the metrics
/// in the order of their names.
///
/// Every line is written when its epoch ends. A metric without a value, as in an epoch without validation, is `NA`.
///
/// ```
/// # mod mlp { pub use mlp_train::{CsvLogger, Fit}; }
/// use mlp::{CsvLogger, Fit};
///
/// let fit = Fit::new().epochs(100).callback(CsvLogger::new("log.csv").append(true));
/// # let _ = fit;
/// ```
#[derive(Debug)]
pub struct CsvLogger {
    path: PathBuf,
    separator: char,
    append: bool,
    file: Option<File>,
    columns: Vec<String>,
}

/// A file that cannot be written.
#[derive(thiserror::Error)]
#[error("{}: {error}", path.display())]
struct LogError {
    path: PathBuf,
    #[source]
    error: io::Error,
}

mlp_core::debug_as_display!(LogError);

impl CsvLogger {
    /// Creates a logger that writes to this path. An existing file is replaced.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_owned(), separator: ',', append: false, file: None, columns: Vec::new() }
    }
    /// Sets the separator of the columns. Defaults to a comma.
    #[must_use]
    pub fn separator(self, separator: char) -> Self {
        Self { separator, ..self }
    }
    /// Sets whether to append to an existing file. Defaults to `false`.
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

    /// Writes the header, unless the file has lines already.
    fn write_header<'a>(&mut self, names: impl Iterator<Item = &'a str>) -> Result<(), LogError> {
        self.columns = names.map(str::to_owned).collect();
        self.columns.sort();
        let length = self.file.as_ref().map_or(Ok(0), |file| Ok(file.metadata()?.len()));
        if length.map_err(|error| self.error(error))? > 0 {
            return Ok(());
        }
        let header: Vec<_> = core::iter::once("epoch".into()).chain(self.columns.iter().cloned()).collect();
        self.write(header.into_iter())
    }
}

impl<N: Module> Callback<N> for CsvLogger {
    fn on_train_begin(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        self.columns.clear();
        self.open().map_err(|error| self.error(error))?;
        Ok(())
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_, N>) -> CallbackResult {
        if self.columns.is_empty() {
            self.write_header(training.names())?;
        }
        let value = |name: &String| training.get(name).map_or_else(|| "NA".into(), |value| format!("{value:?}"));
        let epoch = training.epoch().to_string();
        let row: Vec<_> = core::iter::once(epoch).chain(self.columns.iter().map(value)).collect();
        self.write(row.into_iter())?;
        Ok(())
    }

    fn on_train_end(&mut self, _training: &mut Training<'_, N>) -> CallbackResult {
        self.file = None;
        Ok(())
    }

    fn logs_metrics(&self) -> bool {
        false
    }
}
