//! A `state_dict` of PyTorch as safetensors: names such as `encoder.0.weight`.

use super::Framework;
use super::module::{Field, Module, Place};
use crate::data::FileError;
use crate::weights::file::parse;

/// Modules in modules beyond this are taken for part of a name.
const DEEPEST: usize = 32;

pub(super) fn read(bytes: &[u8]) -> Result<Module, FileError> {
    let (tensors, _) = parse(bytes)?;
    let mut root = Module::default();
    for (tensor, value) in tensors {
        let (path, name) = tensor.rsplit_once('.').unwrap_or(("", &tensor));
        let module = if path.is_empty() { &mut root } else { inside(&mut root, path) };
        module.tensors.push(Field { name: name.to_owned(), tensor: tensor.clone(), value });
    }
    describe(&mut root);
    Ok(root)
}

/// The module with a path, made if need be.
fn inside<'a>(root: &'a mut Module, path: &str) -> &'a mut Module {
    let mut module = root;
    for name in path.splitn(DEEPEST, '.') {
        let path = if module.path.is_empty() { name.to_owned() } else { format!("{}.{name}", module.path) };
        // Names come in their order, so that it is the last one or none.
        if module.modules.last().is_none_or(|last| last.path != path) {
            let name = Some(name.to_owned());
            module.modules.push(Module {
                numbered: Place::of(name.as_deref().unwrap_or("")),
                path,
                name,
                ..Module::default()
            });
        }
        let last = module.modules.len() - 1;
        module = &mut module.modules[last];
    }
    module
}

/// What kinds of layers there are: the names of their arrays, and whether they are matrices, are all that is known.
fn describe(module: &mut Module) {
    module.modules.iter_mut().for_each(describe);
    let fields = module.tensors.iter().filter(|field| !Framework::PyTorch.ignores(&field.name));
    module.kind = kind(fields.map(|field| (field.name.as_str(), field.value.dimensions().len())));
}

/// The same for a layer of this library and of PyTorch.
pub(super) fn kind<'a>(fields: impl Iterator<Item = (&'a str, usize)>) -> String {
    let mut fields: Vec<String> = fields.map(|(name, rank)| format!("{name}/{rank}")).collect();
    fields.sort_unstable();
    fields.join(" ")
}
