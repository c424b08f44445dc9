//! npy, NumPy's format of one array, and npz, its archive of several.
//!
//! ```text
//! "\x93NUMPY", version (2 bytes), length of the header (2 or 4 bytes)
//! header      a Python dictionary, padded to a multiple of 64 bytes
//! elements
//! ```

mod header;
mod npz;

use std::io::{Read, Write};
use std::path::Path;

use super::Tensor;
use super::layout::Layout;
use crate::error::{FileError, Location, TensorErrorKind};
use crate::file::{read_file, write_file};
use crate::limits::Limits;
use header::descr;

const MAGIC: &[u8] = b"\x93NUMPY";
/// Maximum length of a header. Longer headers describe record types, which are not supported.
const MAX_HEADER: u64 = 1 << 16;

impl Tensor {
    /// Reads a file of NumPy's `save`.
    ///
    /// ```no_run
    /// # mod mlp { pub mod data { pub use mlp_data::Tensor; } }
    /// use mlp::data::Tensor;
    ///
    /// let x = Tensor::read_npy("x.npy")?.matrix::<f32, 4>()?;
    /// Tensor::from(&x).write_npy("copy.npy")?;
    /// # Ok::<(), mlp_data::FileError>(())
    /// ```
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, is incomplete, or does not hold numbers.
    pub fn read_npy(path: impl AsRef<Path>) -> Result<Self, FileError> {
        Self::read_npy_with(path, Limits::default())
    }

    /// Reads a file of NumPy's `save` with custom limits.
    ///
    /// # Errors
    /// Returns the errors of [`read_npy`](Self::read_npy), and an error if a limit is exceeded.
    pub fn read_npy_with(path: impl AsRef<Path>, limits: Limits) -> Result<Self, FileError> {
        let path = path.as_ref();
        Ok(read_file(path, |file| Self::from_npy_with(file, limits))?.in_file(path))
    }

    /// Reads npy from any reader.
    ///
    /// # Errors
    /// Returns an error if the bytes are not a complete npy file of numbers.
    pub fn from_npy(reader: impl Read) -> Result<Self, FileError> {
        Self::from_npy_with(reader, Limits::default())
    }

    /// Reads npy from any reader, with custom limits.
    ///
    /// # Errors
    /// Returns the errors of [`from_npy`](Self::from_npy), and an error if a limit is exceeded.
    pub fn from_npy_with(mut reader: impl Read, limits: Limits) -> Result<Self, FileError> {
        let layout = Layout::read_npy(&mut reader)?;
        let bytes = layout.read(reader, limits)?;
        Ok(Self { layout, bytes, location: Location::default() })
    }

    /// Writes a file for NumPy's `load`, atomically (temporary file, then rename).
    ///
    /// # Errors
    /// Returns an error if the file cannot be written. An existing file is left unchanged.
    pub fn write_npy(&self, path: impl AsRef<Path>) -> Result<(), FileError> {
        write_file(path.as_ref(), |writer| self.to_npy(writer))
    }

    /// Writes npy to any writer.
    ///
    /// # Errors
    /// Returns an error of the writer, or an error if NumPy does not have the element type.
    pub fn to_npy(&self, mut writer: impl Write) -> Result<(), FileError> {
        let element = self.element_type();
        let descr = descr(element).ok_or(TensorErrorKind::UnsupportedByFormat { format: "npy", element })?;
        let shape = match self.dimensions() {
            [length] => format!("{length},"),
            dimensions => dimensions.iter().map(usize::to_string).collect::<Vec<_>>().join(", "),
        };
        let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}");
        // The header ends in a line feed, and the elements start at a multiple of 64 bytes.
        let padded = |prefix: usize| (prefix + header.len() + 1).next_multiple_of(64) - prefix;
        writer.write_all(MAGIC)?;
        let length = if let Ok(length) = u16::try_from(padded(10)) {
            writer.write_all(&[1, 0])?;
            writer.write_all(&length.to_le_bytes())?;
            padded(10)
        } else {
            writer.write_all(&[2, 0])?;
            writer.write_all(&(padded(12) as u32).to_le_bytes())?;
            padded(12)
        };
        let width = length - 1;
        writer.write_all(format!("{header:<width$}\n").as_bytes())?;
        writer.write_all(&self.canonical_bytes())?;
        Ok(())
    }
}

impl Layout {
    pub(crate) fn read_npy(mut reader: impl Read) -> Result<Self, FileError> {
        let magic = read_up_to(&mut reader, 6)?;
        if magic != MAGIC {
            return Err(TensorErrorKind::Magic { format: "npy", found: magic }.into());
        }
        let version = read_exactly(&mut reader, 2)?;
        let length = match version[0] {
            1 => read_exactly(&mut reader, 2)?,
            2 | 3 => read_exactly(&mut reader, 4)?,
            other => return Err(TensorErrorKind::Header(format!("unknown version {other} of npy")).into()),
        };
        let length = length.iter().rev().fold(0, |length, &byte| length << 8 | u64::from(byte));
        if length > MAX_HEADER {
            let message = format!("expected at most {MAX_HEADER} bytes, found a length of {length}");
            return Err(TensorErrorKind::Header(message).into());
        }
        let header = read_exactly(&mut reader, length)?;
        let header = str::from_utf8(&header).map_err(|error| TensorErrorKind::Header(error.to_string()))?;
        Ok(Self::parse_npy(header)?)
    }
}

fn read_up_to(reader: impl Read, length: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    reader.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn read_exactly(reader: impl Read, length: u64) -> Result<Vec<u8>, FileError> {
    let bytes = read_up_to(reader, length)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(TensorErrorKind::TruncatedHeader.into()) }
}
