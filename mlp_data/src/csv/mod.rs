//! Comma-separated values with named columns.

mod classes;
mod encoder;
mod limited;
mod options;
mod records;
mod table;
mod write;

pub(super) use classes::Classes;
pub use encoder::{Fill, TableColumns, TableEncoder};
pub use options::CsvOptions;
pub(super) use records::{Records, is_gap, parse};
pub use table::{Categorical, Table};
pub use write::{to_csv, write_csv};
