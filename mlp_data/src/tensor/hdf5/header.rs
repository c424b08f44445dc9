//! Messages in the header of an object.

use super::bytes::{Bytes, File, invalid};
use crate::error::TensorErrorKind;

/// Message about one property of an object.
pub(super) struct Message<'a> {
    pub(super) kind: u64,
    pub(super) content: Bytes<'a>,
}

/// Kind of the message that points to a continuation block.
const CONTINUATION: u64 = 0x10;
/// Flag of a message that is stored elsewhere, shared by several objects.
const SHARED: u8 = 2;

/// Version of an object header, which determines the layout of its messages.
#[derive(Clone, Copy)]
enum Version {
    One,
    Two { creation_order: bool },
}

/// Returns all messages of the object at an address.
pub(super) fn messages<'a>(file: &File<'a>, address: u64) -> Result<Vec<Message<'a>>, TensorErrorKind> {
    let (version, first) = first_block(file, address)?;
    let mut blocks = vec![first];
    let mut next = 0;
    let mut messages = Vec::new();
    while let Some(&block) = blocks.get(next) {
        next += 1;
        read_block(version, block, &mut messages, |address, length| {
            blocks.push(continuation_block(file, version, address, length)?);
            Ok(())
        })?;
    }
    Ok(messages)
}

fn first_block<'a>(file: &File<'a>, address: u64) -> Result<(Version, Bytes<'a>), TensorErrorKind> {
    const HAS_TIMES: u8 = 0x20;
    const HAS_ATTRIBUTE_PHASES: u8 = 0x10;
    const HAS_CREATION_ORDER: u8 = 4;
    let start = file.region(address, 16)?;
    if !start.0.starts_with(b"OHDR") {
        return first_block_version_1(file, address, start);
    }
    let mut start = Bytes(&start.0[4..]);
    let version = start.byte()?;
    let flags = start.byte()?;
    if version != 2 {
        return Err(unknown_version("an object header", version));
    }
    let times = if flags & HAS_TIMES == 0 { 0 } else { 16 };
    let phases = if flags & HAS_ATTRIBUTE_PHASES == 0 { 0 } else { 4 };
    let prefix = 6 + times + phases;
    let width = 1 << (flags & 3);
    let mut length = file.region(offset(address, prefix)?, width)?;
    let length = length.integer(width as usize)?;
    let block = file.region(offset(address, prefix + width)?, length)?;
    Ok((Version::Two { creation_order: flags & HAS_CREATION_ORDER != 0 }, block))
}

fn first_block_version_1<'a>(
    file: &File<'a>,
    address: u64,
    mut start: Bytes<'a>,
) -> Result<(Version, Bytes<'a>), TensorErrorKind> {
    let version = start.byte()?;
    if version != 1 {
        return Err(unknown_version("an object header", version));
    }
    start.take(7)?;
    let length = start.integer(4)?;
    Ok((Version::One, file.region(offset(address, 16)?, length)?))
}

fn continuation_block<'a>(
    file: &File<'a>,
    version: Version,
    address: u64,
    length: u64,
) -> Result<Bytes<'a>, TensorErrorKind> {
    let mut block = file.region(address, length)?;
    if let Version::Two { .. } = version {
        block.signature(b"OCHK")?;
        let checksum = block.0.len().saturating_sub(4);
        block = Bytes(&block.0[..checksum]);
    }
    Ok(block)
}

fn read_block<'a>(
    version: Version,
    mut block: Bytes<'a>,
    messages: &mut Vec<Message<'a>>,
    mut on_continuation: impl FnMut(u64, u64) -> Result<(), TensorErrorKind>,
) -> Result<(), TensorErrorKind> {
    let min_size = if let Version::One = version { 8 } else { 4 };
    // Fewer bytes than a message are a gap.
    while block.0.len() >= min_size {
        let (kind, flags, mut content) = message(version, &mut block)?;
        if flags & SHARED != 0 {
            return Err(invalid("shared messages are not supported"));
        }
        if kind == CONTINUATION {
            on_continuation(content.integer(8)?, content.integer(8)?)?;
        } else {
            messages.push(Message { kind, content });
        }
    }
    Ok(())
}

/// Reads a message: its kind, flags and content.
fn message<'a>(version: Version, block: &mut Bytes<'a>) -> Result<(u64, u8, Bytes<'a>), TensorErrorKind> {
    let kind = block.integer(if let Version::One = version { 2 } else { 1 })?;
    let length = block.count(2)?;
    let flags = block.byte()?;
    match version {
        Version::One => block.take(3)?,
        Version::Two { creation_order } => block.take(if creation_order { 2 } else { 0 })?,
    };
    Ok((kind, flags, Bytes(block.take(length)?)))
}

/// Returns an address plus an offset.
pub(super) fn offset(address: u64, by: u64) -> Result<u64, TensorErrorKind> {
    address.checked_add(by).ok_or_else(|| invalid("an address is too large"))
}

/// Creates an error about an unknown version of a part.
pub(super) fn unknown_version(part: &str, version: u8) -> TensorErrorKind {
    invalid(format!("unknown version {version} of {part}"))
}
