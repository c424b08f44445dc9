//! Text attributes of objects.

use super::bytes::{Bytes, File, invalid};
use super::dataset;
use super::header::{Message, offset, unknown_version};
use crate::error::TensorErrorKind;

const ATTRIBUTE: u64 = 0x0C;
const TEXT: u8 = 3;
const VARIABLE_LENGTH: u8 = 9;

/// Returns the text of an object's attribute.
pub(super) fn text(file: &File<'_>, messages: &[Message<'_>], name: &str) -> Result<Option<String>, TensorErrorKind> {
    for message in messages.iter().filter(|message| message.kind == ATTRIBUTE) {
        let attribute = Attribute::parse(message.content)?;
        if attribute.name == name && dataset::dimensions(attribute.dataspace)?.is_empty() {
            return value(file, attribute.datatype, attribute.data);
        }
    }
    Ok(None)
}

struct Attribute<'a> {
    name: String,
    datatype: Bytes<'a>,
    dataspace: Bytes<'a>,
    data: Bytes<'a>,
}

impl<'a> Attribute<'a> {
    fn parse(mut message: Bytes<'a>) -> Result<Self, TensorErrorKind> {
        let version = message.byte()?;
        let _reserved = message.byte()?;
        let lengths = [message.count(2)?, message.count(2)?, message.count(2)?];
        let padded = match version {
            1 => true,
            2 => false,
            3 => {
                let _encoding_of_name = message.byte()?;
                false
            }
            other => return Err(unknown_version("an attribute", other)),
        };
        let mut part =
            |length: usize| message.take(if padded { length.next_multiple_of(8) } else { length }).map(Bytes);
        let [mut name, datatype, dataspace] = [part(lengths[0])?, part(lengths[1])?, part(lengths[2])?];
        let length = name.0.len();
        Ok(Self { name: name.text(length)?, datatype, dataspace, data: message })
    }
}

/// Returns text of fixed or variable length, or `None` for other types.
fn value(file: &File<'_>, mut datatype: Bytes<'_>, mut data: Bytes<'_>) -> Result<Option<String>, TensorErrorKind> {
    const VARIABLE_LENGTH_TEXT: u64 = 1;
    let class = datatype.byte()? & 15;
    let kind = datatype.integer(3)? & 15;
    match class {
        TEXT => {
            let length = datatype.count(4)?;
            data.text(length).map(Some)
        }
        VARIABLE_LENGTH if kind == VARIABLE_LENGTH_TEXT => {
            let length = data.count(4)?;
            let heap = data.integer(8)?;
            let index = data.integer(4)?;
            heap_object(file, heap, index)?.text(length).map(Some)
        }
        _ => Ok(None),
    }
}

/// Returns an object of a global heap. Scans the whole heap for each object: heaps are small.
fn heap_object<'a>(file: &File<'a>, address: u64, index: u64) -> Result<Bytes<'a>, TensorErrorKind> {
    let mut head = file.region(address, 16)?;
    head.signature(b"GCOL")?;
    head.take(4)?;
    let length = head.integer(8)?;
    let mut position = offset(address, 16)?;
    let end = offset(address, length)?;
    while position < end {
        let mut entry = file.region(position, 16)?;
        let found = entry.integer(2)?;
        entry.take(6)?;
        let length = entry.integer(8)?;
        position = offset(position, 16)?;
        if found == index {
            return file.region(position, length);
        }
        if found == 0 {
            break;
        }
        let padded = length.checked_next_multiple_of(8).ok_or_else(|| invalid("an object of a heap is too long"))?;
        position = offset(position, padded)?;
    }
    Err(invalid("a text is not in its heap"))
}
