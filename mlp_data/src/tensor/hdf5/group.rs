//! Members of a group: names and addresses.

use super::bytes::{Bytes, File, UNDEFINED, invalid};
use super::header::{Message, offset, unknown_version};
use crate::error::TensorErrorKind;

const LINK_INFO: u64 = 0x02;
const LINK: u64 = 0x06;
const SYMBOL_TABLE: u64 = 0x11;
/// Size of a symbol table entry in bytes.
const SYMBOL_SIZE: u64 = 40;
/// Maximum B-tree depth.
const MAX_DEPTH: u8 = 16;

type Members = Vec<(String, u64)>;

/// Returns the members of an object, or `None` if it is not a group.
pub(super) fn members(file: &File<'_>, messages: &[Message<'_>]) -> Result<Option<Members>, TensorErrorKind> {
    let mut members = Members::new();
    let mut is_group = false;
    for Message { kind, content } in messages {
        is_group |= [LINK_INFO, LINK, SYMBOL_TABLE].contains(kind);
        match *kind {
            SYMBOL_TABLE => symbol_table(file, *content, &mut members)?,
            LINK => members.push(link(*content)?),
            LINK_INFO => check_no_heap(*content)?,
            _ => {}
        }
    }
    Ok(is_group.then_some(members))
}

/// Reads a B-tree of symbol tables, and the local heap with the names.
fn symbol_table(file: &File<'_>, mut message: Bytes<'_>, members: &mut Members) -> Result<(), TensorErrorKind> {
    let tree = message.integer(8)?;
    let heap = message.integer(8)?;
    let mut heap = file.region(heap, 32)?;
    heap.signature(b"HEAP")?;
    heap.take(4)?;
    let length = heap.integer(8)?;
    let _free_list = heap.integer(8)?;
    let names = Names { address: heap.integer(8)?, length };
    tree_node(file, tree, None, &names, members)
}

struct Names {
    address: u64,
    length: u64,
}

/// Reads a node of a B-tree. Its children are nodes of the level below, or symbol tables at level 0.
fn tree_node(
    file: &File<'_>,
    address: u64,
    expected_level: Option<u8>,
    names: &Names,
    members: &mut Members,
) -> Result<(), TensorErrorKind> {
    let mut head = file.region(address, 24)?;
    head.signature(b"TREE")?;
    let kind = head.byte()?;
    let level = head.byte()?;
    let count = head.integer(2)?;
    if kind != 0 || level > MAX_DEPTH || expected_level.is_some_and(|expected| level != expected) {
        return Err(invalid("a node of a group's B-tree is invalid"));
    }
    let mut children = file.region(offset(address, 24)?, count * 16)?;
    for _ in 0..count {
        let _key = children.integer(8)?;
        let child = children.integer(8)?;
        match level.checked_sub(1) {
            Some(level_below) => tree_node(file, child, Some(level_below), names, members)?,
            None => symbol_node(file, child, names, members)?,
        }
    }
    Ok(())
}

fn symbol_node(file: &File<'_>, address: u64, names: &Names, members: &mut Members) -> Result<(), TensorErrorKind> {
    const SYMBOLIC_LINK: u64 = 2;
    let mut head = file.region(address, 8)?;
    head.signature(b"SNOD")?;
    let version = head.byte()?;
    let _reserved = head.byte()?;
    let count = head.integer(2)?;
    if version != 1 {
        return Err(unknown_version("a symbol table", version));
    }
    let mut symbols = file.region(offset(address, 8)?, count * SYMBOL_SIZE)?;
    for _ in 0..count {
        let name = symbols.integer(8)?;
        let object = symbols.integer(8)?;
        let cache_type = symbols.integer(4)?;
        symbols.take(20)?;
        if cache_type == SYMBOLIC_LINK {
            return Err(invalid("symbolic links are not supported"));
        }
        let max_length = names.length.checked_sub(name).ok_or_else(|| invalid("a name is beyond its heap"))?;
        members.push((file.text(offset(names.address, name)?, max_length)?, object));
    }
    Ok(())
}

/// Reads a link message: one member.
fn link(mut message: Bytes<'_>) -> Result<(String, u64), TensorErrorKind> {
    const HAS_TYPE: u8 = 8;
    const HAS_CREATION_ORDER: u8 = 4;
    const HAS_ENCODING: u8 = 16;
    const HARD_LINK: u8 = 0;
    let version = message.byte()?;
    let flags = message.byte()?;
    if version != 1 {
        return Err(unknown_version("a link", version));
    }
    let kind = if flags & HAS_TYPE == 0 { HARD_LINK } else { message.byte()? };
    if kind != HARD_LINK {
        return Err(invalid("links that are not hard are not supported"));
    }
    message.take(if flags & HAS_CREATION_ORDER == 0 { 0 } else { 8 })?;
    message.take(if flags & HAS_ENCODING == 0 { 0 } else { 1 })?;
    let length = message.count(1 << (flags & 3))?;
    Ok((message.text(length)?, message.integer(8)?))
}

/// Checks that the members of a group are not in a fractal heap. The latest format uses one for more than eight
/// members.
fn check_no_heap(mut message: Bytes<'_>) -> Result<(), TensorErrorKind> {
    const HAS_CREATION_ORDER: u8 = 1;
    let _version = message.byte()?;
    let flags = message.byte()?;
    message.take(if flags & HAS_CREATION_ORDER == 0 { 0 } else { 8 })?;
    if message.integer(8)? == UNDEFINED {
        return Ok(());
    }
    Err(invalid("groups in a fractal heap are not supported: write the file with libver=\"earliest\""))
}
