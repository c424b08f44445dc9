//! IDX, the format of the MNIST files.
//!
//! ```text
//! 0, 0, element type, number of dimensions    one byte each
//! dimensions                                  four bytes each, big-endian
//! elements                                    row-major, big-endian
//! ```
//!
//! The whole file may be compressed with gzip.

use std::io::{self, Cursor, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::Tensor;
use super::element::Element;
use super::layout::Layout;
use crate::element_type::ElementType;
use crate::error::{FileError, Location, TensorErrorKind};
use crate::file::read_file;
use crate::limits::Limits;
use crate::limits::expansion::{Counted, Expanding};

impl Tensor {
    /// Reads an IDX file, such as those of MNIST, gzip-compressed or not.
    ///
    /// ```no_run
    /// # mod mlp { pub mod data { pub use mlp_data::Tensor; } }
    /// use mlp::data::Tensor;
    ///
    /// let x = Tensor::read_idx("train-images-idx3-ubyte.gz")?.matrix::<f32, 784>()? / 255.0;
    /// let labels = Tensor::read_idx("train-labels-idx1-ubyte.gz")?.labels()?;
    /// # Ok::<(), mlp_data::FileError>(())
    /// ```
    ///
    /// # Errors
    /// Returns an error if the file cannot be read or is incomplete.
    pub fn read_idx(path: impl AsRef<Path>) -> Result<Self, FileError> {
        Self::read_idx_with(path, Limits::default())
    }

    /// Reads an IDX file with custom limits.
    ///
    /// # Errors
    /// Returns the errors of [`read_idx`](Self::read_idx), and an error if a limit is exceeded.
    pub fn read_idx_with(path: impl AsRef<Path>, limits: Limits) -> Result<Self, FileError> {
        let path = path.as_ref();
        Ok(read_file(path, |file| Self::from_idx_with(file, limits))?.in_file(path))
    }

    /// Reads IDX from any reader.
    ///
    /// # Errors
    /// Returns an error if the bytes are not a complete IDX file.
    pub fn from_idx(reader: impl Read) -> Result<Self, FileError> {
        Self::from_idx_with(reader, Limits::default())
    }

    /// Reads IDX from any reader, with custom limits.
    ///
    /// # Errors
    /// Returns the errors of [`from_idx`](Self::from_idx), and an error if a limit is exceeded.
    pub fn from_idx_with(reader: impl Read, limits: Limits) -> Result<Self, FileError> {
        let mut reader = decompressed(reader, limits)?;
        let layout = Layout::read_idx(&mut reader)?;
        let bytes = layout.read(reader, limits)?;
        Ok(Self { layout, bytes, location: Location::default() })
    }
}

/// Wraps a reader in a decompressor if its bytes start like gzip.
pub(crate) fn decompressed<'a>(mut reader: impl Read + 'a, limits: Limits) -> io::Result<Box<dyn Read + 'a>> {
    const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
    let mut start = Vec::new();
    reader.by_ref().take(2).read_to_end(&mut start)?;
    let compressed = start == GZIP_MAGIC;
    let rewound = Cursor::new(start).chain(reader);
    if !compressed {
        return Ok(Box::new(rewound));
    }
    let decoder = MultiGzDecoder::new(Counted::new(rewound));
    Ok(Box::new(Expanding::new(decoder, MultiGzDecoder::get_ref, limits)))
}

impl Layout {
    pub(crate) fn read_idx(mut reader: impl Read) -> Result<Self, FileError> {
        let mut magic = Vec::new();
        reader.by_ref().take(4).read_to_end(&mut magic)?;
        if !magic.starts_with(&[0, 0]) {
            return Err(TensorErrorKind::Magic { format: "IDX", found: magic }.into());
        }
        let &[_, _, code, rank] = magic.as_slice() else { return Err(TensorErrorKind::TruncatedHeader.into()) };
        let kind = match code {
            0x08 => ElementType::U8,
            0x09 => ElementType::I8,
            0x0B => ElementType::I16,
            0x0C => ElementType::I32,
            0x0D => ElementType::F32,
            0x0E => ElementType::F64,
            _ => return Err(TensorErrorKind::ElementType(format!("0x{code:02X}")).into()),
        };
        let mut header = Vec::new();
        reader.take(4 * u64::from(rank)).read_to_end(&mut header)?;
        if header.len() < 4 * usize::from(rank) {
            return Err(TensorErrorKind::TruncatedHeader.into());
        }
        let (dimensions, _) = header.as_chunks::<4>();
        let dimensions = dimensions.iter().map(|&dimension| u32::from_be_bytes(dimension) as usize).collect();
        let layout = Self { element: Element { kind, big_endian: true }, dimensions, column_major: false };
        layout.bytes()?;
        Ok(layout)
    }
}
