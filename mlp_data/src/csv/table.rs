use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use nalgebra::{DVector, Dyn};

use super::classes::Classes;
use super::options::CsvOptions;
use super::records::{Records, check_unique, find, is_gap, parse};
use crate::error::{CsvErrorKind, FileError, PreprocessingError};
use crate::file::read_file;
use crate::{Batch, Samples, sparse_targets};
use mlp_core::Scalar;

/// Table with named columns, read from comma-separated values. pandas: `read_csv`.
///
/// ```
/// # mod mlp { pub mod data { pub use mlp_data::{CsvOptions, Table}; } }
/// use mlp::data::{CsvOptions, Table};
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

    /// Creates a table from texts, row by row, such as new samples for prediction.
    ///
    /// # Errors
    /// Returns an error if a name occurs twice, or a row has a different number of fields.
    pub fn from_rows<Name: Into<String>, Field: AsRef<str>, Row: IntoIterator<Item = Field>>(
        names: impl IntoIterator<Item = Name>,
        rows: impl IntoIterator<Item = Row>,
    ) -> Result<Self, FileError> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        check_unique(&names)?;
        let (mut text, mut ends, mut lines) = (String::new(), Vec::new(), Vec::new());
        for (line, row) in (1..).zip(rows) {
            for field in row {
                text.push_str(field.as_ref().trim());
                ends.push(text.len());
            }
            lines.push(line);
            let expected = names.len();
            let found = (ends.len() + expected) - lines.len() * expected;
            if found != expected {
                return Err(CsvErrorKind::RaggedRow { line, expected, found }.into());
            }
        }
        Ok(Self { names, text, ends, lines, file: None })
    }

    /// Returns all columns of numbers but those named, such as the target. [`TableColumns`](crate::TableColumns) fills gaps,
    /// and converts text.
    ///
    /// # Errors
    /// Returns an error if the table has another number of columns, a name does not exist, or a field is empty or not a finite
    /// number.
    pub fn columns_except<T: Scalar, const COLUMNS: usize>(
        &self,
        except: &[&str],
    ) -> Result<Batch<T, COLUMNS>, FileError> {
        for name in except {
            self.find(name)?;
        }
        let names: Vec<&str> = self.names.iter().map(String::as_str).filter(|name| !except.contains(name)).collect();
        let (found, listed) = (names.len(), names.join(", "));
        let names = names.try_into().map_err(|_| CsvErrorKind::Width { expected: COLUMNS, found, names: listed });
        self.columns(names.map_err(|kind| self.error(kind))?)
    }

    /// Returns the rows without a gap in any column. pandas: `dropna`. A gap is an empty field or a common mark of a missing
    /// value, as for [`Fill`](crate::Fill).
    #[must_use]
    pub fn drop_gaps(&self) -> Self {
        let is_complete = |&row: &usize| (0..self.names.len()).all(|column| !is_gap(self.text(row, column)));
        self.select(&(0..self.rows()).filter(is_complete).collect::<Vec<_>>())
    }

    /// Returns the rows without a gap in these columns. pandas: `dropna(subset=…)`.
    ///
    /// # Errors
    /// Returns an error if a column does not exist.
    pub fn drop_gaps_in(&self, names: &[&str]) -> Result<Self, FileError> {
        let columns: Vec<usize> = names.iter().map(|name| self.find(name)).collect::<Result<_, _>>()?;
        let is_complete = |&row: &usize| columns.iter().all(|&column| !is_gap(self.text(row, column)));
        Ok(self.select(&(0..self.rows()).filter(is_complete).collect::<Vec<_>>()))
    }

    /// Returns a table of some of the rows.
    fn select(&self, rows: &[usize]) -> Self {
        let (mut text, mut ends) = (String::new(), Vec::with_capacity(rows.len() * self.names.len()));
        for &row in rows {
            for column in 0..self.names.len() {
                text.push_str(self.text(row, column));
                ends.push(text.len());
            }
        }
        let lines = rows.iter().map(|&row| self.lines[row]).collect();
        Self { names: self.names.clone(), text, ends, lines, file: self.file.clone() }
    }

    /// Returns the line on which a row starts.
    pub(crate) fn line(&self, row: usize) -> u64 {
        self.lines[row]
    }

    pub(crate) fn find(&self, name: &str) -> Result<usize, FileError> {
        find(&self.names, name).map_err(|kind| self.error(kind))
    }

    pub(crate) fn text(&self, row: usize, column: usize) -> &str {
        let field = row * self.names.len() + column;
        let start = if field == 0 { 0 } else { self.ends[field - 1] };
        &self.text[start..self.ends[field]]
    }

    pub(crate) fn error(&self, kind: CsvErrorKind) -> FileError {
        let error = FileError::from(kind);
        self.file.iter().fold(error, |error, file| error.in_file(file))
    }
}

/// A split of a table, as of a matrix, has all of its columns.
impl Samples for Table {
    type Selected = Self;
    fn count(&self) -> Result<usize, PreprocessingError> {
        Ok(self.rows())
    }
    fn select_rows(&self, rows: &[usize]) -> Self {
        self.select(rows)
    }
}
