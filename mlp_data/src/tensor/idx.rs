//! IDX, the format of the MNIST files: two zero bytes, the type of the elements, the number of dimensions, the
//! dimensions and the elements, highest byte first. Compressed with gzip or not.

use std::io::{self, Cursor, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::element::{Element, ElementType};
use super::{Layout, Tensor, TensorErrorKind};
use crate::data::file;
use crate::data::file_error::{FileError, Origin};

impl Tensor {
    /// Reads an IDX file, as those of MNIST, compressed or not.
    ///
    /// ```no_run
    /// use mlp_core::data::Tensor;
    ///
    /// let x = Tensor::read_idx("train-images-idx3-ubyte.gz")?.matrix::<f32, 784>()? / 255.0;
    /// let labels = Tensor::read_idx("train-labels-idx1-ubyte.gz")?.labels()?;
    /// # Ok::<(), mlp_core::data::FileError>(())
    /// ```
    ///
    /// # Errors
    /// If the file cannot be read or is not whole.
    pub fn read_idx(path: impl AsRef<Path>) -> Result<Self, FileError> {
        let path = path.as_ref();
        Ok(file::read(path, Self::from_idx)?.of_file(path))
    }

    /// The same from anything that gives bytes.
    ///
    /// # Errors
    /// If the bytes are not a whole IDX file.
    pub fn from_idx(reader: impl Read) -> Result<Self, FileError> {
        let mut reader = decompressed(reader)?;
        let layout = Layout::read_idx(&mut reader)?;
        let bytes = layout.read(reader)?;
        Ok(Self { layout, bytes, origin: Origin::default() })
    }
}

/// What a reader gives, decompressed if it begins as gzip does.
pub(in crate::data) fn decompressed<'a>(mut reader: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut beginning = Vec::new();
    reader.by_ref().take(2).read_to_end(&mut beginning)?;
    let compressed = beginning == [0x1f, 0x8b];
    let whole = Cursor::new(beginning).chain(reader);
    Ok(if compressed { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) })
}

impl Layout {
    pub(in crate::data) fn read_idx(mut reader: impl Read) -> Result<Self, FileError> {
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
        let layout = Self { element: Element { kind, big_endian: true }, dimensions, fortran_order: false };
        layout.bytes()?;
        Ok(layout)
    }
}
