//! Readers that count the bytes before and after decompression.

use std::io::{self, Read};

use super::Limits;

/// Reader that counts its bytes.
pub(crate) struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R> Counted<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, count: 0 }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        Ok(read)
    }
}

/// Decompressor that returns an error if the expansion exceeds the limit.
pub(crate) struct Expanding<D, R> {
    decoder: D,
    /// Returns the reader of the compressed bytes.
    source: fn(&D) -> &Counted<R>,
    expanded: u64,
    limits: Limits,
}

impl<D, R> Expanding<D, R> {
    pub(crate) fn new(decoder: D, source: fn(&D) -> &Counted<R>, limits: Limits) -> Self {
        Self { decoder, source, expanded: 0, limits }
    }
}

impl<D: Read, R> Read for Expanding<D, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(buffer)?;
        self.expanded += read as u64;
        let compressed = (self.source)(&self.decoder).count;
        self.limits.check_expansion(compressed, self.expanded).map_err(io::Error::other)?;
        Ok(read)
    }
}
