use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use nalgebra::{DVector, Dyn};

use super::classes::Classes;
use super::options::CsvOptions;
use super::records::{Records, find, parse};
use crate::error::{CsvErrorKind, FileError};
use crate::file::read_file;
use crate::{Batch, sparse_targets};
use mlp_core::Scalar;

/// Table with named columns, read from comma-separated values. pandas: `read_csv`.
///
/// ```
/// use mlp_data::{CsvOptions, Table};
///
/// let text = "sepal length,species,petal width\n5.1,setosa,0.2\n7.0,versicolor,1.4\n";
/// let table = Table::from_csv(text.as_bytes(), CsvOptions::new())?; // or `Table::read_csv("iris.csv")`
/// let x = table.columns::<f32, 2>(["petal width", "sepal length"])?;
/// let species = table.categories("species")?;
/// assert_eq!(x, nalgebra::Matrix2::new(0.2, 5.1, 1.4, 7.0));
/// assert_eq!((species.labels, species.names[1].as_str()), (vec![0, 1], "versicolor"));
///
/// let error = table.columns::<f32, 1>(["petal_width"]).unwrap_err();
/// assert_eq!(error.to_string(), r#"unknown column "petal_width"; did you mean "petal width"?"#);
/// # Ok::<(), mlp_data::FileError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Table {
    names: Vec<String>,
    /// Concatenated text of all fields.
    text: String,
    /// End of each field in `text`, row by row.
    ends: Vec<usize>,
    /// Line on which each row starts.
    lines: Vec<u64>,
    file: Option<PathBuf>,
}

/// Column of classes. pandas: `Categorical`; scikit-learn: the output of `LabelEncoder`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Categorical {
    /// Class index of each row.
    pub labels: Vec<usize>,
    /// Sorted names of the classes; sorted by value if all names are numbers.
    pub names: Vec<String>,
}

impl Categorical {
    /// Returns the labels as targets of `SparseCategoricalCrossentropy`. For one-hot targets, pass `labels` to
    /// [`one_hot`](crate::one_hot).
    pub fn targets<T: Scalar>(&self) -> DVector<T> {
        sparse_targets(&self.labels)
    }
}

impl Table {
    /// Reads a file with a header line and commas between fields.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read or is empty, a column name occurs twice, or a row has a different
    /// number of fields.
    pub fn read_csv(path: impl AsRef<Path>) -> Result<Self, FileError> {
        Self::read_csv_with(path, CsvOptions::default())
    }

    /// Reads a file with a custom delimiter or without a header.
    ///
    /// # Errors
    /// Returns the errors of [`read_csv`](Self::read_csv).
    pub fn read_csv_with(path: impl AsRef<Path>, options: CsvOptions) -> Result<Self, FileError> {
        let path = path.as_ref();
        let table = read_file(path, |file| Self::from_csv(file, options))?;
        Ok(Self { file: Some(path.into()), ..table })
    }

    /// Reads a table from any reader.
    ///
    /// # Errors
    /// Returns the errors of [`read_csv`](Self::read_csv).
    pub fn from_csv(reader: impl Read, options: CsvOptions) -> Result<Self, FileError> {
        let mut records = Records::new(reader, options)?;
        let mut text = String::new();
        let mut ends = Vec::new();
        let mut lines = Vec::new();
        let columns = records.names.len();
        while let Some(record) = records.next()? {
            lines.try_reserve(1)?;
            lines.push(record.line);
            for column in 0..columns {
                let field = record.text(column)?;
                text.try_reserve(field.len())?;
                ends.try_reserve(1)?;
                text.push_str(field);
                ends.push(text.len());
            }
            options
                .limits
                .check_memory((text.len() + size_of::<usize>() * ends.len() + size_of::<u64>() * lines.len()) as u64)?;
        }
        Ok(Self { names: records.names, text, ends, lines, file: None })
    }

    /// Returns the column names; "0", "1", … if the file has no header.
    pub fn names(&self) -> &[String] {
        &self.names
    }
    /// Returns the number of rows, without the header.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// Returns columns of numbers, in the requested order.
    ///
    /// # Errors
    /// Returns an error if a column does not exist, or a field is empty or not a finite number.
    pub fn columns<T: Scalar, const COLUMNS: usize>(
        &self,
        names: [&str; COLUMNS],
    ) -> Result<Batch<T, COLUMNS>, FileError> {
        let mut values = Vec::with_capacity(self.rows() * COLUMNS);
        for name in names {
            let column = self.find(name)?;
            for (row, &line) in self.lines.iter().enumerate() {
                values.push(parse(self.text(row, column), line, name).map_err(|kind| self.error(kind))?);
            }
        }
        Ok(Batch::from_vec_generic(Dyn(self.rows()), nalgebra::Const, values))
    }

    /// Returns a column of text as class indices and class names.
    ///
    /// # Errors
    /// Returns an error if the column does not exist, or a field is empty.
    pub fn categories(&self, name: &str) -> Result<Categorical, FileError> {
        let column = self.find(name)?;
        let distinct: BTreeSet<&str> = (0..self.rows()).map(|row| self.text(row, column)).collect();
        let mut names: Vec<String> = distinct.into_iter().map(str::to_owned).collect();
        let values: Result<Vec<f64>, _> = names.iter().map(|name| name.parse()).collect();
        if values.is_ok() {
            let value = |name: &String| name.parse::<f64>().unwrap_or(f64::NAN);
            names.sort_by(|a, b| value(a).total_cmp(&value(b)));
        }
        Ok(Categorical { labels: self.labels(name, &names)?, names })
    }

    /// Returns a column of text as indices of known classes, such as those of the training data.
    ///
    /// # Errors
    /// Returns an error if the column does not exist, or a field is empty or not a known class.
    pub fn labels(&self, name: &str, classes: &[String]) -> Result<Vec<usize>, FileError> {
        let column = self.find(name)?;
        let classes = Classes::new(classes);
        let label = |row: usize| classes.find(self.text(row, column), self.lines[row], name);
        (0..self.rows()).map(|row| label(row).map_err(|kind| self.error(kind))).collect()
    }

    fn find(&self, name: &str) -> Result<usize, FileError> {
        find(&self.names, name).map_err(|kind| self.error(kind))
    }

    fn text(&self, row: usize, column: usize) -> &str {
        let field = row * self.names.len() + column;
        let start = if field == 0 { 0 } else { self.ends[field - 1] };
        &self.text[start..self.ends[field]]
    }

    fn error(&self, kind: CsvErrorKind) -> FileError {
        let error = FileError::from(kind);
        self.file.iter().fold(error, |error, file| error.in_file(file))
    }
}
