//! The numbers of a dataset.

use super::bytes::{Bytes, File, NOWHERE};
use super::damaged;
use super::header::{Message, unknown};
use crate::data::file_error::Origin;
use crate::data::tensor::element::Element;
use crate::data::tensor::{ElementType, Layout, Tensor, TensorErrorKind};

const DATASPACE: u64 = 0x01;
const DATATYPE: u64 = 0x03;
const DATA_LAYOUT: u64 = 0x08;
const FILTERS: u64 = 0x0B;
/// As many as the library of this format allows.
const MOST_DIMENSIONS: usize = 32;

/// The tensor that an object's messages describe.
pub(super) fn tensor(file: &File<'_>, messages: &[Message<'_>]) -> Result<Tensor, TensorErrorKind> {
    let content = |kind: u64, what: &str| {
        let message = messages.iter().find(|message| message.kind == kind);
        message.map(|message| message.content).ok_or_else(|| damaged(format!("an object has no {what}")))
    };
    if messages.iter().any(|message| message.kind == FILTERS) {
        return Err(damaged("its numbers are compressed, which is not read"));
    }
    let element = element(content(DATATYPE, "type")?)?;
    let layout = Layout { element, dimensions: dimensions(content(DATASPACE, "dimensions")?)?, fortran_order: false };
    let needed = layout.bytes()?;
    let data = data(file, content(DATA_LAYOUT, "layout")?, needed)?;
    let has = data.len() as u64;
    match has {
        _ if has < needed => Err(TensorErrorKind::Truncated { has, needed }),
        _ if has > needed => Err(TensorErrorKind::TooLong { needed }),
        _ => Ok(Tensor { layout, bytes: data.to_vec(), origin: Origin::default() }),
    }
}

/// How many numbers there are in each direction.
pub(super) fn dimensions(mut message: Bytes<'_>) -> Result<Vec<usize>, TensorErrorKind> {
    let (version, rank, _) = (message.byte()?, usize::from(message.byte()?), message.byte()?);
    match version {
        1 => message.take(5)?,
        2 if message.byte()? == 2 => return Err(damaged("a dataset has no numbers")),
        2 => &[],
        other => return Err(unknown("dimensions", other)),
    };
    if rank > MOST_DIMENSIONS {
        return Err(damaged(format!("a dataset has {rank} dimensions")));
    }
    (0..rank).map(|_| message.count(8)).collect()
}

fn element(mut message: Bytes<'_>) -> Result<Element, TensorErrorKind> {
    let class = message.byte()? & 15;
    let flags = message.number(3)?;
    let size = message.number(4)?;
    let kind = match class {
        0 => whole(size, flags & 8 != 0),
        1 if flags & 0x40 == 0 => {
            message.take(5)?;
            let (exponent, _, significand) = (message.byte()?, message.byte()?, message.byte()?);
            floating(size, exponent, significand)
        }
        _ => None,
    };
    let unread = || TensorErrorKind::ElementType(format!("class {class} of HDF5 with {size} bytes"));
    Ok(Element { kind: kind.ok_or_else(unread)?, big_endian: flags & 1 != 0 })
}

fn whole(size: u64, signed: bool) -> Option<ElementType> {
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

fn floating(size: u64, exponent: u8, significand: u8) -> Option<ElementType> {
    Some(match (size, exponent, significand) {
        (2, 5, 10) => ElementType::F16,
        (2, 8, 7) => ElementType::Bf16,
        (4, 8, 23) => ElementType::F32,
        (8, 11, 52) => ElementType::F64,
        _ => return None,
    })
}

/// The bytes, in the header itself or in one piece elsewhere.
fn data<'a>(file: &File<'a>, mut message: Bytes<'a>, needed: u64) -> Result<&'a [u8], TensorErrorKind> {
    let (version, class) = (message.byte()?, message.byte()?);
    if !(3..=4).contains(&version) {
        return Err(unknown("a layout", version));
    }
    match class {
        0 => {
            let length = message.count(2)?;
            message.take(length)
        }
        1 => {
            let (address, length) = (message.number(8)?, message.number(8)?);
            if address == NOWHERE {
                return if needed == 0 { Ok(&[]) } else { Err(TensorErrorKind::Truncated { has: 0, needed }) };
            }
            Ok(file.region(address, length)?.0)
        }
        _ => Err(damaged("its numbers lie in several pieces, which is not read")),
    }
}
