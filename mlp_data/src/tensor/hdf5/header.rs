//! The messages that say what an object is.

use super::bytes::{Bytes, File};
use super::damaged;
use crate::data::tensor::TensorErrorKind;

/// One thing that is said about an object.
pub(super) struct Message<'a> {
    pub(super) kind: u64,
    pub(super) content: Bytes<'a>,
}

/// Messages that follow those of a header elsewhere.
const CONTINUATION: u64 = 0x10;
/// A message that several objects share lies elsewhere.
const SHARED: u8 = 2;

/// How each message begins.
#[derive(Clone, Copy)]
enum Version {
    One,
    Two { creation_order: bool },
}

/// All messages of the object at an address.
pub(super) fn messages<'a>(file: &File<'a>, address: u64) -> Result<Vec<Message<'a>>, TensorErrorKind> {
    let (version, first) = first_block(file, address)?;
    let (mut blocks, mut next, mut messages) = (vec![first], 0, Vec::new());
    while let Some(&block) = blocks.get(next) {
        next += 1;
        read_block(version, block, &mut messages, |address, length| {
            blocks.push(continuation(file, version, address, length)?);
            Ok(())
        })?;
    }
    Ok(messages)
}

fn first_block<'a>(file: &File<'a>, address: u64) -> Result<(Version, Bytes<'a>), TensorErrorKind> {
    let start = file.region(address, 16)?;
    if !start.0.starts_with(b"OHDR") {
        return first_block_one(file, address, start);
    }
    let mut start = Bytes(&start.0[4..]);
    let (version, flags) = (start.byte()?, start.byte()?);
    if version != 2 {
        return Err(unknown("an object's header", version));
    }
    let times = if flags & 0x20 == 0 { 0 } else { 16 };
    let phases = if flags & 0x10 == 0 { 0 } else { 4 };
    let (before, width) = (6 + times + phases, 1 << (flags & 3));
    let mut length = file.region(offset(address, before)?, width)?;
    let length = length.number(width as usize)?;
    let block = file.region(offset(address, before + width)?, length)?;
    Ok((Version::Two { creation_order: flags & 4 != 0 }, block))
}

fn first_block_one<'a>(
    file: &File<'a>,
    address: u64,
    mut start: Bytes<'a>,
) -> Result<(Version, Bytes<'a>), TensorErrorKind> {
    let version = start.byte()?;
    if version != 1 {
        return Err(unknown("an object's header", version));
    }
    start.take(7)?;
    let length = start.number(4)?;
    Ok((Version::One, file.region(offset(address, 16)?, length)?))
}

fn continuation<'a>(
    file: &File<'a>,
    version: Version,
    address: u64,
    length: u64,
) -> Result<Bytes<'a>, TensorErrorKind> {
    let mut block = file.region(address, length)?;
    if let Version::Two { .. } = version {
        block.mark(b"OCHK")?;
        let checksum = block.0.len().saturating_sub(4);
        block = Bytes(&block.0[..checksum]);
    }
    Ok(block)
}

fn read_block<'a>(
    version: Version,
    mut block: Bytes<'a>,
    messages: &mut Vec<Message<'a>>,
    mut continues: impl FnMut(u64, u64) -> Result<(), TensorErrorKind>,
) -> Result<(), TensorErrorKind> {
    let smallest = if let Version::One = version { 8 } else { 4 };
    // Less than a message is a gap.
    while block.0.len() >= smallest {
        let (kind, flags, mut content) = message(version, &mut block)?;
        if flags & SHARED != 0 {
            return Err(damaged("it shares descriptions between objects, which is not read"));
        }
        if kind == CONTINUATION {
            continues(content.number(8)?, content.number(8)?)?;
        } else {
            messages.push(Message { kind, content });
        }
    }
    Ok(())
}

fn message<'a>(version: Version, block: &mut Bytes<'a>) -> Result<(u64, u8, Bytes<'a>), TensorErrorKind> {
    let kind = block.number(if let Version::One = version { 2 } else { 1 })?;
    let length = block.count(2)?;
    let flags = block.byte()?;
    match version {
        Version::One => block.take(3)?,
        Version::Two { creation_order } => block.take(if creation_order { 2 } else { 0 })?,
    };
    Ok((kind, flags, Bytes(block.take(length)?)))
}

pub(super) fn offset(address: u64, by: u64) -> Result<u64, TensorErrorKind> {
    address.checked_add(by).ok_or_else(|| damaged("an address in it is too large"))
}

/// For a version of some part that is not read.
pub(super) fn unknown(what: &str, version: u8) -> TensorErrorKind {
    damaged(format!("version {version} of {what} is unknown"))
}
