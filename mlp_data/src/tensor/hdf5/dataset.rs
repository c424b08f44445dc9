//! Elements of a dataset.

use super::bytes::{Bytes, File, UNDEFINED, invalid};
use super::header::{Message, unknown_version};
use crate::element_type::ElementType;
use crate::error::{Location, TensorErrorKind};
use crate::tensor::Tensor;
use crate::tensor::element::Element;
use crate::tensor::layout::Layout;

const DATASPACE: u64 = 0x01;
const DATATYPE: u64 = 0x03;
const DATA_LAYOUT: u64 = 0x08;
const FILTERS: u64 = 0x0B;
/// Maximum number of dimensions, as in the HDF5 library.
const MAX_DIMENSIONS: usize = 32;

/// Returns the tensor that an object's messages describe.
pub(super) fn tensor(file: &File<'_>, messages: &[Message<'_>]) -> Result<Tensor, TensorErrorKind> {
    let content = |kind: u64, what: &str| {
        let message = messages.iter().find(|message| message.kind == kind);
        message.map(|message| message.content).ok_or_else(|| invalid(format!("an object has no {what}")))
    };
    if messages.iter().any(|message| message.kind == FILTERS) {
        return Err(invalid("compressed elements are not supported"));
    }
    let element = element(content(DATATYPE, "type")?)?;
    let dimensions = dimensions(content(DATASPACE, "dimensions")?)?;
    let layout = Layout { element, dimensions, column_major: false };
    let size = layout.bytes()?;
    let bytes = elements(file, content(DATA_LAYOUT, "layout")?, size)?;
    layout.check_size(bytes.len() as u64)?;
    Ok(Tensor { layout, bytes: bytes.to_vec(), location: Location::default() })
}

/// Parses dimensions.
pub(super) fn dimensions(mut message: Bytes<'_>) -> Result<Vec<usize>, TensorErrorKind> {
    const NULL: u8 = 2;
    let version = message.byte()?;
    let rank = usize::from(message.byte()?);
    let _flags = message.byte()?;
    match version {
        1 => {
            message.take(5)?;
        }
        2 => {
            if message.byte()? == NULL {
                return Err(invalid("a dataset has no elements"));
            }
        }
        other => return Err(unknown_version("dimensions", other)),
    }
    if rank > MAX_DIMENSIONS {
        return Err(invalid(format!("expected at most {MAX_DIMENSIONS} dimensions, found {rank}")));
    }
    (0..rank).map(|_| message.count(8)).collect()
}

fn element(mut message: Bytes<'_>) -> Result<Element, TensorErrorKind> {
    const INTEGER: u8 = 0;
    const FLOAT: u8 = 1;
    const BIG_ENDIAN: u64 = 1;
    const SIGNED: u64 = 8;
    const VAX_ORDER: u64 = 0x40;
    let class = message.byte()? & 15;
    let flags = message.integer(3)?;
    let size = message.integer(4)?;
    let kind = match class {
        INTEGER => integer_type(size, flags & SIGNED != 0),
        FLOAT if flags & VAX_ORDER == 0 => {
            // Bit offset, precision, and position of the exponent.
            message.take(5)?;
            let exponent_bits = message.byte()?;
            let _significand_position = message.byte()?;
            let significand_bits = message.byte()?;
            float_type(size, exponent_bits, significand_bits)
        }
        _ => None,
    };
    let unsupported = || TensorErrorKind::ElementType(format!("class {class} of HDF5 with {size} bytes"));
    Ok(Element { kind: kind.ok_or_else(unsupported)?, big_endian: flags & BIG_ENDIAN != 0 })
}

fn integer_type(size: u64, signed: bool) -> Option<ElementType> {
    Some(match (size, signed) {
        (1, false) => ElementType::U8,
        (1, true) => ElementType::I8,
        (2, false) => ElementType::U16,
        (2, true) => ElementType::I16,
        (4, false) => ElementType::U32,
        (4, true) => ElementType::I32,
        (8, false) => ElementType::U64,
        (8, true) => ElementType::I64,
        _ => return None,
    })
}

fn float_type(size: u64, exponent_bits: u8, significand_bits: u8) -> Option<ElementType> {
    Some(match (size, exponent_bits, significand_bits) {
        (2, 5, 10) => ElementType::F16,
        (2, 8, 7) => ElementType::Bf16,
        (4, 8, 23) => ElementType::F32,
        (8, 11, 52) => ElementType::F64,
        _ => return None,
    })
}

/// Returns the bytes of the elements, stored in the message (compact) or elsewhere (contiguous).
fn elements<'a>(file: &File<'a>, mut message: Bytes<'a>, expected: u64) -> Result<&'a [u8], TensorErrorKind> {
    const COMPACT: u8 = 0;
    const CONTIGUOUS: u8 = 1;
    let version = message.byte()?;
    let class = message.byte()?;
    if !(3..=4).contains(&version) {
        return Err(unknown_version("a layout", version));
    }
    match class {
        COMPACT => {
            let length = message.count(2)?;
            message.take(length)
        }
        CONTIGUOUS => {
            let address = message.integer(8)?;
            let length = message.integer(8)?;
            if address == UNDEFINED {
                return if expected == 0 { Ok(&[]) } else { Err(TensorErrorKind::Truncated { expected, found: 0 }) };
            }
            Ok(file.region(address, length)?.0)
        }
        _ => Err(invalid("chunked elements are not supported")),
    }
}
