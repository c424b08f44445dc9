//! Tables from record batches of Apache Arrow, as Parquet files, data bases and data frames produce them.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;

use crate::csv::Table;
use crate::error::{FileError, FileErrorKind};

impl Table {
    /// Creates a table from record batches of one schema. Null values become gaps, which
    /// [`TableColumns`](crate::TableColumns) fills.
    ///
    /// Columns are of integers, floating-point numbers, `bool` (0 or 1), text, or dictionaries of text.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
    /// # mod mlp { pub mod data { pub use mlp_data::{Fill, Table, TableColumns}; } }
    /// use mlp::data::{Fill, Table, TableColumns};
    ///
    /// let age: ArrayRef = Arc::new(Float64Array::from(vec![Some(20.5), None, Some(40.5)]));
    /// let port: ArrayRef = Arc::new(StringArray::from(vec!["S", "C", "S"]));
    /// let batch = RecordBatch::try_from_iter([("age", age), ("port", port)])?;
    /// let table = Table::from_arrow(&[batch])?;
    /// let x = TableColumns::all().fill(Fill::Mean).fit(&table)?.transform::<f32, 3>(&table)?;
    /// assert_eq!(x.row(1), nalgebra::RowVector3::new(30.5, 1.0, 0.0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there is no batch, a batch has other columns than the first, or the type of a column is none of these.
    pub fn from_arrow(batches: &[RecordBatch]) -> Result<Self, FileError> {
        let names: Vec<String> = match batches.first() {
            Some(batch) => batch.schema().fields().iter().map(|field| field.name().clone()).collect(),
            None => return Err(FileErrorKind::Other("there are no record batches".to_owned()).into()),
        };
        let mut rows = Vec::new();
        for (index, batch) in batches.iter().enumerate() {
            if !batch.schema().fields().iter().map(|field| field.name()).eq(&names) {
                let message = format!("record batch {index} has other columns than the first");
                return Err(FileErrorKind::Other(message).into());
            }
            let first = rows.len();
            rows.resize_with(first + batch.num_rows(), || Vec::with_capacity(names.len()));
            for (name, column) in names.iter().zip(batch.columns()) {
                let text = texts(column.as_ref()).ok_or_else(|| {
                    let expected = "numbers, bool, text or a dictionary of text";
                    let found = column.data_type();
                    FileErrorKind::Other(format!("column {name:?}: expected {expected}, found {found}"))
                })?;
                for (row, text) in rows[first..].iter_mut().zip(text) {
                    row.push(text);
                }
            }
        }
        Self::from_rows(names, rows)
    }
}

/// Returns the text of each value of a column, empty for null; `None` for an unsupported type.
fn texts(column: &dyn Array) -> Option<Vec<String>> {
    let of = |text: &dyn Fn(usize) -> String| -> Option<Vec<String>> {
        Some((0..column.len()).map(|row| if column.is_null(row) { String::new() } else { text(row) }).collect())
    };
    macro_rules! number {
        ($kind:ty) => {{
            let values = column.as_primitive::<$kind>();
            of(&|row| values.value(row).to_string())
        }};
    }
    match column.data_type() {
        DataType::Int8 => number!(Int8Type),
        DataType::Int16 => number!(Int16Type),
        DataType::Int32 => number!(Int32Type),
        DataType::Int64 => number!(Int64Type),
        DataType::UInt8 => number!(UInt8Type),
        DataType::UInt16 => number!(UInt16Type),
        DataType::UInt32 => number!(UInt32Type),
        DataType::UInt64 => number!(UInt64Type),
        DataType::Float32 => number!(Float32Type),
        DataType::Float64 => number!(Float64Type),
        DataType::Boolean => of(&|row| u8::from(column.as_boolean().value(row)).to_string()),
        DataType::Utf8 => of(&|row| column.as_string::<i32>().value(row).to_owned()),
        DataType::LargeUtf8 => of(&|row| column.as_string::<i64>().value(row).to_owned()),
        DataType::Utf8View => of(&|row| column.as_string_view().value(row).to_owned()),
        DataType::Null => of(&|_| String::new()),
        DataType::Dictionary(..) => {
            let dictionary = column.as_any_dictionary();
            // Keys of null values are arbitrary, and `normalized_keys` needs values.
            let values = texts(dictionary.values().as_ref())?;
            if values.is_empty() {
                return of(&|_| String::new());
            }
            let keys = dictionary.normalized_keys();
            of(&|row| values[keys[row]].clone())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{
        ArrayRef, BooleanArray, Date32Array, DictionaryArray, Int32Array, StringArray, StringViewArray, UInt8Array,
    };

    use super::*;

    fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        RecordBatch::try_from_iter(columns).unwrap()
    }

    #[test]
    fn every_kind_of_column_is_read() {
        let ports: DictionaryArray<Int32Type> = vec![Some("S"), None, Some("C")].into_iter().collect();
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("class", Arc::new(UInt8Array::from(vec![1, 3, 2]))),
            ("fare", Arc::new(arrow_array::Float32Array::from(vec![Some(0.1), Some(f32::NAN), None]))),
            ("survived", Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]))),
            ("port", Arc::new(ports)),
            ("name", Arc::new(StringViewArray::from(vec!["Ada, A.", "Bea", "Cai"]))),
        ];
        let batch = batch(columns);
        let table = Table::from_arrow(&[batch.clone(), batch.slice(2, 1)]).unwrap();
        assert_eq!((table.rows(), table.names()[3].as_str()), (4, "port"));
        assert_eq!(table.drop_gaps().rows(), 1);
        assert_eq!(table.columns::<f32, 1>(["class"]).unwrap().as_slice(), [1.0, 3.0, 2.0, 2.0]);
        let some = table.drop_gaps_in(&["fare", "port"]).unwrap();
        assert_eq!(some.columns::<f32, 1>(["fare"]).unwrap().as_slice(), [0.1]);
        assert_eq!(table.drop_gaps_in(&["port"]).unwrap().categories("port").unwrap().names, ["C", "S"]);
        assert_eq!(table.categories("name").unwrap().names[0], "Ada, A.");
    }

    #[test]
    fn other_columns_are_errors() {
        let message = |batches: &[RecordBatch]| Table::from_arrow(batches).unwrap_err().to_string();
        assert_eq!(message(&[]), "there are no record batches");
        let date = batch(vec![("born", Arc::new(Date32Array::from(vec![1])))]);
        assert_eq!(
            message(&[date]),
            "column \"born\": expected numbers, bool, text or a dictionary of text, found Date32"
        );
        let a = batch(vec![("a", Arc::new(Int32Array::from(vec![1])))]);
        let b = batch(vec![("b", Arc::new(StringArray::from(vec!["x"])))]);
        assert_eq!(message(&[a, b]), "record batch 1 has other columns than the first");
    }
}
