//! Content of a file: safetensors with metadata.

use core::str::FromStr;
use std::collections::BTreeMap;
use std::path::Path;

use mlp_data::tensor::safetensors;
use mlp_data::{FileError, FileErrorKind, Limits, Location, Tensor, TensorErrorKind, write_file};

use super::error::{Mismatch, WeightsError};
use super::fill::{self, Tensors};

/// Prefix of the tensors and metadata of an optimizer's state. No layer's name contains a colon.
pub(super) const OPTIMIZER: &str = "optimizer:";
/// Prefix of the tensors of the points of equations.
pub(super) const POINTS: &str = "points:";
/// Prefix of the tensors of the self-check.
pub(super) const GOLDEN: &str = "golden:";

/// Metadata of a file: keys and values.
pub(super) type Metadata = BTreeMap<String, String>;

/// Tensors and metadata of a file to write.
#[derive(Default)]
pub(crate) struct Content {
    pub(super) tensors: Vec<(String, Tensor)>,
    pub(super) metadata: Metadata,
}

impl Content {
    /// Returns the content, unless it holds a value that loading would reject.
    ///
    /// Moments of an optimizer may be infinite; weights may not.
    pub(super) fn checked(self) -> Result<Self, FileError> {
        for (name, tensor) in self.tensors.iter().filter(|(name, _)| !name.starts_with(GOLDEN)) {
            let is_valid = |value: f64| if name.starts_with(OPTIMIZER) { !value.is_nan() } else { value.is_finite() };
            let mut values = (0..tensor.dimensions().iter().product()).map(|index| tensor.nth(index));
            if let Some(index) = values.position(|value| !is_valid(value)) {
                let kind = TensorErrorKind::NotFinite {
                    index: row_major(index, tensor.dimensions()),
                    value: tensor.nth(index),
                };
                return Err(FileError { location: Box::new(Location::tensor(name)), kind: kind.into() });
            }
        }
        let rate = self.metadata.get("learning_rate");
        match rate.filter(|rate| !rate.parse().is_ok_and(|rate: f64| rate.is_finite())) {
            None => Ok(self),
            Some(rate) => {
                Err(FileErrorKind::Other(format!("learning_rate: expected a finite number, found {rate}")).into())
            }
        }
    }

    /// Writes the file atomically (temporary file, then rename).
    pub(crate) fn write(&self, path: &Path) -> Result<(), FileError> {
        check_name(path)?;
        write_file(path, |writer| Tensor::write_safetensors_to(writer, &self.tensors, &self.metadata))
    }

    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, FileError> {
        let mut bytes = Vec::new();
        Tensor::write_safetensors_to(&mut bytes, &self.tensors, &self.metadata)?;
        Ok(bytes)
    }
}

/// Checks that the name of a file to write is not that of another format, as `model.keras`.
pub(crate) fn check_name(path: &Path) -> Result<(), FileError> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let format = match extension.to_ascii_lowercase().as_str() {
        "keras" | "h5" | "hdf5" => "Keras",
        "pt" | "pth" | "ckpt" | "pkl" => "PyTorch",
        "onnx" => "ONNX, which `save_onnx` writes",
        "npy" | "npz" => "NumPy",
        _ => return Ok(()),
    };
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(".weights").unwrap_or(&name).to_owned();
    let message =
        format!("the file is a safetensors file, but its name is that of {format}: name it \"{name}.safetensors\"");
    Err(FileError::from(FileErrorKind::Other(message)).in_file(path))
}

/// Converts a row-major index to an index per dimension.
fn row_major(index: usize, dimensions: &[usize]) -> Vec<usize> {
    let mut rest = index;
    let mut indices: Vec<usize> = dimensions
        .iter()
        .rev()
        .map(|&length| {
            let index = rest % length;
            rest /= length;
            index
        })
        .collect();
    indices.reverse();
    indices
}

/// Source of weights.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    File(&'a Path),
    Bytes(&'a [u8]),
    /// Part of a file that was read.
    Content(&'a Tensors, &'a Metadata),
}

impl Source<'_> {
    pub(super) fn read(self, limits: Limits) -> Result<(Tensors, Metadata), FileError> {
        match self {
            Self::Bytes(bytes) => parse(bytes, limits),
            Self::Content(tensors, metadata) => Ok((tensors.clone(), metadata.clone())),
            Self::File(path) => {
                let bytes = limits.read_file(path, |start| check_start(start, limits))?;
                parse(&bytes, limits).map_err(|error| error.in_file(path))
            }
        }
    }

    /// Returns an error if there are mismatches or unused tensors.
    pub(super) fn finish(self, unused: Tensors, mut mismatches: Vec<Mismatch>) -> Result<(), WeightsError> {
        fill::report_unused(unused, &mut mismatches);
        if mismatches.is_empty() { Ok(()) } else { Err(self.error(mismatches)) }
    }

    /// Returns the error of a content with mismatches.
    pub(super) fn error(self, mismatches: Vec<Mismatch>) -> WeightsError {
        let file = match self {
            Self::File(path) => Some(path.to_owned()),
            Self::Bytes(_) | Self::Content(..) => None,
        };
        WeightsError::Mismatch { file, mismatches }
    }
}

/// Parses a safetensors file.
pub(super) fn parse(bytes: &[u8], limits: Limits) -> Result<(Tensors, Metadata), FileError> {
    check_start(bytes, limits)?;
    let (header, file) = safetensors::parse(bytes, limits)?;
    let metadata = header.metadata().clone().unwrap_or_default().into_iter().collect();
    let mut tensors = Tensors::new();
    for (name, view) in file.iter() {
        tensors.insert(name.to_owned(), Tensor::from_view(name, &view)?);
    }
    Ok((tensors, metadata))
}

/// Checks the first bytes of a file.
pub(super) fn check_start(start: &[u8], limits: Limits) -> Result<(), FileError> {
    other_format(start).map_or(Ok(()), Err)?;
    safetensors::check_start(start, limits)
}

/// Recognizes files of other programs by their first bytes.
fn other_format(bytes: &[u8]) -> Option<TensorErrorKind> {
    let start = &bytes[..bytes.len().min(1024)];
    let contains = |text: &[u8]| start.windows(text.len()).any(|window| window == text);
    let is_zip = bytes.starts_with(b"PK\x03\x04");
    // A pickle begins with its protocol. In safetensors these bytes are the length of the header, which follows.
    let is_pickle = matches!(bytes, [0x80, 2..=5, ..]) && bytes.get(8) != Some(&b'{');
    let (found, advice) = if is_pickle || is_zip && contains(b"data.pkl") {
        let advice = "in Python, `safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")` converts it";
        ("a pickle, as `torch.save` writes it", advice)
    } else if is_zip && contains(b"config.json") || bytes.starts_with(b"\x89HDF") {
        ("a file of Keras", "`ForeignWeights` loads it")
    } else {
        return None;
    };
    Some(TensorErrorKind::OtherFormat { found, advice })
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
