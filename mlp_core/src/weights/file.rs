//! The bytes of a file: safetensors, with what it says about itself.

use std::collections::BTreeMap;
use std::path::Path;

use safetensors::SafeTensors;

use super::fill::Tensors;
use crate::data::{FileError, Tensor, TensorProblem, replace, write_new};

/// What a file says about itself: names and texts.
pub(super) type Entries = BTreeMap<String, String>;

/// What is in a file.
#[derive(Default)]
pub(super) struct Content {
    pub(super) tensors: Vec<(String, Tensor)>,
    pub(super) entries: Entries,
}

impl Content {
    /// Writes beside the file, which the new one then replaces.
    pub(super) fn write(&self, path: &Path) -> Result<(), FileError> {
        replace(path, |writer| Tensor::write_safetensors_to(writer, &self.tensors, &self.entries))
    }

    /// Writes where no file is.
    pub(super) fn write_new(&self, path: &Path) -> Result<(), FileError> {
        let written = write_new(path, |writer| Tensor::write_safetensors_to(writer, &self.tensors, &self.entries));
        written.map_err(|error| error.in_file(path))
    }
}

/// The tensors of a file and what it says about itself.
pub(super) fn parse(bytes: &[u8]) -> Result<(Tensors, Entries), FileError> {
    let problem = |error: safetensors::SafeTensorError| TensorProblem::Header(error.to_string());
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(problem)?;
    let entries = metadata.metadata().clone().unwrap_or_default().into_iter().collect();
    let file = SafeTensors::deserialize(bytes).map_err(problem)?;
    let mut tensors = Tensors::new();
    for (name, view) in file.iter() {
        tensors.insert(name.to_owned(), Tensor::from_view(name, &view)?);
    }
    Ok((tensors, entries))
}
