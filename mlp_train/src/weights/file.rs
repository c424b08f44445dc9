//! Content of a file: safetensors with metadata.

use core::str::FromStr;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use mlp_data::{FileError, Tensor, TensorErrorKind, write_file, write_synced};
use safetensors::SafeTensors;

use super::error::{Mismatch, WeightsError};
use super::fill::{self, Tensors};

/// Metadata of a file: keys and values.
pub(super) type Metadata = BTreeMap<String, String>;

/// Tensors and metadata of a file to write.
#[derive(Default)]
pub(crate) struct Content {
    pub(super) tensors: Vec<(String, Tensor)>,
    pub(super) metadata: Metadata,
}

impl Content {
    /// Writes the file atomically (temporary file, then rename).
    pub(crate) fn write(&self, path: &Path) -> Result<(), FileError> {
        write_file(path, |writer| Tensor::write_safetensors_to(writer, &self.tensors, &self.metadata))
    }

    /// Writes the file in place. For a temporary path that has no reader yet.
    pub(crate) fn write_in_place(&self, path: &Path) -> Result<(), FileError> {
        let written = write_synced(path, |writer| Tensor::write_safetensors_to(writer, &self.tensors, &self.metadata));
        written.map_err(|error| error.in_file(path))
    }

    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, FileError> {
        let mut bytes = Vec::new();
        Tensor::write_safetensors_to(&mut bytes, &self.tensors, &self.metadata)?;
        Ok(bytes)
    }
}

/// Source of weights.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    File(&'a Path),
    Bytes(&'a [u8]),
}

impl Source<'_> {
    pub(super) fn read(self) -> Result<(Tensors, Metadata), FileError> {
        match self {
            Self::Bytes(bytes) => parse(bytes),
            Self::File(path) => {
                let content = fs::read(path).map_err(FileError::from).and_then(|bytes| parse(&bytes));
                content.map_err(|error| error.in_file(path))
            }
        }
    }

    /// Returns an error if there are mismatches or unused tensors.
    pub(super) fn finish(self, unused: Tensors, mut mismatches: Vec<Mismatch>) -> Result<(), WeightsError> {
        fill::report_unused(unused, &mut mismatches);
        if mismatches.is_empty() {
            return Ok(());
        }
        let file = match self {
            Self::File(path) => Some(path.to_owned()),
            Self::Bytes(_) => None,
        };
        Err(WeightsError::Mismatch { file, mismatches })
    }
}

/// Parses a safetensors file.
pub(super) fn parse(bytes: &[u8]) -> Result<(Tensors, Metadata), FileError> {
    let header_error = |error: safetensors::SafeTensorError| TensorErrorKind::Header(error.to_string());
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(header_error)?;
    let metadata = header.metadata().clone().unwrap_or_default().into_iter().collect();
    let file = SafeTensors::deserialize(bytes).map_err(header_error)?;
    let mut tensors = Tensors::new();
    for (name, view) in file.iter() {
        tensors.insert(name.to_owned(), Tensor::from_view(name, &view)?);
    }
    Ok((tensors, metadata))
}

/// Removes an entry that must have a fixed value.
pub(super) fn expect(key: &str, expected: &str, metadata: &mut Metadata, mismatches: &mut Vec<Mismatch>) {
    let found = metadata.remove(key);
    if found.as_deref() != Some(expected) {
        mismatches.push(Mismatch::Metadata { key: key.into(), expected: expected.into(), found });
    }
}

/// Removes and parses an entry. `expected` describes valid values.
pub(super) fn take<T: FromStr>(
    key: &str,
    expected: &str,
    is_valid: impl FnOnce(&T) -> bool,
    metadata: &mut Metadata,
    mismatches: &mut Vec<Mismatch>,
) -> Option<T> {
    let found = metadata.remove(key);
    let value = found.as_deref().and_then(|text| text.parse().ok()).filter(is_valid);
    if value.is_none() {
        mismatches.push(Mismatch::Metadata { key: key.into(), expected: expected.into(), found });
    }
    value
}
