//! Comma-separated values with named columns.

mod classes;
mod problem;
mod records;
mod table;
mod write;

pub(super) use classes::Classes;
pub use problem::CsvErrorKind;
pub(super) use records::Records;
pub use table::{Categories, Table};
pub use write::{to_csv, write_csv};

/// How a table is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CsvOptions {
    delimiter: u8,
    header: bool,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self { delimiter: b',', header: true }
    }
}

impl CsvOptions {
    /// What separates fields: a comma unless told otherwise.
    pub fn delimiter(self, delimiter: u8) -> Self {
        Self { delimiter, ..self }
    }
    /// Whether the first line names the columns, which it does unless told otherwise. Without, columns are called by
    /// their numbers: "0", "1" and so on.
    pub fn header(self, header: bool) -> Self {
        Self { header, ..self }
    }
}
