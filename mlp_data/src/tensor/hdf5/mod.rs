//! HDF5, as far as Keras writes it: groups in groups, and in them arrays of numbers in one piece.
//!
//! What HDF5 can do beyond that is refused by name: compressed numbers and numbers in pieces, links that are not hard, and
//! groups that keep their members in a heap.

mod attribute;
mod bytes;
mod dataset;
mod group;
mod header;

use std::path::Path;

use super::{Tensor, TensorErrorKind};
use crate::data::file_error::{FileError, Origin};
use crate::data::suggestion::suggest;
use bytes::{Bytes, File};

const MAGIC: &[u8] = b"\x89HDF\r\n\x1a\n";
/// Groups in groups beyond this are an attack.
const DEEPEST: usize = 32;

/// What is in a file: a group, or an array.
pub(crate) enum Object {
    Group(Group),
    Tensor(Tensor),
    /// Something else than numbers, or numbers that are not read.
    Unread(TensorErrorKind),
}

/// Members by their names, in the alphabet's order.
pub(crate) struct Group {
    /// What it is called in its attribute `name`.
    pub(crate) name: Option<String>,
    pub(crate) members: Vec<(String, Object)>,
}

impl Tensor {
    /// Reads an array by its path from a file of HDF5: `layers/dense/vars/0`.
    ///
    /// # Errors
    /// If the file cannot be read, is not whole, has no array of this path, or one that is not of numbers in one piece.
    pub fn read_hdf5(path: impl AsRef<Path>, name: &str) -> Result<Self, FileError> {
        let path = path.as_ref();
        let content = std::fs::read(path).map_err(FileError::from).and_then(|bytes| Self::from_hdf5(&bytes, name));
        Ok(content.map_err(|error| error.in_file(path))?.of_file(path))
    }

    /// The same from bytes.
    ///
    /// # Errors
    /// If the bytes are not a whole file of HDF5, or the array is not in it or not of numbers in one piece.
    pub fn from_hdf5(bytes: &[u8], name: &str) -> Result<Self, FileError> {
        let mut names = Vec::new();
        match find(Object::Group(read(bytes)?), "", name.trim_matches('/'), &mut names) {
            Some(Object::Tensor(tensor)) => Ok(tensor),
            Some(Object::Unread(problem)) => Err(FileError::at(problem, &origin(name))),
            _ => Err(TensorErrorKind::Missing { name: name.into(), suggestion: suggest(name, &names) }.into()),
        }
    }
}

/// The array at a path. All others' paths are collected.
fn find(object: Object, path: &str, wanted: &str, names: &mut Vec<String>) -> Option<Object> {
    let Object::Group(group) = object else {
        names.push(path.to_owned());
        return (path == wanted).then_some(object);
    };
    let mut found = None;
    for (name, member) in group.members {
        let path = if path.is_empty() { name } else { format!("{path}/{name}") };
        found = find(member, &path, wanted, names).or(found);
    }
    found
}

/// All that is in a file.
pub(crate) fn read(bytes: &[u8]) -> Result<Group, FileError> {
    let (file, root) = superblock(bytes)?;
    match object(&file, root, "", DEEPEST)? {
        Object::Group(group) => Ok(group),
        _ => Err(damaged("its root is no group").into()),
    }
}

/// The file with its base, and where its root lies.
fn superblock(bytes: &[u8]) -> Result<(File<'_>, u64), TensorErrorKind> {
    let mut head = Bytes(bytes);
    if !bytes.starts_with(MAGIC) {
        return Err(TensorErrorKind::Magic { format: "HDF5", found: bytes[..bytes.len().min(8)].to_vec() });
    }
    head.take(MAGIC.len())?;
    let version = head.byte()?;
    let before_sizes = match version {
        0 | 1 => 4,
        2 | 3 => 0,
        other => return Err(header::unknown("HDF5", other)),
    };
    head.take(before_sizes)?;
    if head.take(2)? != [8, 8] {
        return Err(damaged("its addresses are not of eight bytes"));
    }
    // Behind these: the sizes of nodes, and flags.
    head.take(match version {
        0 => 9,
        1 => 13,
        _ => 1,
    })?;
    let base = head.number(8)?;
    // Version 0: free space, end, driver, and the offset of a name. Later: extension and end.
    head.take(if version < 2 { 32 } else { 16 })?;
    Ok((File::new(bytes).based(base)?, head.number(8)?))
}

/// What lies at an address.
fn object(file: &File<'_>, address: u64, path: &str, depth: usize) -> Result<Object, FileError> {
    let at = |problem: TensorErrorKind| FileError::at(problem, &origin(path));
    let Some(depth) = depth.checked_sub(1) else { return Err(at(damaged("groups are nested too deeply"))) };
    let messages = header::messages(file, address).map_err(at)?;
    let Some(members) = group::members(file, &messages).map_err(at)? else {
        return match dataset::tensor(file, &messages) {
            Ok(tensor) => Ok(Object::Tensor(Tensor { origin: origin(path), ..tensor })),
            // Of no use before somebody wants it.
            Err(problem) => Ok(Object::Unread(problem)),
        };
    };
    let name = attribute::text(file, &messages, "name").map_err(at)?;
    let member = |(name, address): (String, u64)| {
        let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        Ok((name, object(file, address, &path, depth)?))
    };
    Ok(Object::Group(Group { name, members: members.into_iter().map(member).collect::<Result<_, FileError>>()? }))
}

fn origin(path: &str) -> Origin {
    Origin { file: None, tensor: (!path.is_empty()).then(|| path.to_owned()) }
}

fn damaged(what: impl Into<String>) -> TensorErrorKind {
    TensorErrorKind::Header(what.into())
}
