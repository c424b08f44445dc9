//! Matching of a file's modules with the network's layers: by name, then by order.

use std::collections::BTreeMap;

use super::Framework;
use super::source::{SourceModule, SourceTensor, split_number};
use super::target::{TargetLayer, TargetVariable};

/// Result of the matching.
#[derive(Debug, Default)]
pub(super) struct Matches {
    /// Matched tensors, by the full name of their variable.
    pub(super) matched: BTreeMap<String, (SourceTensor, TargetVariable)>,
    pub(super) unmatched: Vec<SourceTensor>,
}

pub(super) struct Matching<'a> {
    pub(super) framework: Framework,
    /// Paths of layers that `rename` matches.
    pub(super) renamed: &'a [String],
}

impl Matching<'_> {
    /// Matches the tensors of a module with the variables of a layer, and their inner levels.
    pub(super) fn pair(&self, layer: &TargetLayer, module: SourceModule, matches: &mut Matches) {
        let SourceModule { tensors, modules, .. } = module;
        let mut tensors: Vec<_> = tensors.into_iter().map(Some).collect();
        for variable in &layer.variables {
            let index_of = |name: &String| {
                tensors.iter().position(|tensor| tensor.as_ref().is_some_and(|tensor| tensor.name == *name))
            };
            let index = variable.source_names.iter().find_map(index_of);
            if let Some(tensor) = index.and_then(|index| tensors[index].take()) {
                let replaced = matches.matched.insert(variable.full_name.clone(), (tensor, variable.clone()));
                matches.unmatched.extend(replaced.map(|(tensor, _)| tensor));
            }
        }
        matches.unmatched.extend(tensors.into_iter().flatten());
        self.level(layer.layers.iter().collect(), modules, matches);
    }

    /// Matches the layers of a network with the modules of a container.
    ///
    /// 1. Match by name.
    /// 2. Match inner networks with containers by order.
    /// 3. If only one side has containers left, flatten them and repeat.
    /// 4. Match by order.
    pub(super) fn level(&self, mut layers: Vec<&TargetLayer>, mut modules: Vec<SourceModule>, matches: &mut Matches) {
        layers.retain(|layer| !self.renamed.contains(&layer.path));
        loop {
            self.by_name(&mut layers, &mut modules, matches);
            let is_network = |layer: &TargetLayer| layer.is_network();
            self.by_order(&mut layers, &mut modules, (is_network, SourceModule::is_network), matches);
            let has_networks = layers.iter().any(|layer| layer.is_network());
            let has_containers = modules.iter().any(SourceModule::is_network);
            if has_containers && !has_networks {
                modules = modules.into_iter().flat_map(flattened_module).collect();
            } else if has_networks && !has_containers {
                layers = layers.into_iter().flat_map(flattened_layer).collect();
                layers.retain(|layer| !self.renamed.contains(&layer.path));
            } else {
                break;
            }
        }
        self.by_order(&mut layers, &mut modules, (|_| true, |_| true), matches);
        matches.unmatched.extend(modules.into_iter().flat_map(SourceModule::into_tensors));
    }

    fn by_name(&self, layers: &mut Vec<&TargetLayer>, modules: &mut Vec<SourceModule>, matches: &mut Matches) {
        let layer_names: Vec<&str> = layers.iter().map(|layer| layer.name.as_str()).collect();
        let names: Vec<Option<String>> =
            modules.iter().map(|module| matching_name(module, modules, &layer_names)).collect();
        let mut remaining = Vec::new();
        for (module, name) in core::mem::take(modules).into_iter().zip(names) {
            match layers.iter().position(|layer| Some(&layer.name) == name.as_ref()) {
                Some(index) => self.pair(layers.remove(index), module, matches),
                None => remaining.push(module),
            }
        }
        *modules = remaining;
    }

    /// Matches layers and modules of the same kind in order, if the modules of that kind have an order.
    fn by_order(
        &self,
        layers: &mut Vec<&TargetLayer>,
        modules: &mut Vec<SourceModule>,
        (selects_layer, selects_module): (impl Fn(&TargetLayer) -> bool, impl Fn(&SourceModule) -> bool),
        matches: &mut Matches,
    ) {
        let mut kinds: BTreeMap<String, Vec<SourceModule>> = BTreeMap::new();
        let mut remaining = Vec::new();
        for module in core::mem::take(modules) {
            let selected = selects_module(&module);
            let group = if selected { kinds.entry(self.module_kind(&module)).or_default() } else { &mut remaining };
            group.push(module);
        }
        for (kind, mut same_kind) in kinds {
            let selects = |layer: &TargetLayer| selects_layer(layer) && self.layer_kind(layer) == kind;
            let count = layers.iter().filter(|layer| selects(layer)).count();
            if !sort(&mut same_kind, count) {
                remaining.extend(same_kind);
                continue;
            }
            let mut same_kind = same_kind.into_iter();
            while let Some(index) = layers.iter().position(|layer| selects(layer)) {
                let Some(module) = same_kind.next() else { break };
                self.pair(layers.remove(index), module, matches);
            }
            remaining.extend(same_kind);
        }
        *modules = remaining;
    }

    fn module_kind(&self, module: &SourceModule) -> String {
        match self.framework {
            Framework::PyTorch if module.is_network() => "network".into(),
            _ => module.kind.clone(),
        }
    }

    fn layer_kind(&self, layer: &TargetLayer) -> String {
        match self.framework {
            Framework::PyTorch if layer.is_network() => "network".into(),
            _ => layer.kind.clone(),
        }
    }
}

/// Returns the name of a module if it identifies a layer.
///
/// Numbered names count only if all names with the same stem exist in the network: `fc0` and `fc1` do not match `fc1`
/// and `fc2`.
fn matching_name(module: &SourceModule, modules: &[SourceModule], layer_names: &[&str]) -> Option<String> {
    let name = module.name.as_deref()?;
    let stem = split_number(name).0;
    let names = modules.iter().filter_map(|module| module.name.as_deref());
    let mut same_stem = names.filter(|name| split_number(name).0 == stem);
    same_stem.all(|name| layer_names.contains(&name)).then(|| name.to_owned())
}

/// Sorts modules and returns whether they have an order. One module for one layer needs none.
fn sort(modules: &mut [SourceModule], layers: usize) -> bool {
    if modules.len() == 1 && layers == 1 {
        return true;
    }
    let all_have_creation_order = modules.iter().all(|module| module.creation_order.is_some());
    let key = |module: &SourceModule| match &module.creation_order {
        Some(order) if all_have_creation_order => order.clone(),
        _ => module.name_order.clone(),
    };
    modules.sort_by_cached_key(key);
    modules.windows(2).all(|pair| key(&pair[0]).stems == key(&pair[1]).stems)
}

fn flattened_module(module: SourceModule) -> Vec<SourceModule> {
    if module.is_network() { module.flattened() } else { vec![module] }
}

fn flattened_layer(layer: &TargetLayer) -> Vec<&TargetLayer> {
    if layer.is_network() { layer.layers.iter().collect() } else { vec![layer] }
}
