//! Which module of a file is which layer of the network.

use std::collections::BTreeMap;

use super::Framework;
use super::layer::{self, Layer};
use super::module::{self, Module, numbered};

/// What has found its place, by the variable's name, and what has not.
#[derive(Debug, Default)]
pub(super) struct Matches {
    pub(super) placed: BTreeMap<String, (module::Field, layer::Field)>,
    pub(super) left_over: Vec<module::Field>,
}

pub(super) struct Matching<'a> {
    pub(super) framework: Framework,
    /// Layers that are matched already, by name.
    pub(super) taken: &'a [String],
}

impl Matching<'_> {
    /// A module and a layer that belong together.
    pub(super) fn pair(&self, layer: &Layer, module: Module, matches: &mut Matches) {
        let Module { tensors, modules, .. } = module;
        let mut tensors: Vec<_> = tensors.into_iter().map(Some).collect();
        for field in &layer.fields {
            let called = |name: &String| {
                tensors.iter().position(|tensor| tensor.as_ref().is_some_and(|tensor| tensor.name == *name))
            };
            if let Some(tensor) = field.names.iter().find_map(called).and_then(|index| tensors[index].take()) {
                let before = matches.placed.insert(field.variable.clone(), (tensor, field.clone()));
                matches.left_over.extend(before.map(|(tensor, _)| tensor));
            }
        }
        matches.left_over.extend(tensors.into_iter().flatten());
        self.level(layer.layers.iter().collect(), modules, matches);
    }

    /// The layers of a network and the modules of another.
    pub(super) fn level(&self, mut layers: Vec<&Layer>, mut modules: Vec<Module>, matches: &mut Matches) {
        layers.retain(|layer| !self.taken.contains(&layer.path));
        loop {
            self.by_name(&mut layers, &mut modules, matches);
            let network = |layer: &Layer| layer.is_network();
            self.by_order(&mut layers, &mut modules, (network, Module::is_network), matches);
            let (networks, containers) =
                (layers.iter().any(|layer| network(layer)), modules.iter().any(Module::is_network));
            if containers && !networks {
                modules = modules.into_iter().flat_map(dissolved).collect();
            } else if networks && !containers {
                layers = layers.into_iter().flat_map(opened).collect();
                layers.retain(|layer| !self.taken.contains(&layer.path));
            } else {
                break;
            }
        }
        self.by_order(&mut layers, &mut modules, (|_| true, |_| true), matches);
        matches.left_over.extend(modules.into_iter().flat_map(Module::into_fields));
    }

    fn by_name(&self, layers: &mut Vec<&Layer>, modules: &mut Vec<Module>, matches: &mut Matches) {
        let names: Vec<&str> = layers.iter().map(|layer| layer.name.as_str()).collect();
        let chosen: Vec<Option<String>> = modules.iter().map(|module| chosen(module, modules, &names)).collect();
        let mut others = Vec::new();
        for (module, chosen) in core::mem::take(modules).into_iter().zip(chosen) {
            match layers.iter().position(|layer| Some(&layer.name) == chosen.as_ref()) {
                Some(index) => self.pair(layers.remove(index), module, matches),
                None => others.push(module),
            }
        }
        *modules = others;
    }

    /// Layers of one kind, in order, if the modules of that kind have an order.
    fn by_order(
        &self,
        layers: &mut Vec<&Layer>,
        modules: &mut Vec<Module>,
        (of_layers, of_modules): (impl Fn(&Layer) -> bool, impl Fn(&Module) -> bool),
        matches: &mut Matches,
    ) {
        let mut kinds: BTreeMap<String, Vec<Module>> = BTreeMap::new();
        let mut others = Vec::new();
        for module in core::mem::take(modules) {
            let group = if of_modules(&module) { kinds.entry(self.kind(&module)).or_default() } else { &mut others };
            group.push(module);
        }
        for (kind, mut same) in kinds {
            let fits = |layer: &Layer| of_layers(layer) && self.kind_of(layer) == kind;
            let count = layers.iter().filter(|layer| fits(layer)).count();
            if !sort(&mut same, count) {
                others.extend(same);
                continue;
            }
            let mut same = same.into_iter();
            while let Some(index) = layers.iter().position(|layer| fits(layer)) {
                let Some(module) = same.next() else { break };
                self.pair(layers.remove(index), module, matches);
            }
            others.extend(same);
        }
        *modules = others;
    }

    fn kind(&self, module: &Module) -> String {
        match self.framework {
            Framework::PyTorch if module.is_network() => "network".into(),
            _ => module.kind.clone(),
        }
    }

    fn kind_of(&self, layer: &Layer) -> String {
        match self.framework {
            Framework::PyTorch if layer.is_network() => "network".into(),
            _ => layer.kind.clone(),
        }
    }
}

/// A module's name, if it says which layer it is. Numbered names do only if all with the same stem are names here:
/// `fc0` and `fc1` are not `fc1` and `fc2`.
fn chosen(module: &Module, all: &[Module], names: &[&str]) -> Option<String> {
    let name = module.name.as_deref()?;
    let stem = numbered(name).0;
    let same = all.iter().filter_map(|other| other.name.as_deref()).filter(|other| numbered(other).0 == stem);
    let known = same.into_iter().all(|other| names.contains(&other));
    known.then(|| name.to_owned())
}

/// Brings modules in their order, if they have one. A single one for a single layer needs none.
fn sort(modules: &mut [Module], layers: usize) -> bool {
    if modules.len() == 1 && layers == 1 {
        return true;
    }
    let made = modules.iter().all(|module| module.made.is_some());
    let place = |module: &Module| match &module.made {
        Some(place) if made => place.clone(),
        _ => module.numbered.clone(),
    };
    modules.sort_by_cached_key(place);
    let same = |pair: &[Module]| place(&pair[0]).stems == place(&pair[1]).stems;
    modules.windows(2).all(same)
}

fn dissolved(module: Module) -> Vec<Module> {
    if module.is_network() { module.dissolved() } else { vec![module] }
}

fn opened(layer: &Layer) -> Vec<&Layer> {
    if layer.is_network() { layer.layers.iter().collect() } else { vec![layer] }
}
