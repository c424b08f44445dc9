//! The rows of a table, one after the other.

use std::io::{Chain, Read};

use ::csv::{ByteRecord, Reader, ReaderBuilder, Terminator};

use super::{Classes, CsvErrorKind, CsvOptions};
use crate::data::file_error::{FileError, FileErrorKind};
use crate::data::suggestion::suggest;
use crate::scalar::Scalar;

/// Reads rows that have as many fields of text as the first line.
pub(in crate::data) struct Records<R> {
    reader: Reader<Chain<R, &'static [u8]>>,
    record: ByteRecord,
    /// Whether the record read last is still to be given.
    pending: bool,
    pub(super) names: Vec<String>,
}

/// A row's fields without the spaces around them, and the line on which it begins.
pub(in crate::data) struct Record<'a> {
    pub(super) line: u64,
    fields: &'a ByteRecord,
    names: &'a [String],
}

impl<R: Read> Records<R> {
    pub(in crate::data) fn new(reader: R, options: CsvOptions) -> Result<Self, FileError> {
        // Every record ends in a line feed, so that lines can be counted from where one ends: before it there may be
        // empty ones. A carriage return is a space at the end of a field.
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(options.delimiter)
            .terminator(Terminator::Any(b'\n'))
            .from_reader(reader.chain(&b"\n"[..]));
        let mut records = Self { reader, record: ByteRecord::new(), pending: false, names: Vec::new() };
        if !records.advance()? {
            return Err(CsvErrorKind::Empty.into());
        }
        let columns = records.record.len();
        if options.header {
            records.names = (0..columns).map(|column| records.header(column)).collect::<Result<_, _>>()?;
            check_names(&records.names)?;
        } else {
            records.names = (0..columns).map(|column| column.to_string()).collect();
            records.pending = true;
        }
        Ok(records)
    }

    pub(in crate::data) fn next(&mut self) -> Result<Option<Record<'_>>, FileError> {
        if !self.pending && !self.advance()? {
            return Ok(None);
        }
        self.pending = false;
        let (line, has, needed) = (self.line(), self.record.len(), self.names.len());
        if has != needed {
            return Err(CsvErrorKind::RaggedRow { line, has, needed }.into());
        }
        Ok(Some(Record { line, fields: &self.record, names: &self.names }))
    }

    pub(in crate::data) fn find(&self, name: &str) -> Result<usize, CsvErrorKind> {
        find(&self.names, name)
    }

    /// Goes to the next record that is no empty line.
    fn advance(&mut self) -> Result<bool, FileErrorKind> {
        loop {
            let found = self.reader.read_byte_record(&mut self.record);
            if !found.map_err(|error| FileErrorKind::Io(error.into()))? {
                return Ok(false);
            }
            if self.record.len() > 1 || self.record.as_slice() != b"\r" {
                return Ok(true);
            }
        }
    }

    fn line(&self) -> u64 {
        let within = self.record.as_slice().iter().filter(|&&byte| byte == b'\n').count();
        self.reader.position().line() - 1 - within as u64
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
    pub(in crate::data) fn number<T: Scalar>(&self, column: usize) -> Result<T, CsvErrorKind> {
        number(self.text(column)?, self.line, &self.names[column])
    }
    pub(in crate::data) fn label(&self, column: usize, classes: &Classes) -> Result<usize, CsvErrorKind> {
        classes.find(self.text(column)?, self.line, &self.names[column])
    }
}

pub(super) fn find(names: &[String], name: &str) -> Result<usize, CsvErrorKind> {
    let missing = || CsvErrorKind::MissingColumn { name: name.into(), suggestion: suggest(name, names) };
    names.iter().position(|known| known == name).ok_or_else(missing)
}

pub(super) fn number<T: Scalar>(text: &str, line: u64, column: &str) -> Result<T, CsvErrorKind> {
    let column = || column.to_owned();
    if text.is_empty() {
        return Err(CsvErrorKind::MissingField { line, column: column() });
    }
    let number = text.parse().map(T::from_f64).ok().filter(|number| number.is_finite());
    number.ok_or_else(|| CsvErrorKind::NotANumber { line, column: column(), text: shortened(text) })
}

pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut characters = text.chars();
    let beginning: String = characters.by_ref().take(LONGEST).collect();
    if characters.next().is_some() { beginning + "…" } else { beginning }
}

/// No two are the same.
pub(super) fn check_names(names: &[impl AsRef<str>]) -> Result<(), CsvErrorKind> {
    let mut known = std::collections::HashMap::new();
    for (column, name) in names.iter().enumerate() {
        if let Some(first) = known.insert(name.as_ref(), column + 1) {
            return Err(CsvErrorKind::DuplicateColumn { name: name.as_ref().into(), first, second: column + 1 });
        }
    }
    Ok(())
}
