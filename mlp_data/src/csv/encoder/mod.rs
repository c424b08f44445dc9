//! Columns of a table as features: numbers with filled gaps, and text as one-hot codes.
//!
//! [`TableColumns`] describes which columns are features and how; [`TableEncoder`] is fitted to a table, and turns this and
//! other tables into samples in the same way.

mod column;
mod columns;
mod fill;
mod text;

pub use columns::TableColumns;
pub use fill::Fill;

use nalgebra::{Const, Dyn};

use crate::csv::{Table, is_gap};
use crate::error::{CsvErrorKind, FileError};
use crate::{Batch, csv};
use column::{Coded, Column};
use mlp_core::Scalar;

/// Fitted conversion of a table's columns into features. scikit-learn: `ColumnTransformer` with `SimpleImputer`,
/// `OneHotEncoder` and `StandardScaler`.
///
/// ```
/// # mod mlp { pub mod data { pub use mlp_data::{CsvOptions, Fill, Table, TableColumns}; } }
/// use mlp::data::{CsvOptions, Fill, Table, TableColumns};
///
/// let text = "age,port,survived\n20,S,0\n,C,1\n40,S,1\n";
/// let table = Table::from_csv(text.as_bytes(), CsvOptions::new())?;
/// let encoder = TableColumns::all().except(["survived"]).fill(Fill::Mean).fit(&table)?;
/// assert_eq!(encoder.names(), ["age", "port=C", "port=S"]);
/// let x = encoder.transform::<f32, 3>(&table)?;
/// assert_eq!(x.row(1), nalgebra::RowVector3::new(30.0, 1.0, 0.0));
///
/// // New rows have the same columns, fills and categories.
/// let new = Table::from_rows(["port", "age"], [["C", "25"]])?;
/// assert_eq!(encoder.transform::<f32, 3>(&new)?, nalgebra::RowVector3::new(25.0, 1.0, 0.0));
/// # Ok::<(), mlp_data::FileError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TableEncoder {
    columns: Vec<Column>,
}

impl TableEncoder {
    /// Returns the number of features.
    pub fn width(&self) -> usize {
        self.columns.iter().map(Column::width).sum()
    }

    /// Returns the names of the features: the name of a column of numbers, or `column=category`.
    pub fn names(&self) -> Vec<String> {
        self.columns.iter().flat_map(Column::names).collect()
    }

    /// Returns the features of all rows of a table. It may have further columns, in any order.
    ///
    /// # Errors
    /// If the number of features is not `COLUMNS`, a column is missing, a field is empty and its column has no fill, or a
    /// category is unknown.
    pub fn transform<T: Scalar, const COLUMNS: usize>(&self, table: &Table) -> Result<Batch<T, COLUMNS>, FileError> {
        self.check_width(COLUMNS)?;
        let mut values = Vec::with_capacity(table.rows() * COLUMNS);
        for column in &self.columns {
            self.write(column, table, &mut values)?;
        }
        let values = values.into_iter().map(T::from_f64).collect();
        Ok(Batch::from_vec_generic(Dyn(table.rows()), Const, values))
    }

    /// Returns the features of one row, given as names and texts of its fields.
    ///
    /// # Errors
    /// Returns the errors of [`transform`](Self::transform).
    pub fn transform_one<T: Scalar, const COLUMNS: usize>(
        &self,
        fields: &[(&str, &str)],
    ) -> Result<[T; COLUMNS], FileError> {
        let names = fields.iter().map(|&(name, _)| name);
        let table = Table::from_rows(names, [fields.iter().map(|&(_, text)| text)])?;
        let row = self.transform::<T, COLUMNS>(&table)?;
        Ok(core::array::from_fn(|column| row[column]))
    }

    /// Returns an error if the number of features is not `expected`.
    ///
    /// # Errors
    /// Lists the features.
    pub fn check_width(&self, expected: usize) -> Result<(), FileError> {
        if self.width() == expected {
            return Ok(());
        }
        Err(CsvErrorKind::Width { expected, found: self.width(), names: self.names().join(", ") }.into())
    }

    /// Returns the encoder as text, from which [`from_text`](Self::from_text) reads it.
    pub fn to_text(&self) -> String {
        text::write(&self.columns)
    }

    /// Reads an encoder from the text of [`to_text`](Self::to_text).
    ///
    /// # Errors
    /// If the text is invalid.
    pub fn from_text(text: &str) -> Result<Self, FileError> {
        Ok(Self { columns: text::read(text)? })
    }

    /// Appends the features of a column, feature by feature.
    fn write(&self, column: &Column, table: &Table, values: &mut Vec<f64>) -> Result<(), FileError> {
        let index = table.find(&column.name)?;
        let rows = 0..table.rows();
        let place = |row: usize| (table.text(row, index), table.line(row), column.name.as_str());
        match &column.coded {
            Coded::Number { fill, mean, scale } => {
                for row in rows {
                    let (text, line, name) = place(row);
                    let value = match (is_gap(text), fill) {
                        (true, Some(fill)) => *fill,
                        (true, None) => Err(missing(line, name)).map_err(|kind| table.error(kind))?,
                        (false, _) => csv::parse::<f64>(text, line, name).map_err(|kind| table.error(kind))?,
                    };
                    values.push((value - mean) / scale);
                }
            }
            Coded::Categories { names, fill, ignore_unknown } => {
                let classes = csv::Classes::new(names);
                let class = |row: usize| {
                    let (text, line, name) = place(row);
                    match (is_gap(text), fill) {
                        (true, Some(fill)) => Ok(Some(*fill)),
                        (true, None) => Err(missing(line, name)),
                        (false, _) if *ignore_unknown => Ok(classes.find(text, line, name).ok()),
                        (false, _) => classes.find(text, line, name).map(Some),
                    }
                };
                let classes: Vec<_> =
                    rows.map(|row| class(row).map_err(|kind| table.error(kind))).collect::<Result<_, _>>()?;
                for category in 0..names.len() {
                    values.extend(classes.iter().map(|&class| f64::from(u8::from(class == Some(category)))));
                }
            }
        }
        Ok(())
    }
}

fn missing(line: u64, column: &str) -> CsvErrorKind {
    CsvErrorKind::MissingField { line, column: column.to_owned() }
}
