//! Reader of a PyTorch `state_dict` in safetensors: names such as `encoder.0.weight`.

use super::Framework;
use super::source::{OrderKey, SourceModule, SourceTensor};
use crate::weights::file::parse;
use mlp_data::{FileError, Limits};

/// Maximum nesting depth. Deeper levels count as part of a name.
const MAX_DEPTH: usize = 32;

pub(super) fn read(bytes: &[u8], limits: Limits) -> Result<SourceModule, FileError> {
    let (tensors, _) = parse(bytes, limits)?;
    let mut root = SourceModule::default();
    for (full_name, value) in tensors {
        let (path, name) = full_name.rsplit_once('.').unwrap_or(("", &full_name));
        let module = if path.is_empty() { &mut root } else { module_mut(&mut root, path) };
        module.tensors.push(SourceTensor { name: name.to_owned(), full_name: full_name.clone(), value });
    }
    set_kinds(&mut root);
    Ok(root)
}

/// Returns the module with a path, and creates it if it does not exist.
fn module_mut<'a>(root: &'a mut SourceModule, path: &str) -> &'a mut SourceModule {
    let mut module = root;
    for name in path.splitn(MAX_DEPTH, '.') {
        let path = if module.path.is_empty() { name.to_owned() } else { format!("{}.{name}", module.path) };
        // Tensors are sorted by name, so an existing module is the last one.
        if module.modules.last().is_none_or(|last| last.path != path) {
            module.modules.push(SourceModule {
                name_order: OrderKey::from_name(name),
                path,
                name: Some(name.to_owned()),
                ..SourceModule::default()
            });
        }
        let last = module.modules.len() - 1;
        module = &mut module.modules[last];
    }
    module
}

/// Sets the kinds of all modules. A `state_dict` has no class names; the names and ranks of the tensors serve as kind.
fn set_kinds(module: &mut SourceModule) {
    module.modules.iter_mut().for_each(set_kinds);
    let tensors = module.tensors.iter().filter(|tensor| !Framework::PyTorch.ignores(&tensor.name));
    module.kind = kind(tensors.map(|tensor| (tensor.name.as_str(), tensor.value.dimensions().len())));
}

/// Returns the kind of a layer, from the names and ranks of its tensors.
pub(super) fn kind<'a>(tensors: impl Iterator<Item = (&'a str, usize)>) -> String {
    let mut parts: Vec<String> = tensors.map(|(name, rank)| format!("{name}/{rank}")).collect();
    parts.sort_unstable();
    parts.join(" ")
}
