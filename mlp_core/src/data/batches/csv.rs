use std::fs::File;
use std::path::PathBuf;

use super::{Batches, SampleReader};
use crate::data::csv::{CsvOptions, Records};
use crate::data::file;
use crate::data::file_error::FileError;
use crate::scalar::Scalar;

/// Some columns of a table, row by row.
struct Rows {
    path: PathBuf,
    records: Records<File>,
    inputs: Vec<usize>,
    targets: Vec<usize>,
}

impl Rows {
    fn open(path: PathBuf, inputs: &[String], targets: &[String], options: CsvOptions) -> Result<Self, FileError> {
        let records = file::read(&path, |file| Records::new(file, options))?;
        let find = |names: &[String]| -> Result<Vec<usize>, FileError> {
            let columns = names.iter().map(|name| records.find(name)).collect::<Result<_, _>>();
            columns.map_err(|problem| FileError::from(problem).in_file(&path))
        };
        let (inputs, targets) = (find(inputs)?, find(targets)?);
        Ok(Self { path, records, inputs, targets })
    }

    fn next<T: Scalar>(&mut self, x: &mut [T], y: &mut [T]) -> Result<bool, FileError> {
        let Some(record) = self.records.next()? else { return Ok(false) };
        for (columns, numbers) in [(&self.inputs, x), (&self.targets, y)] {
            for (&column, number) in columns.iter().zip(numbers) {
                *number = record.number(column)?;
            }
        }
        Ok(true)
    }
}

impl<T: Scalar> SampleReader<T> for Rows {
    fn read(&mut self, x: &mut [T], y: &mut [T]) -> Result<bool, FileError> {
        self.next(x, y).map_err(|error| error.in_file(&self.path))
    }
}

impl<T: Scalar, const INPUTS: usize, const TARGETS: usize> Batches<T, INPUTS, TARGETS> {
    /// From columns of a table, all of them numbers, by their names: `Batches::<f32, 2, 1>::csv("big.csv", ["a", "b"],
    /// ["c"])`.
    pub fn csv(path: impl Into<PathBuf>, inputs: [&str; INPUTS], targets: [&str; TARGETS]) -> Self {
        Self::csv_with(path, inputs, targets, CsvOptions::default())
    }

    /// The same from a table with another delimiter or without names.
    pub fn csv_with(
        path: impl Into<PathBuf>,
        inputs: [&str; INPUTS],
        targets: [&str; TARGETS],
        options: CsvOptions,
    ) -> Self {
        let (path, inputs, targets) = (path.into(), inputs.map(str::to_owned), targets.map(str::to_owned));
        Self::new(move || Rows::open(path.clone(), &inputs, &targets, options))
    }
}
