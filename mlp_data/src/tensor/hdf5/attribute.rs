//! Texts that are attached to objects.

use super::bytes::{Bytes, File};
use super::header::{Message, unknown};
use super::{damaged, dataset};
use crate::data::tensor::TensorErrorKind;

const ATTRIBUTE: u64 = 0x0C;
const TEXT: u8 = 3;
const VARIABLE_LENGTH: u8 = 9;

/// The text that an object has under a name.
pub(super) fn text(file: &File<'_>, messages: &[Message<'_>], name: &str) -> Result<Option<String>, TensorErrorKind> {
    for message in messages.iter().filter(|message| message.kind == ATTRIBUTE) {
        let (found, datatype, dataspace, data) = parts(message.content)?;
        if found == name && dataset::dimensions(dataspace)?.is_empty() {
            return value(file, datatype, data);
        }
    }
    Ok(None)
}

/// Name, type, dimensions and value.
fn parts(mut message: Bytes<'_>) -> Result<(String, Bytes<'_>, Bytes<'_>, Bytes<'_>), TensorErrorKind> {
    let (version, _) = (message.byte()?, message.byte()?);
    let lengths = [message.count(2)?, message.count(2)?, message.count(2)?];
    let padded = match version {
        1 => true,
        2 => false,
        3 => {
            message.byte()?;
            false
        }
        other => return Err(unknown("an attribute", other)),
    };
    let mut part = |length: usize| message.take(if padded { length.next_multiple_of(8) } else { length }).map(Bytes);
    let [name, datatype, dataspace] = [part(lengths[0])?, part(lengths[1])?, part(lengths[2])?];
    let length = name.0.len();
    Ok(({ name }.text(length)?, datatype, dataspace, message))
}

/// A text, as long as its type says or with a length of its own; `None` for other things.
fn value(file: &File<'_>, mut datatype: Bytes<'_>, mut data: Bytes<'_>) -> Result<Option<String>, TensorErrorKind> {
    let class = datatype.byte()? & 15;
    let kind = datatype.number(3)? & 15;
    match class {
        TEXT => {
            let length = datatype.count(4)?;
            data.text(length).map(Some)
        }
        VARIABLE_LENGTH if kind == 1 => {
            let (length, heap, index) = (data.count(4)?, data.number(8)?, data.number(4)?);
            global(file, heap, index)?.text(length).map(Some)
        }
        _ => Ok(None),
    }
}

/// A thing in one of the heaps that all objects share.
fn global<'a>(file: &File<'a>, address: u64, index: u64) -> Result<Bytes<'a>, TensorErrorKind> {
    let mut head = file.region(address, 16)?;
    head.mark(b"GCOL")?;
    head.take(4)?;
    // All is read once for each text: heaps are small.
    let length = head.number(8)?;
    let mut at = super::header::offset(address, 16)?;
    let end = super::header::offset(address, length)?;
    while at < end {
        let mut entry = file.region(at, 16)?;
        let found = entry.number(2)?;
        entry.take(6)?;
        let length = entry.number(8)?;
        at = super::header::offset(at, 16)?;
        if found == index {
            return file.region(at, length);
        }
        if found == 0 {
            break;
        }
        let padded = length.checked_next_multiple_of(8).ok_or_else(|| damaged("an entry of a heap is too long"))?;
        at = super::header::offset(at, padded)?;
    }
    Err(damaged("a text is not where it should be"))
}
