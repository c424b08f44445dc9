use std::fs::File;
use std::path::PathBuf;
use std::rc::Rc;

use super::{Batches, SampleReader};
use crate::data::csv::{Classes, CsvErrorKind, CsvOptions, Records};
use crate::data::file;
use crate::data::file_error::FileError;
use crate::scalar::Scalar;

/// Which columns of which table.
struct Columns {
    path: PathBuf,
    options: CsvOptions,
    inputs: Vec<String>,
    targets: Vec<String>,
    /// The classes that targets name; nothing where they are numbers.
    classes: Option<Rc<Classes>>,
}

impl Columns {
    fn open(&self) -> Result<Rows, FileError> {
        file::read(&self.path, |file| {
            let records = Records::new(file, self.options)?;
            let find = |names: &[String]| names.iter().map(|name| records.find(name)).collect::<Result<Vec<_>, _>>();
            let (inputs, targets) = (find(&self.inputs)?, find(&self.targets)?);
            Ok(Rows { path: self.path.clone(), records, inputs, targets, classes: self.classes.clone() })
        })
    }
}

/// Some columns of a table, row by row.
struct Rows {
    path: PathBuf,
    records: Records<File>,
    inputs: Vec<usize>,
    targets: Vec<usize>,
    classes: Option<Rc<Classes>>,
}

impl Rows {
    fn next<T: Scalar>(&mut self, x: &mut [T], y: &mut [T]) -> Result<bool, FileError> {
        let Some(record) = self.records.next()? else { return Ok(false) };
        fill(&self.inputs, x, |column| record.number(column))?;
        match &self.classes {
            None => fill(&self.targets, y, |column| record.number(column))?,
            Some(classes) => {
                fill(&self.targets, y, |column| record.label(column, classes).map(|label| T::from_f64(label as f64)))?
            }
        }
        Ok(true)
    }
}

fn fill<T>(
    columns: &[usize],
    numbers: &mut [T],
    read: impl Fn(usize) -> Result<T, CsvErrorKind>,
) -> Result<(), CsvErrorKind> {
    for (&column, number) in columns.iter().zip(numbers) {
        *number = read(column)?;
    }
    Ok(())
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
        let (inputs, targets) = (inputs.map(str::to_owned).into(), targets.map(str::to_owned).into());
        let columns = Columns { path: path.into(), options, inputs, targets, classes: None };
        Self::new(move || columns.open())
    }
}

impl<T: Scalar, const INPUTS: usize> Batches<T, INPUTS, 1> {
    /// From columns of numbers and one that names classes, which become their indices: the targets of
    /// `SparseCategoricalCrossentropy`.
    pub fn csv_classes(
        path: impl Into<PathBuf>,
        inputs: [&str; INPUTS],
        target: &str,
        classes: &[impl AsRef<str>],
        options: CsvOptions,
    ) -> Self {
        let names: Vec<String> = classes.iter().map(|name| name.as_ref().to_owned()).collect();
        let (inputs, targets) = (inputs.map(str::to_owned).into(), vec![target.to_owned()]);
        let classes = Some(Rc::new(Classes::new(&names)));
        let columns = Columns { path: path.into(), options, inputs, targets, classes };
        Self::new(move || columns.open())
    }
}
