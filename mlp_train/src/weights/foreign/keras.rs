//! Reader of Keras 3 weights: HDF5, in which a layer is a group with a group `vars` of numbered variables.

use std::io::{Cursor, Read};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use super::source::{OrderKey, SourceModule, SourceTensor, split_number};
use super::{ForeignWeights, Framework};
use mlp_data::tensor::hdf5::{self, Group, Object};
use mlp_data::{FileError, FileErrorKind, Limits, Location, TensorErrorKind};

/// Name of the weights in a `.keras` archive.
const WEIGHTS: &str = "model.weights.h5";
const VARIABLES: &str = "vars";
const ZIP_MAGIC: &[u8] = b"PK";
/// Number of bytes that have the signature.
const START: u64 = 8;
/// Groups that are not layers: the state of the optimizer and of random number generators.
const NOT_LAYERS: [&str; 2] = ["optimizer", "seed_generator"];

impl ForeignWeights {
    /// Reads a `.weights.h5` file of Keras 3's `save_weights`, or a `.keras` file of its `save`.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, is incomplete, or uses HDF5 features that Keras does not use.
    pub fn keras(path: impl AsRef<Path>) -> Result<Self, FileError> {
        Self::keras_with(path, Limits::default())
    }

    /// Reads a `.weights.h5` or `.keras` file with custom limits.
    ///
    /// # Errors
    /// Returns the errors of [`keras`](Self::keras), and an error if a limit is exceeded.
    pub fn keras_with(path: impl AsRef<Path>, limits: Limits) -> Result<Self, FileError> {
        let path = path.as_ref();
        let bytes = limits.read_file(path, check_start)?;
        Self::in_file(path, Self::keras_bytes_with(&bytes, limits))
    }

    /// Reads the bytes of a `.weights.h5` or `.keras` file.
    ///
    /// # Errors
    /// Returns an error if the bytes are not such a file.
    pub fn keras_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        Self::keras_bytes_with(bytes, Limits::default())
    }

    /// Reads the bytes of a `.weights.h5` or `.keras` file with custom limits.
    ///
    /// # Errors
    /// Returns the errors of [`keras_bytes`](Self::keras_bytes), and an error if a limit is exceeded.
    pub fn keras_bytes_with(bytes: &[u8], limits: Limits) -> Result<Self, FileError> {
        Ok(Self::new(Framework::Keras, read(bytes, limits)?))
    }
}

/// Reads a `.weights.h5` file, or a `.keras` archive that contains one.
fn read(bytes: &[u8], limits: Limits) -> Result<SourceModule, FileError> {
    if !bytes.starts_with(ZIP_MAGIC) {
        return module("", "", "", hdf5::read(bytes, limits)?);
    }
    let weights = unzip_weights(bytes, limits)?;
    module("", "", "", hdf5::read(&weights, limits)?)
}

/// Checks the first bytes of a file: those of an archive or of HDF5.
fn check_start(start: &[u8]) -> Result<(), FileError> {
    if start.starts_with(ZIP_MAGIC) { Ok(()) } else { Ok(hdf5::check_start(start)?) }
}

/// Returns the weights of an archive. Their size is checked before they are decompressed, and the first bytes before
/// the others.
fn unzip_weights(bytes: &[u8], limits: Limits) -> Result<Vec<u8>, FileError> {
    let zip_error = |error: ZipError| -> FileErrorKind {
        match error {
            ZipError::Io(error) => error.into(),
            error => TensorErrorKind::Header(error.to_string()).into(),
        }
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(zip_error)?;
    limits.check_tensors(archive.len())?;
    let mut file = archive.by_name(WEIGHTS).map_err(zip_error)?;
    let size = file.size();
    limits.check_memory(size)?;
    limits.check_expansion(file.compressed_size().min(bytes.len() as u64), size)?;
    let mut weights = Vec::new();
    file.by_ref().take(size.min(START)).read_to_end(&mut weights)?;
    hdf5::check_start(&weights)?;
    // At most the stated size; memory grows with the bytes read.
    file.take(size.saturating_sub(START)).read_to_end(&mut weights)?;
    Ok(weights)
}

/// Converts a group to a module.
///
/// `outer` is the path of the containing module, `key` the name of the group, and `prefix` the group's path in the
/// file, with a final slash.
fn module(outer: &str, key: &str, prefix: &str, group: Group) -> Result<SourceModule, FileError> {
    let mut module = SourceModule::default();
    let mut inner_groups = Vec::new();
    let mut attribute = None;
    for (name, member) in group.members {
        match member {
            Object::Group(variables) if name == VARIABLES => {
                attribute.clone_from(&variables.name);
                module.tensors = tensors(&format!("{prefix}{VARIABLES}"), variables)?;
            }
            Object::Group(inner) if !NOT_LAYERS.contains(&name.as_str()) => inner_groups.push((name, inner)),
            _ => {}
        }
    }
    // The root of the file is not part of any path.
    if !prefix.is_empty() {
        set_names(&mut module, outer, key, attribute);
        module.group = prefix.trim_end_matches('/').to_owned();
    }
    // The third variable counts the batches of `adapt` and has no influence.
    module.tensors.retain(|tensor| module.kind != "normalization" || tensor.name != "2");
    for (key, inner) in inner_groups {
        add_layers(&module.path, &key, &format!("{prefix}{key}/"), inner, &mut module.modules)?;
    }
    Ok(module)
}

/// Adds the module of a layer's group, or those of the layers in a group that only holds layers.
fn add_layers(
    outer: &str,
    key: &str,
    prefix: &str,
    group: Group,
    modules: &mut Vec<SourceModule>,
) -> Result<(), FileError> {
    if group.members.iter().any(|(name, _)| name == VARIABLES) {
        modules.push(module(outer, key, prefix, group)?);
        return Ok(());
    }
    for (key, member) in group.members {
        if let Object::Group(inner) = member {
            add_layers(outer, &key, &format!("{prefix}{key}/"), inner, modules)?;
        }
    }
    Ok(())
}

/// Sets the names of a module. A name that Keras generated consists of the class and a number, as `key` usually does.
fn set_names(module: &mut SourceModule, outer: &str, key: &str, attribute: Option<String>) {
    let class = split_number(key).0;
    let generated = attribute.as_deref().filter(|name| split_number(name).0 == class);
    module.kind = class.to_owned();
    module.creation_order = generated.map(OrderKey::from_name);
    module.name_order = OrderKey::from_name(key);
    module.name = attribute.clone().filter(|_| module.creation_order.is_none());
    let name = attribute.unwrap_or_else(|| key.to_owned());
    module.path = if outer.is_empty() { name } else { format!("{outer}.{name}") };
}

fn tensors(prefix: &str, group: Group) -> Result<Vec<SourceTensor>, FileError> {
    let tensor = |(name, member): (String, Object)| {
        let full_name = format!("{prefix}/{name}");
        match member {
            Object::Tensor(value) => Ok(Some(SourceTensor { name, full_name, value })),
            Object::Unsupported(kind) => Err(FileError::new(kind, Location::tensor(full_name))),
            Object::Group(_) => Ok(None),
        }
    };
    group.members.into_iter().filter_map(|member| tensor(member).transpose()).collect()
}
