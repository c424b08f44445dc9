//! The members of a group: their names and where they lie.

use super::bytes::{Bytes, File, NOWHERE};
use super::damaged;
use super::header::{Message, offset, unknown};
use crate::data::tensor::TensorErrorKind;

const LINK_INFO: u64 = 0x02;
const LINK: u64 = 0x06;
const SYMBOL_TABLE: u64 = 0x11;
/// A symbol's name and address, and what is only there to be quick.
const SYMBOL: u64 = 40;
/// Deeper trees hold more symbols than there are bytes in the world.
const DEEPEST: u8 = 16;

type Members = Vec<(String, u64)>;

/// The members of an object, if its messages are those of a group.
pub(super) fn members(file: &File<'_>, messages: &[Message<'_>]) -> Result<Option<Members>, TensorErrorKind> {
    let (mut found, mut group) = (Members::new(), false);
    for Message { kind, content } in messages {
        group |= [LINK_INFO, LINK, SYMBOL_TABLE].contains(kind);
        match *kind {
            SYMBOL_TABLE => symbol_table(file, *content, &mut found)?,
            LINK => found.push(link(*content)?),
            LINK_INFO => only_few(*content)?,
            _ => {}
        }
    }
    Ok(group.then_some(found))
}

/// A tree of tables, and the heap where the names are.
fn symbol_table(file: &File<'_>, mut message: Bytes<'_>, found: &mut Members) -> Result<(), TensorErrorKind> {
    let (tree, heap) = (message.number(8)?, message.number(8)?);
    let mut heap = file.region(heap, 32)?;
    heap.mark(b"HEAP")?;
    heap.take(4)?;
    let length = heap.number(8)?;
    heap.take(8)?;
    let names = Names { address: heap.number(8)?, length };
    node(file, tree, None, &names, found)
}

struct Names {
    address: u64,
    length: u64,
}

/// A node of a tree: its children are nodes of the level below, or tables.
fn node(
    file: &File<'_>,
    address: u64,
    needed: Option<u8>,
    names: &Names,
    found: &mut Members,
) -> Result<(), TensorErrorKind> {
    let mut head = file.region(address, 24)?;
    head.mark(b"TREE")?;
    let (kind, level, count) = (head.byte()?, head.byte()?, head.number(2)?);
    if kind != 0 || level > DEEPEST || needed.is_some_and(|needed| level != needed) {
        return Err(damaged("a group's tree is none"));
    }
    let mut children = file.region(offset(address, 24)?, count * 16)?;
    for _ in 0..count {
        children.take(8)?;
        let child = children.number(8)?;
        match level.checked_sub(1) {
            Some(below) => node(file, child, Some(below), names, found)?,
            None => table(file, child, names, found)?,
        }
    }
    Ok(())
}

fn table(file: &File<'_>, address: u64, names: &Names, found: &mut Members) -> Result<(), TensorErrorKind> {
    let mut head = file.region(address, 8)?;
    head.mark(b"SNOD")?;
    let (version, _, count) = (head.byte()?, head.byte()?, head.number(2)?);
    if version != 1 {
        return Err(unknown("a group's table", version));
    }
    let mut symbols = file.region(offset(address, 8)?, count * SYMBOL)?;
    for _ in 0..count {
        let (name, object, kind) = (symbols.number(8)?, symbols.number(8)?, symbols.number(4)?);
        symbols.take(20)?;
        if kind == 2 {
            return Err(damaged("it has symbolic links, which are not read"));
        }
        let within = names.length.checked_sub(name).ok_or_else(|| damaged("a name lies beyond the names"))?;
        found.push((file.text(offset(names.address, name)?, within)?, object));
    }
    Ok(())
}

/// One member in a message of its own.
fn link(mut message: Bytes<'_>) -> Result<(String, u64), TensorErrorKind> {
    let (version, flags) = (message.byte()?, message.byte()?);
    if version != 1 {
        return Err(unknown("a link", version));
    }
    let kind = if flags & 8 == 0 { 0 } else { message.byte()? };
    if kind != 0 {
        return Err(damaged("it has links that are not hard, which are not read"));
    }
    message.take(if flags & 4 == 0 { 0 } else { 8 })?;
    message.take(if flags & 16 == 0 { 0 } else { 1 })?;
    let length = message.count(1 << (flags & 3))?;
    Ok((message.text(length)?, message.number(8)?))
}

/// Groups of more than eight members keep them elsewhere in the newest files.
fn only_few(mut message: Bytes<'_>) -> Result<(), TensorErrorKind> {
    let (_, flags) = (message.byte()?, message.byte()?);
    message.take(if flags & 1 == 0 { 0 } else { 8 })?;
    if message.number(8)? == NOWHERE {
        return Ok(());
    }
    Err(damaged("a group keeps its members in a heap, which is not read: write it with libver=\"earliest\""))
}
