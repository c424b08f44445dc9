//! Limit of the length of a row.

use std::io::{self, Read};

use crate::error::LimitError;

/// Number of bytes that the parser reads ahead.
pub(super) const BUFFER: usize = 8 << 10;

/// Reader that returns an error if a row has too many bytes, so that the parser does not collect them.
pub(super) struct Limited<R> {
    inner: R,
    max: u64,
    /// Number of bytes read since the start of the row, without those that the parser had read ahead.
    count: u64,
}

impl<R> Limited<R> {
    pub(super) fn new(inner: R, max: u64) -> Self {
        Self { inner, max, count: 0 }
    }

    /// Starts a row.
    pub(super) fn start_record(&mut self) {
        self.count = 0;
    }

    /// Checks the length of a row. The caller sets the line.
    pub(super) fn check(&self, length: usize) -> Result<(), LimitError> {
        if length as u64 <= self.max { Ok(()) } else { Err(LimitError::Record { line: 0, max: self.max }) }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // The last bytes of an allowed row may stand anywhere in a buffer.
        if self.count > self.max.saturating_add(BUFFER as u64) {
            return Err(io::Error::other(LimitError::Record { line: 0, max: self.max }));
        }
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        Ok(read)
    }
}
