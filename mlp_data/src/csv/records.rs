//! Streaming reader of a table's rows.

use std::collections::HashMap;
use std::io::{Chain, Read};

use ::csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder, Terminator};

use super::classes::Classes;
use super::limited::{BUFFER, Limited};
use super::options::CsvOptions;
use crate::error::{CsvErrorKind, FileError, FileErrorKind, LimitError};
use crate::suggestion::suggest;
use mlp_core::Scalar;

/// Reader of rows with as many fields as the first line.
pub(crate) struct Records<R> {
    reader: Reader<Limited<Chain<R, &'static [u8]>>>,
    record: ByteRecord,
    /// `true` if `record` has not been returned yet.
    pending: bool,
    pub(super) names: Vec<String>,
}

/// Fields of one row, without surrounding spaces, and the line on which the row starts.
pub(crate) struct Record<'a> {
    pub(super) line: u64,
    fields: &'a ByteRecord,
    names: &'a [String],
}

impl<R: Read> Records<R> {
    pub(crate) fn new(reader: R, options: CsvOptions) -> Result<Self, FileError> {
        // A record must end at a line feed, because lines are counted from its end: empty lines may precede it. A
        // carriage return counts as trailing space of the last field.
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(options.delimiter)
            .terminator(Terminator::Any(b'\n'))
            .buffer_capacity(BUFFER)
            .from_reader(Limited::new(reader.chain(&b"\n"[..]), options.limits.max_record()));
        let mut records = Self { reader, record: ByteRecord::new(), pending: false, names: Vec::new() };
        if !records.advance()? {
            return Err(CsvErrorKind::Empty.into());
        }
        check_dialect(&records.record, options)?;
        let columns = records.record.len();
        if options.header {
            records.names = (0..columns).map(|column| records.header(column)).collect::<Result<_, _>>()?;
            check_unique(&records.names)?;
        } else {
            records.names = (0..columns).map(|column| column.to_string()).collect();
            records.pending = true;
        }
        Ok(records)
    }

    pub(crate) fn next(&mut self) -> Result<Option<Record<'_>>, FileError> {
        if !self.pending && !self.advance()? {
            return Ok(None);
        }
        self.pending = false;
        let line = self.line();
        let expected = self.names.len();
        let found = self.record.len();
        if found != expected {
            return Err(CsvErrorKind::RaggedRow { line, expected, found }.into());
        }
        Ok(Some(Record { line, fields: &self.record, names: &self.names }))
    }

    pub(crate) fn find(&self, name: &str) -> Result<usize, CsvErrorKind> {
        find(&self.names, name)
    }

    /// Reads the next record, skipping empty lines. Returns `false` at the end of the file.
    fn advance(&mut self) -> Result<bool, FileErrorKind> {
        loop {
            self.reader.get_mut().start_record();
            let line = self.reader.position().line();
            let found = self.reader.read_byte_record(&mut self.record);
            if !found.map_err(|error| at_line(file_error(error), line))? {
                return Ok(false);
            }
            self.reader.get_ref().check(self.record.as_slice().len()).map_err(|error| at_line(error.into(), line))?;
            if self.record.len() > 1 || self.record.as_slice() != b"\r" {
                return Ok(true);
            }
        }
    }

    fn line(&self) -> u64 {
        let line_feeds = self.record.as_slice().iter().filter(|&&byte| byte == b'\n').count();
        self.reader.position().line() - 1 - line_feeds as u64
    }

    fn header(&self, column: usize) -> Result<String, CsvErrorKind> {
        let name = str::from_utf8(&self.record[column]);
        name.map(|name| name.trim().to_owned())
            .map_err(|_| CsvErrorKind::NotUtf8 { line: self.line(), column: column + 1 })
    }
}

impl Record<'_> {
    pub(super) fn text(&self, column: usize) -> Result<&str, CsvErrorKind> {
        let text = str::from_utf8(&self.fields[column]);
        text.map(str::trim).map_err(|_| CsvErrorKind::NotUtf8 { line: self.line, column: column + 1 })
    }
    pub(crate) fn value<T: Scalar>(&self, column: usize) -> Result<T, CsvErrorKind> {
        parse(self.text(column)?, self.line, &self.names[column])
    }
    pub(crate) fn label(&self, column: usize, classes: &Classes) -> Result<usize, CsvErrorKind> {
        classes.find(self.text(column)?, self.line, &self.names[column])
    }
}

/// Returns the error of the reader itself, which may be a limit.
fn file_error(error: ::csv::Error) -> FileErrorKind {
    match error.into_kind() {
        ErrorKind::Io(error) => error.into(),
        kind => FileErrorKind::Other(format!("{kind:?}")),
    }
}

/// Sets the line of an exceeded limit. A quote that is not closed is a row up to the end of the file.
fn at_line(error: FileErrorKind, line: u64) -> FileErrorKind {
    match error {
        FileErrorKind::Limit(LimitError::Record { max, .. }) => LimitError::Record { line, max }.into(),
        error => error,
    }
}

/// Checks that the first line is not one field only because the file has another dialect.
fn check_dialect(first: &ByteRecord, options: CsvOptions) -> Result<(), CsvErrorKind> {
    let text = String::from_utf8_lossy(first.as_slice());
    // The last field of a line that ends in CR LF has a trailing carriage return.
    if text.trim_end_matches('\r').contains('\r') {
        return Err(CsvErrorKind::CarriageReturns);
    }
    let found =
        [';', '\t', ',', '|'].into_iter().find(|&other| other != char::from(options.delimiter) && text.contains(other));
    match found.filter(|_| options.header && first.len() == 1) {
        Some(found) => {
            let header = shortened(text.trim());
            Err(CsvErrorKind::Delimiter { header, expected: char::from(options.delimiter), found })
        }
        None => Ok(()),
    }
}

pub(super) fn find(names: &[String], name: &str) -> Result<usize, CsvErrorKind> {
    let missing = || CsvErrorKind::MissingColumn { name: name.into(), suggestion: suggest(name, names) };
    names.iter().position(|known| known == name).ok_or_else(missing)
}

/// Returns whether a field is a gap: empty, or a common mark of a missing value.
pub(crate) fn is_gap(text: &str) -> bool {
    matches!(text, "" | "NA" | "N/A" | "n/a" | "NaN" | "nan" | "NULL" | "null" | "None" | "?")
}

/// Parses a field as a finite value.
pub(crate) fn parse<T: Scalar>(text: &str, line: u64, column: &str) -> Result<T, CsvErrorKind> {
    if text.is_empty() {
        return Err(CsvErrorKind::MissingField { line, column: column.to_owned() });
    }
    let value = text.parse().map(T::from_f64).ok().filter(|value| value.is_finite());
    value.ok_or_else(|| CsvErrorKind::NotANumber { line, column: column.to_owned(), text: shortened(text) })
}

/// Returns the start of a text, as an excerpt for messages.
pub(super) fn shortened(text: &str) -> String {
    const MAX_CHARACTERS: usize = 40;
    let mut characters = text.chars();
    let start: String = characters.by_ref().take(MAX_CHARACTERS).collect();
    if characters.next().is_some() { start + "…" } else { start }
}

/// Checks that no two columns have the same name.
pub(super) fn check_unique(names: &[impl AsRef<str>]) -> Result<(), CsvErrorKind> {
    let mut known = HashMap::new();
    for (column, name) in names.iter().enumerate() {
        if let Some(first) = known.insert(name.as_ref(), column + 1) {
            return Err(CsvErrorKind::DuplicateColumn { name: name.as_ref().into(), first, second: column + 1 });
        }
    }
    Ok(())
}
