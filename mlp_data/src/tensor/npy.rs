//! npy, NumPy's format of one array: a magic word, a version, the length of the header, the header and the elements.

use std::io::{Read, Write};
use std::path::Path;

use super::npy_header::descr;
use super::{Layout, Tensor, TensorErrorKind};
use crate::data::file;
use crate::data::file_error::{FileError, Origin};
use crate::data::write::replace;

const MAGIC: &[u8] = b"\x93NUMPY";
/// Longer headers describe records, which are not read anyway.
const LONGEST_HEADER: u64 = 1 << 16;

impl Tensor {
    /// Reads a file of NumPy's `save`.
    ///
    /// ```no_run
    /// use mlp_core::data::Tensor;
    ///
    /// let x = Tensor::read_npy("x.npy")?.matrix::<f32, 4>()?;
    /// Tensor::from(&x).write_npy("copy.npy")?;
    /// # Ok::<(), mlp_core::data::FileError>(())
    /// ```
    ///
    /// # Errors
    /// If the file cannot be read, is not whole, or holds no numbers.
    pub fn read_npy(path: impl AsRef<Path>) -> Result<Self, FileError> {
        let path = path.as_ref();
        Ok(file::read(path, Self::from_npy)?.of_file(path))
    }

    /// The same from anything that gives bytes.
    ///
    /// # Errors
    /// If the bytes are not a whole npy file of numbers.
    pub fn from_npy(mut reader: impl Read) -> Result<Self, FileError> {
        let layout = Layout::read_npy(&mut reader)?;
        let bytes = layout.read(reader)?;
        Ok(Self { layout, bytes, origin: Origin::default() })
    }

    /// Writes a file for NumPy's `load`, beside the old one, which it then replaces.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write_npy(&self, path: impl AsRef<Path>) -> Result<(), FileError> {
        replace(path.as_ref(), |writer| self.to_npy(writer))
    }

    /// The same to anything that takes bytes.
    ///
    /// # Errors
    /// If it does not take them, or the elements are such as NumPy does not have.
    pub fn to_npy(&self, mut writer: impl Write) -> Result<(), FileError> {
        let element = self.element_type();
        let descr = descr(element).ok_or(TensorErrorKind::Unwritable { format: "npy", element })?;
        let shape = match self.dimensions() {
            [only] => format!("{only},"),
            several => several.iter().map(usize::to_string).collect::<Vec<_>>().join(", "),
        };
        let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}");
        // The elements begin at a multiple of 64, after a line feed.
        let padded = |before: usize| (before + header.len() + 1).next_multiple_of(64) - before;
        writer.write_all(MAGIC)?;
        let width = if let Ok(length) = u16::try_from(padded(10)) {
            writer.write_all(&[1, 0])?;
            writer.write_all(&length.to_le_bytes())?;
            padded(10)
        } else {
            writer.write_all(&[2, 0])?;
            writer.write_all(&(padded(12) as u32).to_le_bytes())?;
            padded(12)
        } - 1;
        writer.write_all(format!("{header:<width$}\n").as_bytes())?;
        writer.write_all(&self.canonical())?;
        Ok(())
    }
}

impl Layout {
    pub(in crate::data) fn read_npy(mut reader: impl Read) -> Result<Self, FileError> {
        let magic = bytes(&mut reader, 6)?;
        if magic != MAGIC {
            return Err(TensorErrorKind::Magic { format: "npy", found: magic }.into());
        }
        let version = exactly(&mut reader, 2)?;
        let length = match version[0] {
            1 => exactly(&mut reader, 2)?,
            2 | 3 => exactly(&mut reader, 4)?,
            other => return Err(TensorErrorKind::Header(format!("version {other} of npy is unknown")).into()),
        };
        let length = length.iter().rev().fold(0, |length, &byte| length << 8 | u64::from(byte));
        if length > LONGEST_HEADER {
            return Err(TensorErrorKind::Header(format!("it should be {length} bytes long")).into());
        }
        let header = exactly(&mut reader, length)?;
        let header = str::from_utf8(&header).map_err(|error| TensorErrorKind::Header(error.to_string()))?;
        Ok(Self::parse_npy(header)?)
    }
}

/// At most so many bytes.
fn bytes(reader: impl Read, length: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    reader.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn exactly(reader: impl Read, length: u64) -> Result<Vec<u8>, FileError> {
    let bytes = bytes(reader, length)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(TensorErrorKind::TruncatedHeader.into()) }
}
