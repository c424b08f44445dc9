//! safetensors: tensors by their names, behind a header of JSON.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensorError, SafeTensors};
use serde_json::Value;

use super::{ElementType, Tensor, TensorProblem};
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
            return Err(TensorProblem::Missing { name: name.into(), suggestion: suggest(name, &names) }.into());
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
        replace(path.as_ref(), |writer| Ok(writer.write_all(&Self::to_safetensors(tensors, None)?)?))
    }

    /// The same into bytes, with what the file says about itself.
    pub(crate) fn to_safetensors<S: AsRef<str>>(
        tensors: &[(S, Self)],
        entries: Option<BTreeMap<String, String>>,
    ) -> Result<Vec<u8>, FileError> {
        let bytes: Vec<Cow<'_, [u8]>> = tensors.iter().map(|(_, tensor)| tensor.canonical()).collect();
        let mut views = Vec::new();
        for ((name, tensor), bytes) in tensors.iter().zip(&bytes) {
            let view = TensorView::new(dtype(tensor.element_type()), tensor.dimensions().to_vec(), bytes);
            views.push((name.as_ref(), view.map_err(problem)?));
        }
        let has_entries = entries.is_some();
        let entries = entries.map(|entries| entries.into_iter().collect());
        let bytes = safetensors::serialize(views, entries).map_err(problem)?;
        if has_entries { sort_header(&bytes) } else { Ok(bytes) }
    }
}

/// The same file with all of its header sorted by name: what it says about itself would be in another order every time.
fn sort_header(file: &[u8]) -> Result<Vec<u8>, FileError> {
    let (length, rest) = file.split_first_chunk().ok_or(TensorProblem::TruncatedHeader)?;
    let (header, numbers) =
        rest.split_at_checked(u64::from_le_bytes(*length) as usize).ok_or(TensorProblem::TruncatedHeader)?;
    let header: Result<Value, _> = serde_json::from_slice(header);
    let mut header = header.map_err(|error| TensorProblem::Header(error.to_string()))?;
    header.sort_all_objects();
    let mut header = header.to_string();
    // The numbers begin at a multiple of eight bytes.
    header.extend(core::iter::repeat_n(' ', header.len().next_multiple_of(8) - header.len()));
    Ok([&(header.len() as u64).to_le_bytes(), header.as_bytes(), numbers].concat())
}

fn problem(error: SafeTensorError) -> TensorProblem {
    TensorProblem::Header(error.to_string())
}

fn kind(dtype: Dtype) -> Result<ElementType, TensorProblem> {
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
        other => return Err(TensorProblem::ElementType(format!("{other:?}"))),
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
