//! The weights of Keras 3: HDF5, in which a layer is a group with a group `vars`, whose members are numbered.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::module::{Field, Module, Place, numbered};
use crate::data::hdf5::{self, Group, Object};
use crate::data::{FileError, FileErrorKind, Origin, TensorErrorKind};

/// Where a `.keras` has its weights.
const WEIGHTS: &str = "model.weights.h5";
const VARIABLES: &str = "vars";
/// What is no layer: what an optimizer remembers, and the state of random numbers.
const NO_LAYERS: [&str; 2] = ["optimizer", "seed_generator"];

/// A `.weights.h5`, or the archive with one.
pub(super) fn read(bytes: &[u8]) -> Result<Module, FileError> {
    if !bytes.starts_with(b"PK") {
        return module("", "", "", hdf5::read(bytes)?);
    }
    let unpacked = unpacked(bytes)?;
    module("", "", "", hdf5::read(&unpacked)?)
}

fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, FileError> {
    let problem = |error: ZipError| -> FileErrorKind {
        match error {
            ZipError::Io(error) => error.into(),
            error => TensorErrorKind::Header(error.to_string()).into(),
        }
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(problem)?;
    let file = archive.by_name(WEIGHTS).map_err(problem)?;
    let (mut unpacked, size) = (Vec::new(), file.size());
    // No more than it says, and that only as far as it comes.
    file.take(size).read_to_end(&mut unpacked)?;
    Ok(unpacked)
}

/// What a group is as a layer: its own arrays, and the layers in it. `around` is the path of the layers around it.
fn module(around: &str, key: &str, place: &str, group: Group) -> Result<Module, FileError> {
    let mut found = Module::default();
    let (mut others, mut given) = (Vec::new(), None);
    for (name, member) in group.members {
        match member {
            Object::Group(variables) if name == VARIABLES => {
                given.clone_from(&variables.name);
                found.tensors = fields(&format!("{place}{VARIABLES}"), variables)?;
            }
            Object::Group(inner) if !NO_LAYERS.contains(&name.as_str()) => others.push((name, inner)),
            _ => {}
        }
    }
    // The file's own name is not one of the layers around those in it.
    if !place.is_empty() {
        name(&mut found, around, key, given);
        found.place = place.trim_end_matches('/').to_owned();
    }
    // How much it was adapted to has no influence.
    found.tensors.retain(|field| found.kind != "normalization" || field.name != "2");
    for (key, inner) in others {
        layers(&found.path, &key, &format!("{place}{key}/"), inner, &mut found.modules)?;
    }
    Ok(found)
}

/// A group that is a layer, or the layers of one that only holds such.
fn layers(around: &str, key: &str, place: &str, group: Group, found: &mut Vec<Module>) -> Result<(), FileError> {
    if group.members.iter().any(|(name, _)| name == VARIABLES) {
        found.push(module(around, key, place, group)?);
        return Ok(());
    }
    for (key, member) in group.members {
        if let Object::Group(inner) = member {
            layers(around, &key, &format!("{place}{key}/"), inner, found)?;
        }
    }
    Ok(())
}

/// A name that Keras gave is the class's with a number, as the key is in most models.
fn name(found: &mut Module, around: &str, key: &str, given: Option<String>) {
    let class = numbered(key).0;
    let automatic = given.as_deref().filter(|name| numbered(name).0 == class);
    found.kind = class.to_owned();
    found.made = automatic.map(Place::of);
    found.numbered = Place::of(key);
    found.name = given.clone().filter(|_| found.made.is_none());
    let own = given.unwrap_or_else(|| key.to_owned());
    found.path = if around.is_empty() { own } else { format!("{around}.{own}") };
}

fn fields(place: &str, group: Group) -> Result<Vec<Field>, FileError> {
    let field = |(name, member): (String, Object)| {
        let tensor = format!("{place}/{name}");
        match member {
            Object::Tensor(value) => Ok(Some(Field { name, tensor, value })),
            Object::Unread(problem) => Err(FileError::at(problem, &Origin { file: None, tensor: Some(tensor) })),
            Object::Group(_) => Ok(None),
        }
    };
    group.members.into_iter().filter_map(|member| field(member).transpose()).collect()
}
