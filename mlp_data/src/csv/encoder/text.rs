//! Encoders as text: one record per column, separated by commas.
//!
//! ```text
//! number,age,30,31.5,12.25        name, fill or nothing, mean, scale
//! text,port,1,strict,C,S          name, index of the fill or nothing, unknown categories, names
//! ```

use ::csv::{ReaderBuilder, StringRecord, WriterBuilder};

use super::column::{Coded, Column};
use crate::error::FileErrorKind;

pub(super) fn write(columns: &[Column]) -> String {
    let mut writer = WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for Column { name, coded } in columns {
        let optional = |value: Option<String>| value.unwrap_or_default();
        let mut record = match coded {
            Coded::Number { fill, mean, scale } => {
                let fill = optional(fill.map(|fill| format!("{fill:?}")));
                vec!["number".to_owned(), name.clone(), fill, format!("{mean:?}"), format!("{scale:?}")]
            }
            Coded::Categories { fill, ignore_unknown, .. } => {
                let unknown = if *ignore_unknown { "ignore" } else { "strict" };
                let fill = optional(fill.map(|fill| fill.to_string()));
                vec!["text".to_owned(), name.clone(), fill, unknown.to_owned()]
            }
        };
        if let Coded::Categories { names, .. } = coded {
            record.extend(names.iter().cloned());
        }
        // Writing to memory cannot fail.
        let _ = writer.write_record(&record);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

pub(super) fn read(text: &str) -> Result<Vec<Column>, FileErrorKind> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let columns = reader.records().map(|record| record.ok().and_then(|record| column(&record)));
    columns.collect::<Option<_>>().ok_or_else(|| FileErrorKind::Other("the encoder of the table is damaged".to_owned()))
}

/// Reads a column, if the record is valid.
fn column(record: &StringRecord) -> Option<Column> {
    let number = |index: usize| record.get(index)?.parse::<f64>().ok().filter(|value| value.is_finite());
    let name = record.get(1)?.to_owned();
    let has_fill = !record.get(2)?.is_empty();
    let coded = match record.get(0)? {
        "number" => {
            let fill = if has_fill { Some(number(2)?) } else { None };
            Coded::Number { fill, mean: number(3)?, scale: number(4).filter(|&scale| scale > 0.0)? }
        }
        "text" => {
            let names: Vec<String> = record.iter().skip(4).map(str::to_owned).collect();
            let fill =
                if has_fill { Some(record.get(2)?.parse().ok().filter(|&fill| fill < names.len())?) } else { None };
            let ignore_unknown = match record.get(3)? {
                "ignore" => true,
                "strict" => false,
                _ => return None,
            };
            Coded::Categories { names, fill, ignore_unknown }
        }
        _ => return None,
    };
    Some(Column { name, coded })
}
