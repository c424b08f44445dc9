use std::fs::File;
use std::path::PathBuf;
use std::rc::Rc;

use super::{Batches, SampleReader};
use crate::csv::{Classes, CsvOptions, Records};
use crate::error::{CsvErrorKind, FileError};
use crate::file::read_file;
use mlp_core::Scalar;

/// Columns of a table to read.
struct Columns {
    path: PathBuf,
    options: CsvOptions,
    inputs: Vec<String>,
    targets: Vec<String>,
    /// Classes of the targets; `None` if the targets are numbers.
    classes: Option<Rc<Classes>>,
}

impl Columns {
    fn open(&self) -> Result<TableRows, FileError> {
        read_file(&self.path, |file| {
            let records = Records::new(file, self.options)?;
            let find = |names: &[String]| names.iter().map(|name| records.find(name)).collect::<Result<Vec<_>, _>>();
            let inputs = find(&self.inputs)?;
            let targets = find(&self.targets)?;
            Ok(TableRows { path: self.path.clone(), records, inputs, targets, classes: self.classes.clone() })
        })
    }
}

/// Open table, read row by row.
struct TableRows {
    path: PathBuf,
    records: Records<File>,
    inputs: Vec<usize>,
    targets: Vec<usize>,
    classes: Option<Rc<Classes>>,
}

impl TableRows {
    fn next<T: Scalar>(&mut self, x: &mut [T], y: &mut [T]) -> Result<bool, FileError> {
        let Some(record) = self.records.next()? else { return Ok(false) };
        fill(&self.inputs, x, |column| record.value(column))?;
        match &self.classes {
            None => fill(&self.targets, y, |column| record.value(column))?,
            Some(classes) => {
                fill(&self.targets, y, |column| record.label(column, classes).map(|label| T::from_f64(label as f64)))?
            }
        }
        Ok(true)
    }
}

fn fill<T>(
    columns: &[usize],
    values: &mut [T],
    read: impl Fn(usize) -> Result<T, CsvErrorKind>,
) -> Result<(), CsvErrorKind> {
    for (&column, value) in columns.iter().zip(values) {
        *value = read(column)?;
    }
    Ok(())
}

impl<T: Scalar> SampleReader<T> for TableRows {
    fn read(&mut self, x: &mut [T], y: &mut [T]) -> Result<bool, FileError> {
        self.next(x, y).map_err(|error| error.in_file(&self.path))
    }
}

impl<T: Scalar, const INPUTS: usize, const TARGETS: usize> Batches<T, INPUTS, TARGETS> {
    /// Creates batches from named columns of numbers of a table:
    /// `Batches::<f32, 2, 1>::csv("big.csv", ["a", "b"], ["c"])`.
    pub fn csv(path: impl Into<PathBuf>, inputs: [&str; INPUTS], targets: [&str; TARGETS]) -> Self {
        Self::csv_with(path, inputs, targets, CsvOptions::default())
    }

    /// Creates batches from a table with a custom delimiter or without a header.
    pub fn csv_with(
        path: impl Into<PathBuf>,
        inputs: [&str; INPUTS],
        targets: [&str; TARGETS],
        options: CsvOptions,
    ) -> Self {
        let inputs = inputs.map(str::to_owned).into();
        let targets = targets.map(str::to_owned).into();
        let columns = Columns { path: path.into(), options, inputs, targets, classes: None };
        Self::new(move || columns.open())
    }
}

impl<T: Scalar, const INPUTS: usize> Batches<T, INPUTS, 1> {
    /// Creates batches from columns of numbers and a target column of class names, which are converted to class
    /// indices: the targets of `SparseCategoricalCrossentropy`.
    pub fn csv_classes(
        path: impl Into<PathBuf>,
        inputs: [&str; INPUTS],
        target: &str,
        classes: &[impl AsRef<str>],
        options: CsvOptions,
    ) -> Self {
        let names: Vec<String> = classes.iter().map(|name| name.as_ref().to_owned()).collect();
        let inputs = inputs.map(str::to_owned).into();
        let targets = vec![target.to_owned()];
        let classes = Some(Rc::new(Classes::new(&names)));
        let columns = Columns { path: path.into(), options, inputs, targets, classes };
        Self::new(move || columns.open())
    }
}
