//! The bytes of a file: safetensors, with what it says about itself.

use core::str::FromStr;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use safetensors::SafeTensors;

use super::fill::{self, Tensors};
use super::{Mismatch, WeightsError};
use crate::data::{FileError, Tensor, TensorErrorKind, replace, write_new};

/// What a file says about itself: names and texts.
pub(super) type Entries = BTreeMap<String, String>;

/// What is in a file.
#[derive(Default)]
pub(crate) struct Content {
    pub(super) tensors: Vec<(String, Tensor)>,
    pub(super) entries: Entries,
}

impl Content {
    /// Writes beside the file, which the new one then replaces.
    pub(crate) fn write(&self, path: &Path) -> Result<(), FileError> {
        replace(path, |writer| Tensor::write_safetensors_to(writer, &self.tensors, &self.entries))
    }

    /// For a path of one's own, which nobody reads yet.
    pub(crate) fn write_new(&self, path: &Path) -> Result<(), FileError> {
        let written = write_new(path, |writer| Tensor::write_safetensors_to(writer, &self.tensors, &self.entries));
        written.map_err(|error| error.in_file(path))
    }

    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, FileError> {
        let mut bytes = Vec::new();
        Tensor::write_safetensors_to(&mut bytes, &self.tensors, &self.entries)?;
        Ok(bytes)
    }
}

/// Where weights come from.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    File(&'a Path),
    Bytes(&'a [u8]),
}

impl Source<'_> {
    pub(super) fn read(self) -> Result<(Tensors, Entries), FileError> {
        match self {
            Self::Bytes(bytes) => parse(bytes),
            Self::File(path) => {
                let content = fs::read(path).map_err(FileError::from).and_then(|bytes| parse(&bytes));
                content.map_err(|error| error.in_file(path))
            }
        }
    }

    /// An error, if anything is different, as tensors that are left over.
    pub(super) fn finish(self, tensors: Tensors, mut differences: Vec<Mismatch>) -> Result<(), WeightsError> {
        fill::left_over(tensors, &mut differences);
        let file = match self {
            _ if differences.is_empty() => return Ok(()),
            Self::File(path) => Some(path.to_owned()),
            Self::Bytes(_) => None,
        };
        Err(WeightsError::Different { file, differences })
    }
}

/// The tensors of a file and what it says about itself.
pub(super) fn parse(bytes: &[u8]) -> Result<(Tensors, Entries), FileError> {
    let problem = |error: safetensors::SafeTensorError| TensorErrorKind::Header(error.to_string());
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(problem)?;
    let entries = metadata.metadata().clone().unwrap_or_default().into_iter().collect();
    let file = SafeTensors::deserialize(bytes).map_err(problem)?;
    let mut tensors = Tensors::new();
    for (name, view) in file.iter() {
        tensors.insert(name.to_owned(), Tensor::from_view(name, &view)?);
    }
    Ok((tensors, entries))
}

/// Takes an entry that must have one value.
pub(super) fn expect(name: &str, needed: &str, entries: &mut Entries, differences: &mut Vec<Mismatch>) {
    let found = entries.remove(name);
    if found.as_deref() != Some(needed) {
        differences.push(Mismatch::Entry { name: name.into(), needed: needed.into(), found });
    }
}

/// Takes an entry that must be a number, and not just any.
pub(super) fn number<T: FromStr>(
    name: &str,
    fits: impl FnOnce(&T) -> bool,
    entries: &mut Entries,
    differences: &mut Vec<Mismatch>,
) -> Option<T> {
    let found = entries.remove(name);
    let number = found.as_deref().and_then(|text| text.parse().ok()).filter(fits);
    if number.is_none() {
        differences.push(Mismatch::Entry { name: name.into(), needed: "a number".into(), found });
    }
    number
}
