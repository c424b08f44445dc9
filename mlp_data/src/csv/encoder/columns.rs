use std::collections::{BTreeMap, BTreeSet};

use super::column::{Coded, Column};
use super::{Fill, TableEncoder, missing};
use crate::csv::{Table, is_gap};
use crate::error::{CsvErrorKind, FileError};
use crate::preprocessing::Moments;

/// Columns of a table that become features, and how.
///
/// A column of which every field is a value or a gap is a feature. Any other column is text, with one feature per category.
///
/// | method | default |
/// |---|---|
/// | [`except`](Self::except) | all columns, or those of [`of`](Self::of) |
/// | [`fill`](Self::fill), [`fill_text`](Self::fill_text), [`fill_column`](Self::fill_column) | a gap is an error |
/// | [`categorical`](Self::categorical) | columns with other text than numbers |
/// | [`standardize`](Self::standardize) | `false` |
/// | [`ignore_unknown`](Self::ignore_unknown) | `false`: an unknown category is an error |
///
/// ```
/// # mod mlp { pub mod data { pub use mlp_data::{CsvOptions, Fill, Table, TableColumns}; } }
/// use mlp::data::{CsvOptions, Fill, Table, TableColumns};
///
/// let text = "class,age,port\n1,20,S\n3,,\n3,50,C\n1,30,S\n";
/// let table = Table::from_csv(text.as_bytes(), CsvOptions::new())?;
/// let columns = TableColumns::all().categorical(["class"]).fill(Fill::Median).fill_text(Fill::MostFrequent);
/// let encoder = columns.fit(&table)?;
/// assert_eq!(encoder.names(), ["class=1", "class=3", "age", "port=C", "port=S"]);
/// let x = encoder.transform::<f64, 5>(&table)?;
/// assert_eq!(x.row(1), nalgebra::RowVector5::new(0.0, 1.0, 30.0, 0.0, 1.0));
/// # Ok::<(), mlp_data::FileError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct TableColumns {
    /// Names of the columns; `None` means all.
    names: Option<Vec<String>>,
    except: Vec<String>,
    categorical: Vec<String>,
    fill: Option<Fill>,
    fill_text: Option<Fill>,
    fill_columns: BTreeMap<String, Fill>,
    standardize: bool,
    ignore_unknown: bool,
}

fn owned(names: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
    names.into_iter().map(Into::into).collect()
}

impl TableColumns {
    /// Selects all columns, in the order of the table.
    pub fn all() -> Self {
        Self::default()
    }
    /// Selects columns by name, in this order.
    pub fn of(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { names: Some(owned(names)), ..Self::default() }
    }
    /// Leaves out columns, such as the target.
    pub fn except(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.except.extend(owned(names));
        self
    }
    /// Sets the fill of gaps in all columns of numbers.
    pub fn fill(self, fill: Fill) -> Self {
        Self { fill: Some(fill), ..self }
    }
    /// Sets the fill of gaps in all columns of text.
    pub fn fill_text(self, fill: Fill) -> Self {
        Self { fill_text: Some(fill), ..self }
    }
    /// Sets the fill of gaps in one column.
    pub fn fill_column(mut self, name: impl Into<String>, fill: Fill) -> Self {
        self.fill_columns.insert(name.into(), fill);
        self
    }
    /// Makes columns categorical whose categories are written as numbers.
    pub fn categorical(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.categorical.extend(owned(names));
        self
    }
    /// Sets whether values are scaled to mean 0 and standard deviation 1, after gaps are filled. Defaults to `false`.
    pub fn standardize(self, standardize: bool) -> Self {
        Self { standardize, ..self }
    }
    /// Sets whether a category that the fitted table does not have becomes zeros. Defaults to `false`: it is an error.
    pub fn ignore_unknown(self, ignore_unknown: bool) -> Self {
        Self { ignore_unknown, ..self }
    }

    /// Computes fills, categories and scales from a table.
    ///
    /// # Errors
    /// If a column does not exist, a fill does not go with a column, or a column has gaps and no fill.
    pub fn fit(&self, table: &Table) -> Result<TableEncoder, FileError> {
        let names = self.names.as_deref().unwrap_or(table.names());
        let named = [&self.except, &self.categorical].into_iter().flatten().chain(self.fill_columns.keys());
        for name in named.chain(names) {
            table.find(name)?;
        }
        let kept = names.iter().filter(|name| !self.except.contains(name));
        let columns = kept.map(|name| self.fit_column(table, name).map_err(|kind| table.error(kind)));
        Ok(TableEncoder { columns: columns.collect::<Result<_, _>>()? })
    }

    fn fit_column(&self, table: &Table, name: &str) -> Result<Column, CsvErrorKind> {
        // The name was checked.
        let index = table.names().iter().position(|known| known == name).unwrap_or_default();
        let fields: Vec<&str> = (0..table.rows()).map(|row| table.text(row, index)).collect();
        let numbers: Option<Vec<f64>> = fields
            .iter()
            .filter(|field| !is_gap(field))
            .map(|field| field.parse().ok().filter(|value: &f64| value.is_finite()))
            .collect();
        let numbers = numbers.filter(|_| !self.categorical.iter().any(|other| other == name));
        let first_gap = fields.iter().position(|field| is_gap(field)).map(|row| table.line(row));
        let fill = self.fill_columns.get(name).or(if numbers.is_some() {
            self.fill.as_ref()
        } else {
            self.fill_text.as_ref()
        });
        if let (Some(line), None) = (first_gap, fill) {
            return Err(missing(line, name));
        }
        let coded = match numbers {
            Some(numbers) => self.fit_numbers(&numbers, fields.len(), fill, name)?,
            None => self.fit_categories(&fields, fill, name)?,
        };
        Ok(Column { name: name.to_owned(), coded })
    }

    /// Fits a column of numbers. The gaps are the rows that `numbers` lacks.
    fn fit_numbers(
        &self,
        numbers: &[f64],
        rows: usize,
        fill: Option<&Fill>,
        name: &str,
    ) -> Result<Coded, CsvErrorKind> {
        // A fill without a gap in this table may still be needed for others.
        let has_values = !numbers.is_empty() || rows > 0;
        let fill = fill.filter(|_| has_values).map(|fill| fill.number(numbers, name)).transpose()?;
        let mut filled = numbers.to_vec();
        filled.resize(rows, fill.unwrap_or_default());
        let moments = Moments::of(filled.iter().copied());
        let deviation = moments.variance().sqrt();
        let is_scaled = self.standardize && rows > 0;
        let mean = if is_scaled { moments.mean } else { 0.0 };
        let scale = if is_scaled && deviation > 0.0 && deviation.is_finite() { deviation } else { 1.0 };
        Ok(Coded::Number { fill, mean, scale })
    }

    fn fit_categories(&self, fields: &[&str], fill: Option<&Fill>, name: &str) -> Result<Coded, CsvErrorKind> {
        let distinct: BTreeSet<&str> = fields.iter().copied().filter(|field| !is_gap(field)).collect();
        let mut names = owned(distinct);
        if names.iter().all(|name| name.parse::<f64>().is_ok()) {
            let value = |name: &String| name.parse::<f64>().unwrap_or(f64::NAN);
            names.sort_by(|a, b| value(a).total_cmp(&value(b)));
        }
        let fill = fill.map(|fill| fill.category(fields, &mut names, name)).transpose()?;
        Ok(Coded::Categories { names, fill, ignore_unknown: self.ignore_unknown })
    }
}
