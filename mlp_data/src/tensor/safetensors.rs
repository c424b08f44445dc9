//! safetensors: tensors by their names, behind a header of JSON.

use core::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;

use safetensors::tensor::{TensorInfo, TensorView};
use safetensors::{Dtype, SafeTensorError, SafeTensors};

use super::{ElementType, Tensor, TensorErrorKind};
use crate::data::file;
use crate::data::file_error::{FileError, Origin};
use crate::data::suggestion::suggest;
use crate::data::write::replace;

impl Tensor {
    /// Reads a tensor by its name from a file of safetensors.
    ///
    /// # Errors
    /// If the file cannot be read, is not whole, has no tensor of this name, or one of other elements than numbers.
    pub fn read_safetensors(path: impl AsRef<Path>, name: &str) -> Result<Self, FileError> {
        let path = path.as_ref();
        let tensor = file::read(path, |mut file| {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Self::from_safetensors(&bytes, name)
        })?;
        Ok(tensor.of_file(path))
    }

    /// The same from bytes.
    ///
    /// # Errors
    /// If the bytes are not a whole file of safetensors, or the tensor is not in it or not of numbers.
    pub fn from_safetensors(bytes: &[u8], name: &str) -> Result<Self, FileError> {
        let tensors = SafeTensors::deserialize(bytes).map_err(problem)?;
        let Ok(view) = tensors.tensor(name) else {
            let mut names: Vec<String> = tensors.names().into_iter().map(str::to_owned).collect();
            names.sort_unstable();
            return Err(TensorErrorKind::Missing { name: name.into(), suggestion: suggest(name, &names) }.into());
        };
        Self::from_view(name, &view)
    }

    /// One of the tensors of a file.
    pub(crate) fn from_view(name: &str, view: &TensorView<'_>) -> Result<Self, FileError> {
        let origin = Origin { tensor: Some(name.into()), file: None };
        let kind = kind(view.dtype()).map_err(|problem| FileError::at(problem, &origin))?;
        let tensor = Self::little_endian(kind, view.shape().to_vec(), view.data().to_vec());
        tensor.layout.bytes().map_err(|problem| FileError::at(problem, &origin))?;
        Ok(Self { origin, ..tensor })
    }

    /// Writes several tensors under their names, beside the old file, which the new one then replaces.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write_safetensors(path: impl AsRef<Path>, tensors: &[(&str, Self)]) -> Result<(), FileError> {
        replace(path.as_ref(), |writer| Self::write_safetensors_to(writer, tensors, &BTreeMap::new()))
    }

    /// The same anywhere, with what the file says about itself. The same tensors and entries are the same bytes.
    pub(crate) fn write_safetensors_to<S: AsRef<str>>(
        writer: &mut impl Write,
        tensors: &[(S, Self)],
        entries: &BTreeMap<String, String>,
    ) -> Result<(), FileError> {
        let mut tensors: Vec<(&str, &Self)> = tensors.iter().map(|(name, tensor)| (name.as_ref(), tensor)).collect();
        // So that every number lies at a multiple of its size.
        tensors.sort_by_key(|&(name, tensor)| (Reverse(tensor.layout.element.size()), name));
        let header = header(&tensors, entries)?;
        writer.write_all(&(header.len() as u64).to_le_bytes())?;
        writer.write_all(header.as_bytes())?;
        for (_, tensor) in tensors {
            writer.write_all(&tensor.canonical())?;
        }
        Ok(())
    }
}

/// Names, types, shapes and places of tensors that lie one after the other, and blanks up to a multiple of eight bytes.
fn header(tensors: &[(&str, &Tensor)], entries: &BTreeMap<String, String>) -> Result<String, FileError> {
    const ENTRIES: &str = "__metadata__";
    let damaged = |error: serde_json::Error| TensorErrorKind::Header(error.to_string());
    // Sorted by name, whatever the maps of JSON do.
    let mut all = BTreeMap::new();
    if !entries.is_empty() {
        all.insert(ENTRIES, serde_json::to_value(entries).map_err(damaged)?);
    }
    let mut end = 0;
    for &(name, tensor) in tensors {
        let begin = end;
        end += tensor.bytes.len();
        let (dtype, shape) = (dtype(tensor.element_type()), tensor.dimensions().to_vec());
        let info = TensorInfo { dtype, shape, data_offsets: (begin, end) };
        if name == ENTRIES || all.insert(name, serde_json::to_value(info).map_err(damaged)?).is_some() {
            return Err(TensorErrorKind::Header(format!("{name:?} cannot be the name of two things")).into());
        }
    }
    let mut header = serde_json::to_string(&all).map_err(damaged)?;
    header.extend(core::iter::repeat_n(' ', header.len().next_multiple_of(8) - header.len()));
    Ok(header)
}

fn problem(error: SafeTensorError) -> TensorErrorKind {
    TensorErrorKind::Header(error.to_string())
}

fn kind(dtype: Dtype) -> Result<ElementType, TensorErrorKind> {
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
