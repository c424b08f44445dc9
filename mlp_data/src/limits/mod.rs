//! Limits of what reading a file may cost.

pub(crate) mod expansion;

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::error::{FileError, LimitError};
use super::file::read_file;

/// Expansion that is always allowed, in bytes: a small file of zeros is harmless.
const FREE_EXPANSION: u64 = 1 << 24;
/// Number of bytes that a check of a file's first bytes sees.
const START: u64 = 1024;

/// Limits for files that are not trusted: what a reader may need before it returns an error.
///
/// Every reader applies the default limits. The variants that end in `_with`, and
/// [`CsvOptions::limits`](crate::CsvOptions::limits), set others. Memory grows with the bytes that are read, never with
/// the size that a header states. [`Batches`](crate::Batches) hold one row of each file at a time.
///
/// | limit | default |
/// |---|---|
/// | [`memory`](Self::memory) | 4 GiB |
/// | [`expansion_ratio`](Self::expansion_ratio) | 200 |
/// | [`record_length`](Self::record_length) | 16 MiB |
/// | [`tensors`](Self::tensors) | 100,000 |
///
#[cfg_attr(feature = "idx", doc = "```")]
#[cfg_attr(not(feature = "idx"), doc = "```ignore")]
/// # mod mlp { pub mod data { pub use mlp_data::{FileErrorKind, LimitError, Limits, Tensor}; } }
/// use mlp::data::{FileErrorKind, LimitError, Limits, Tensor};
///
/// // IDX: 2 dimensions of 1,000 bytes each, which the file does not have.
/// let bytes = [0, 0, 8, 2, 0, 0, 3, 232, 0, 0, 3, 232];
/// let limits = Limits::new().memory(1 << 16);
/// let error = Tensor::from_idx_with(bytes.as_slice(), limits).unwrap_err();
/// let expected = LimitError::Memory { max: 1 << 16, found: Some(1_000_000) };
/// assert!(matches!(error.kind, FileErrorKind::Limit(found) if found == expected));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    memory: u64,
    expansion_ratio: u64,
    record_length: u64,
    tensors: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: 1 << 32, expansion_ratio: 200, record_length: 1 << 24, tensors: 100_000 }
    }
}

impl Limits {
    /// Creates the default limits.
    pub fn new() -> Self {
        Self::default()
    }
    /// Creates limits that allow everything, for trusted files.
    pub fn unlimited() -> Self {
        Self { memory: u64::MAX, expansion_ratio: u64::MAX, record_length: u64::MAX, tensors: usize::MAX }
    }
    /// Sets the max size of a file's content in bytes, after decompression. Readers need up to three times as much
    /// memory: the file, its tensors and their copy in the requested type.
    #[must_use]
    pub fn memory(self, bytes: u64) -> Self {
        Self { memory: bytes, ..self }
    }
    /// Sets how many times as large as the compressed bytes the content may be. The first 16 MiB are always allowed.
    ///
    /// Deflate, which npz, Keras and gzip use, expands zeros 1,030 times.
    #[must_use]
    pub fn expansion_ratio(self, ratio: u64) -> Self {
        Self { expansion_ratio: ratio, ..self }
    }
    /// Sets the max length in bytes of a row of a table, and of the header of a safetensors file.
    #[must_use]
    pub fn record_length(self, bytes: u64) -> Self {
        Self { record_length: bytes, ..self }
    }
    /// Sets the max number of tensors in a file, including groups and other entries of an archive.
    #[must_use]
    pub fn tensors(self, count: usize) -> Self {
        Self { tensors: count, ..self }
    }

    /// Returns the limit of a row's length.
    pub(crate) fn max_record(self) -> u64 {
        self.record_length
    }

    /// Checks a size in bytes.
    #[doc(hidden)]
    pub fn check_memory(self, found: u64) -> Result<(), LimitError> {
        let max = self.memory;
        if found <= max { Ok(()) } else { Err(LimitError::Memory { max, found: Some(found) }) }
    }

    /// Checks a size before and after decompression.
    #[doc(hidden)]
    pub fn check_expansion(self, compressed: u64, expanded: u64) -> Result<(), LimitError> {
        let max = self.expansion_ratio;
        if expanded <= compressed.saturating_mul(max).max(FREE_EXPANSION) {
            return Ok(());
        }
        Err(LimitError::Expansion { max, compressed, expanded: Some(expanded) })
    }

    /// Checks a number of tensors.
    #[doc(hidden)]
    pub fn check_tensors(self, found: usize) -> Result<(), LimitError> {
        let max = self.tensors;
        if found <= max { Ok(()) } else { Err(LimitError::Tensors { max, found: Some(found) }) }
    }

    /// Checks the length of a header.
    #[doc(hidden)]
    pub fn check_header(self, found: u64) -> Result<(), LimitError> {
        let max = self.record_length;
        if found <= max { Ok(()) } else { Err(LimitError::Header { max, found }) }
    }

    /// Returns the number of tensors that may be read.
    pub(crate) fn max_tensors(self) -> usize {
        self.tensors
    }

    /// Reads a whole file. `check` sees its first bytes before the others are read, so that a device or a pipe of
    /// another content is not read to its end.
    ///
    /// # Errors
    /// Returns the error of `check`, an error of the file, or an error if it is larger than the limit.
    #[doc(hidden)]
    pub fn read_file(
        self,
        path: &Path,
        check: impl FnOnce(&[u8]) -> Result<(), FileError>,
    ) -> Result<Vec<u8>, FileError> {
        read_file(path, |mut file| {
            self.check_length(&file)?;
            let mut bytes = Vec::new();
            file.by_ref().take(START).read_to_end(&mut bytes)?;
            check(&bytes)?;
            self.read_rest(file, &mut bytes)?;
            Ok(bytes)
        })
    }

    /// Checks the length of a regular file. Others have none.
    fn check_length(self, file: &File) -> Result<(), FileError> {
        let metadata = file.metadata()?;
        if metadata.is_file() { Ok(self.check_memory(metadata.len())?) } else { Ok(()) }
    }

    fn read_rest(self, reader: impl Read, bytes: &mut Vec<u8>) -> Result<(), FileError> {
        let rest = self.memory.saturating_sub(bytes.len() as u64);
        // Reserves with `try_reserve`: without memory, it returns an error.
        let read = reader.take(rest.saturating_add(1)).read_to_end(bytes)?;
        if read as u64 <= rest { Ok(()) } else { Err(LimitError::Memory { max: self.memory, found: None }.into()) }
    }
}
