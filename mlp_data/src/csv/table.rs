use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use nalgebra::{DVector, Dyn};

use super::records::{Records, find, number};
use super::{Classes, CsvErrorKind, CsvOptions};
use crate::data::file_error::FileError;
use crate::data::{Batch, file, sparse_targets};
use crate::scalar::Scalar;

/// A table with named columns, from a file of comma-separated values. pandas: `read_csv`.
///
/// ```
/// use mlp_core::data::{CsvOptions, Table};
///
/// let text = "sepal length,species,petal width\n5.1,setosa,0.2\n7.0,versicolor,1.4\n";
/// let table = Table::from_csv(text.as_bytes(), CsvOptions::default())?; // or `Table::read_csv("iris.csv")`
/// let x = table.columns::<f32, 2>(["petal width", "sepal length"])?;
/// let species = table.categories("species")?;
/// assert_eq!(x, nalgebra::Matrix2::new(0.2, 5.1, 1.4, 7.0));
/// assert_eq!((species.labels, species.names[1].as_str()), (vec![0, 1], "versicolor"));
///
/// let error = table.columns::<f32, 1>(["petal_width"]).unwrap_err();
/// assert_eq!(error.to_string(), r#"no column is called "petal_width": did you mean "petal width"?"#);
/// # Ok::<(), mlp_core::data::FileError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Table {
    names: Vec<String>,
    /// All fields, one behind the other.
    text: String,
    /// Where each field ends, row by row.
    ends: Vec<usize>,
    /// The line on which each row begins.
    lines: Vec<u64>,
    file: Option<PathBuf>,
}

/// A column of classes. scikit-learn: what `LabelEncoder` gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Categories {
    /// The index of each row's class.
    pub labels: Vec<usize>,
    /// The classes' names, sorted: by number if all are numbers.
    pub names: Vec<String>,
}

impl Categories {
    /// The labels as targets of `SparseCategoricalCrossentropy`. [`one_hot`](crate::data::one_hot) takes `labels`.
    pub fn targets<T: Scalar>(&self) -> DVector<T> {
        sparse_targets(&self.labels)
    }
}

impl Table {
    /// Reads a file whose first line names the columns and which separates fields by commas.
    ///
    /// # Errors
    /// If the file cannot be read, is empty, names a column twice, or has a row of another length.
    pub fn read_csv(path: impl AsRef<Path>) -> Result<Self, FileError> {
        Self::read_csv_with(path, CsvOptions::default())
    }

    /// Reads a file with another delimiter or without names.
    ///
    /// # Errors
    /// As for [`read_csv`](Self::read_csv).
    pub fn read_csv_with(path: impl AsRef<Path>, options: CsvOptions) -> Result<Self, FileError> {
        let path = path.as_ref();
        let table = file::read(path, |file| Self::from_csv(file, options))?;
        Ok(Self { file: Some(path.into()), ..table })
    }

    /// The same from anything that gives bytes.
    ///
    /// # Errors
    /// As for [`read_csv`](Self::read_csv).
    pub fn from_csv(reader: impl Read, options: CsvOptions) -> Result<Self, FileError> {
        let mut records = Records::new(reader, options)?;
        let (mut text, mut ends, mut lines) = (String::new(), Vec::new(), Vec::new());
        let columns = records.names.len();
        while let Some(record) = records.next()? {
            for column in 0..columns {
                text.push_str(record.text(column)?);
                ends.push(text.len());
            }
            lines.push(record.line);
        }
        Ok(Self { names: records.names, text, ends, lines, file: None })
    }

    /// The columns' names; their numbers from "0" where the file has none.
    pub fn names(&self) -> &[String] {
        &self.names
    }
    /// How many rows there are below the names.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// Some columns as numbers, in the order asked for.
    ///
    /// # Errors
    /// If there is no such column, or a field is empty or no finite number.
    pub fn columns<T: Scalar, const COLUMNS: usize>(
        &self,
        names: [&str; COLUMNS],
    ) -> Result<Batch<T, COLUMNS>, FileError> {
        let mut numbers = Vec::with_capacity(self.rows() * COLUMNS);
        for name in names {
            let column = self.find(name)?;
            for (row, &line) in self.lines.iter().enumerate() {
                numbers.push(number(self.text(row, column), line, name).map_err(|problem| self.error(problem))?);
            }
        }
        Ok(Batch::from_vec_generic(Dyn(self.rows()), nalgebra::Const, numbers))
    }

    /// A column of text as classes: the index of each row's class, and the classes' names.
    ///
    /// # Errors
    /// If there is no such column, or a field is empty.
    pub fn categories(&self, name: &str) -> Result<Categories, FileError> {
        let column = self.find(name)?;
        let distinct: BTreeSet<&str> = (0..self.rows()).map(|row| self.text(row, column)).collect();
        let mut names: Vec<String> = distinct.into_iter().map(str::to_owned).collect();
        let numbers: Result<Vec<f64>, _> = names.iter().map(|name| name.parse()).collect();
        if numbers.is_ok() {
            let value = |name: &String| name.parse::<f64>().unwrap_or(f64::NAN);
            names.sort_by(|one, other| value(one).total_cmp(&value(other)));
        }
        Ok(Categories { labels: self.labels(name, &names)?, names })
    }

    /// A column of text as indices to known classes: those of the training data, for a file of test data.
    ///
    /// # Errors
    /// If there is no such column, or a field is empty or no known class.
    pub fn labels(&self, name: &str, classes: &[String]) -> Result<Vec<usize>, FileError> {
        let column = self.find(name)?;
        let classes = Classes::new(classes);
        let label = |row: usize| classes.find(self.text(row, column), self.lines[row], name);
        (0..self.rows()).map(|row| label(row).map_err(|problem| self.error(problem))).collect()
    }

    fn find(&self, name: &str) -> Result<usize, FileError> {
        find(&self.names, name).map_err(|problem| self.error(problem))
    }

    fn text(&self, row: usize, column: usize) -> &str {
        let field = row * self.names.len() + column;
        let start = if field == 0 { 0 } else { self.ends[field - 1] };
        &self.text[start..self.ends[field]]
    }

    fn error(&self, problem: CsvErrorKind) -> FileError {
        let error = FileError::from(problem);
        self.file.iter().fold(error, |error, file| error.in_file(file))
    }
}
