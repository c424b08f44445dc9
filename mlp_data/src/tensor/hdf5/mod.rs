//! HDF5, as far as Keras uses it: nested groups of contiguous arrays of numbers.
//!
//! ```text
//! superblock -> object header of the root group
//! object header: messages
//!   of a group    members: links, or a symbol table (B-tree, local heap); attributes
//!   of a dataset  element type, dimensions, address of the elements
//! ```
//!
//! Other features are rejected by name: compressed and chunked elements, links that are not hard, and groups whose
//! members are in a fractal heap.

mod attribute;
mod bytes;
mod dataset;
mod group;
mod header;

use std::path::Path;

use super::Tensor;
use crate::error::{FileError, Location, TensorErrorKind};
use crate::limits::Limits;
use crate::suggestion::suggest;
use bytes::{Bytes, File, invalid};

const MAGIC: &[u8] = b"\x89HDF\r\n\x1a\n";
/// Maximum nesting depth; deeper files are rejected as malicious.
const MAX_DEPTH: usize = 32;

/// Object in a file: a group or a dataset.
pub enum Object {
    /// A group.
    Group(Group),
    /// A dataset of numbers.
    Tensor(Tensor),
    /// A dataset that is not supported.
    Unsupported(TensorErrorKind),
}

/// Group of objects.
pub struct Group {
    /// Value of the attribute `name`.
    pub name: Option<String>,
    /// Names of the members, in alphabetical order, and the members.
    pub members: Vec<(String, Object)>,
}

impl Tensor {
    /// Reads a dataset by path from an HDF5 file: `layers/dense/vars/0`.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, is incomplete, has no dataset of this path, or the dataset does not
    /// hold contiguous numbers.
    pub fn read_hdf5(path: impl AsRef<Path>, name: &str) -> Result<Self, FileError> {
        Self::read_hdf5_with(path, name, Limits::default())
    }

    /// Reads a dataset by path from an HDF5 file, with custom limits.
    ///
    /// # Errors
    /// Returns the errors of [`read_hdf5`](Self::read_hdf5), and an error if a limit is exceeded.
    pub fn read_hdf5_with(path: impl AsRef<Path>, name: &str, limits: Limits) -> Result<Self, FileError> {
        let path = path.as_ref();
        let bytes = limits.read_file(path, |start| Ok(check_start(start)?))?;
        let tensor = Self::from_hdf5_with(&bytes, name, limits).map_err(|error| error.in_file(path))?;
        Ok(tensor.in_file(path))
    }

    /// Reads a dataset by path from the bytes of an HDF5 file.
    ///
    /// # Errors
    /// Returns an error if the bytes are not a complete HDF5 file, it has no dataset of this path, or the dataset does
    /// not hold contiguous numbers.
    pub fn from_hdf5(bytes: &[u8], name: &str) -> Result<Self, FileError> {
        Self::from_hdf5_with(bytes, name, Limits::default())
    }

    /// Reads a dataset by path from the bytes of an HDF5 file, with custom limits.
    ///
    /// # Errors
    /// Returns the errors of [`from_hdf5`](Self::from_hdf5), and an error if a limit is exceeded.
    pub fn from_hdf5_with(bytes: &[u8], name: &str, limits: Limits) -> Result<Self, FileError> {
        let mut names = Vec::new();
        match find(Object::Group(read(bytes, limits)?), "", name.trim_matches('/'), &mut names) {
            Some(Object::Tensor(tensor)) => Ok(tensor),
            Some(Object::Unsupported(kind)) => Err(FileError::new(kind, location(name))),
            _ => Err(TensorErrorKind::Missing { name: name.into(), suggestion: suggest(name, &names) }.into()),
        }
    }
}

/// Returns the dataset with the path `wanted` and collects the paths of all datasets.
fn find(object: Object, path: &str, wanted: &str, paths: &mut Vec<String>) -> Option<Object> {
    let Object::Group(group) = object else {
        paths.push(path.to_owned());
        return (path == wanted).then_some(object);
    };
    let mut found = None;
    for (name, member) in group.members {
        let path = if path.is_empty() { name } else { format!("{path}/{name}") };
        found = find(member, &path, wanted, paths).or(found);
    }
    found
}

/// Parses a file.
///
/// # Errors
/// Returns an error if the bytes are not a complete HDF5 file, it has unsupported features, or a limit is exceeded.
pub fn read(bytes: &[u8], limits: Limits) -> Result<Group, FileError> {
    limits.check_memory(bytes.len() as u64)?;
    let (file, root) = superblock(bytes)?;
    let file = file.limited(limits);
    match object(&file, root, "", MAX_DEPTH)? {
        Object::Group(group) => Ok(group),
        _ => Err(invalid("the root is not a group").into()),
    }
}

/// Checks the signature of a file.
///
/// # Errors
/// Returns an error if the bytes do not start with the signature.
pub fn check_start(bytes: &[u8]) -> Result<(), TensorErrorKind> {
    if bytes.starts_with(MAGIC) {
        return Ok(());
    }
    Err(TensorErrorKind::Magic { format: "HDF5", found: bytes[..bytes.len().min(8)].to_vec() })
}

/// Returns the file with its base address, and the address of the root group.
fn superblock(bytes: &[u8]) -> Result<(File<'_>, u64), TensorErrorKind> {
    let mut head = Bytes(bytes);
    check_start(bytes)?;
    head.take(MAGIC.len())?;
    let version = head.byte()?;
    let versions_of_parts = match version {
        0 | 1 => 4,
        2 | 3 => 0,
        other => return Err(header::unknown_version("the superblock", other)),
    };
    head.take(versions_of_parts)?;
    // Sizes of an offset and of a length.
    if head.take(2)? != [8, 8] {
        return Err(invalid("expected addresses of eight bytes"));
    }
    // Sizes of B-tree nodes, and flags.
    head.take(match version {
        0 => 9,
        1 => 13,
        _ => 1,
    })?;
    let base = head.integer(8)?;
    // Versions 0 and 1: free space, end, driver, and offset of a name. Later versions: extension and end.
    head.take(if version < 2 { 32 } else { 16 })?;
    Ok((File::new(bytes).based(base)?, head.integer(8)?))
}

/// Parses the object at an address.
fn object(file: &File<'_>, address: u64, path: &str, depth: usize) -> Result<Object, FileError> {
    let at = |kind: TensorErrorKind| FileError::new(kind, location(path));
    file.count_object()?;
    let Some(depth) = depth.checked_sub(1) else { return Err(at(invalid("groups are nested too deeply"))) };
    let messages = header::messages(file, address).map_err(at)?;
    let Some(members) = group::members(file, &messages).map_err(at)? else {
        return match dataset::tensor(file, &messages) {
            Ok(tensor) => Ok(Object::Tensor(Tensor { location: location(path), ..tensor })),
            // An error only if this dataset is requested.
            Err(kind) => Ok(Object::Unsupported(kind)),
        };
    };
    let name = attribute::text(file, &messages, "name").map_err(at)?;
    let member = |(name, address): (String, u64)| {
        let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        Ok((name, object(file, address, &path, depth)?))
    };
    Ok(Object::Group(Group { name, members: members.into_iter().map(member).collect::<Result<_, FileError>>()? }))
}

fn location(path: &str) -> Location {
    if path.is_empty() { Location::default() } else { Location::tensor(path) }
}
