//! safetensors: named tensors after a JSON header.
//!
//! ```text
//! length of the header    8 bytes, little-endian
//! header                  JSON: metadata; name, type, shape and byte range of each tensor
//! elements                row-major, little-endian
//! ```

mod columns;

use core::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use ::safetensors::tensor::{Metadata, TensorInfo, TensorView};
use ::safetensors::{Dtype, SafeTensorError, SafeTensors};

use super::Tensor;
use crate::element_type::ElementType;
use crate::error::{FileError, Location, TensorErrorKind};
use crate::file::write_file;
use crate::limits::Limits;
use crate::suggestion::suggest;

impl Tensor {
    /// Reads a tensor by name from a safetensors file.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, is incomplete, has no tensor of this name, or the tensor does not
    /// hold numbers.
    pub fn read_safetensors(path: impl AsRef<Path>, name: &str) -> Result<Self, FileError> {
        Self::read_safetensors_with(path, name, Limits::default())
    }

    /// Reads a tensor by name from a safetensors file, with custom limits.
    ///
    /// # Errors
    /// Returns the errors of [`read_safetensors`](Self::read_safetensors), and an error if a limit is exceeded.
    pub fn read_safetensors_with(path: impl AsRef<Path>, name: &str, limits: Limits) -> Result<Self, FileError> {
        let path = path.as_ref();
        let bytes = limits.read_file(path, |start| check_start(start, limits))?;
        let tensor = Self::from_safetensors_with(&bytes, name, limits).map_err(|error| error.in_file(path))?;
        Ok(tensor.in_file(path))
    }

    /// Reads a tensor by name from the bytes of a safetensors file.
    ///
    /// # Errors
    /// Returns an error if the bytes are not a complete safetensors file, it has no tensor of this name, or the tensor
    /// does not hold numbers.
    pub fn from_safetensors(bytes: &[u8], name: &str) -> Result<Self, FileError> {
        Self::from_safetensors_with(bytes, name, Limits::default())
    }

    /// Reads a tensor by name from the bytes of a safetensors file, with custom limits.
    ///
    /// # Errors
    /// Returns the errors of [`from_safetensors`](Self::from_safetensors), and an error if a limit is exceeded.
    pub fn from_safetensors_with(bytes: &[u8], name: &str, limits: Limits) -> Result<Self, FileError> {
        let (_, tensors) = parse(bytes, limits)?;
        let Ok(view) = tensors.tensor(name) else {
            let mut names: Vec<String> = tensors.names().into_iter().map(str::to_owned).collect();
            names.sort_unstable();
            return Err(TensorErrorKind::Missing { name: name.into(), suggestion: suggest(name, &names) }.into());
        };
        Self::from_view(name, &view)
    }

    /// Copies a tensor of a parsed safetensors file.
    #[doc(hidden)]
    pub fn from_view(name: &str, view: &TensorView<'_>) -> Result<Self, FileError> {
        let location = Location::tensor(name);
        let kind = element_type(view.dtype()).map_err(|kind| FileError::new(kind, location.clone()))?;
        let mut tensor = Self::little_endian(kind, view.shape().to_vec(), view.data().to_vec());
        tensor.location = location;
        tensor.layout.bytes().map_err(|kind| tensor.error(kind))?;
        Ok(tensor)
    }

    /// Writes several named tensors, atomically (temporary file, then rename).
    ///
    /// # Errors
    /// Returns an error if the file cannot be written, or two tensors have the same name. An existing file is left
    /// unchanged.
    pub fn write_safetensors(path: impl AsRef<Path>, tensors: &[(&str, Self)]) -> Result<(), FileError> {
        write_file(path.as_ref(), |writer| Self::write_safetensors_to(writer, tensors, &BTreeMap::new()))
    }

    /// Writes named tensors and metadata to any writer. The bytes depend on the tensors and the metadata only.
    #[doc(hidden)]
    pub fn write_safetensors_to<S: AsRef<str>>(
        writer: &mut impl Write,
        tensors: &[(S, Self)],
        metadata: &BTreeMap<String, String>,
    ) -> Result<(), FileError> {
        let mut tensors: Vec<(&str, &Self)> = tensors.iter().map(|(name, tensor)| (name.as_ref(), tensor)).collect();
        // The largest elements come first, so that every element is aligned.
        tensors.sort_by_key(|&(name, tensor)| (Reverse(tensor.layout.element.size()), name));
        let header = header(&tensors, metadata)?;
        writer.write_all(&(header.len() as u64).to_le_bytes())?;
        writer.write_all(header.as_bytes())?;
        for (_, tensor) in tensors {
            writer.write_all(&tensor.canonical_bytes())?;
        }
        Ok(())
    }
}

/// Checks the length of the header, the first eight bytes of a file. A file of zeros, such as a device, has none.
///
/// # Errors
/// Returns an error if the length is zero or exceeds the limit.
#[doc(hidden)]
pub fn check_start(start: &[u8], limits: Limits) -> Result<(), FileError> {
    let Some(&length) = start.first_chunk() else { return Ok(()) };
    match u64::from_le_bytes(length) {
        0 => Err(TensorErrorKind::Magic { format: "safetensors", found: length.to_vec() }.into()),
        length => Ok(limits.check_header(length)?),
    }
}

/// Parses the header of a file, within limits.
///
/// # Errors
/// Returns an error if the bytes are not a complete safetensors file, or a limit is exceeded.
#[doc(hidden)]
pub fn parse(bytes: &[u8], limits: Limits) -> Result<(Metadata, SafeTensors<'_>), FileError> {
    limits.check_memory(bytes.len() as u64)?;
    check_start(bytes, limits)?;
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(header_error)?;
    let tensors = SafeTensors::deserialize(bytes).map_err(header_error)?;
    limits.check_tensors(tensors.len())?;
    Ok((metadata, tensors))
}

/// Returns the JSON header of consecutive tensors, padded with spaces to a multiple of eight bytes.
fn header(tensors: &[(&str, &Tensor)], metadata: &BTreeMap<String, String>) -> Result<String, FileError> {
    const METADATA: &str = "__metadata__";
    let json_error = |error: serde_json::Error| TensorErrorKind::Header(error.to_string());
    // A `BTreeMap` sorts by name, whatever features `serde_json` has.
    let mut entries = BTreeMap::new();
    if !metadata.is_empty() {
        entries.insert(METADATA, serde_json::to_value(metadata).map_err(json_error)?);
    }
    let mut end = 0;
    for &(name, tensor) in tensors {
        let start = end;
        end += tensor.bytes.len();
        let info = TensorInfo {
            dtype: dtype(tensor.element_type()),
            shape: tensor.dimensions().to_vec(),
            data_offsets: (start, end),
        };
        if name == METADATA || entries.insert(name, serde_json::to_value(info).map_err(json_error)?).is_some() {
            return Err(TensorErrorKind::Header(format!("name {name:?} occurs twice or is reserved")).into());
        }
    }
    let mut header = serde_json::to_string(&entries).map_err(json_error)?;
    header.extend(core::iter::repeat_n(' ', header.len().next_multiple_of(8) - header.len()));
    Ok(header)
}

fn header_error(error: SafeTensorError) -> TensorErrorKind {
    TensorErrorKind::Header(error.to_string())
}

fn element_type(dtype: Dtype) -> Result<ElementType, TensorErrorKind> {
    Ok(match dtype {
        Dtype::BOOL => ElementType::Bool,
        Dtype::U8 => ElementType::U8,
        Dtype::I8 => ElementType::I8,
        Dtype::U16 => ElementType::U16,
        Dtype::I16 => ElementType::I16,
        Dtype::U32 => ElementType::U32,
        Dtype::I32 => ElementType::I32,
        Dtype::U64 => ElementType::U64,
        Dtype::I64 => ElementType::I64,
        Dtype::F16 => ElementType::F16,
        Dtype::BF16 => ElementType::Bf16,
        Dtype::F32 => ElementType::F32,
        Dtype::F64 => ElementType::F64,
        other => return Err(TensorErrorKind::ElementType(format!("{other:?}"))),
    })
}

fn dtype(kind: ElementType) -> Dtype {
    match kind {
        ElementType::Bool => Dtype::BOOL,
        ElementType::U8 => Dtype::U8,
        ElementType::I8 => Dtype::I8,
        ElementType::U16 => Dtype::U16,
        ElementType::I16 => Dtype::I16,
        ElementType::U32 => Dtype::U32,
        ElementType::I32 => Dtype::I32,
        ElementType::U64 => Dtype::U64,
        ElementType::I64 => Dtype::I64,
        ElementType::F16 => Dtype::F16,
        ElementType::Bf16 => Dtype::BF16,
        ElementType::F32 => Dtype::F32,
        ElementType::F64 => Dtype::F64,
    }
}
