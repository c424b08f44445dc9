//! Inputs, outputs and parameters of a network, for the constants and comments of a header.

use core::fmt;

use super::names::is_name;
use crate::layers::{LayerInfo, Shape, Variable};
use crate::network::BaseNetwork;

/// Input or output of a network that has several.
pub(super) struct Part {
    /// `input` or `output`.
    pub(super) kind: &'static str,
    /// Its name in the network, if C allows it.
    pub(super) name: Option<&'static str>,
    /// Its index, from 0.
    pub(super) index: usize,
    /// Index of its first feature in a row.
    pub(super) first: usize,
    /// Number of features.
    pub(super) features: usize,
}

/// Name of a part in C: its name in the network, or its position, 1-based.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name {
            Some(name) => write!(f, "{}_{name}", self.kind),
            None => write!(f, "{}_{}", self.kind, self.index + 1),
        }
    }
}

/// Calls `each` with the inputs and the outputs, where there are several.
pub(super) fn parts<N: BaseNetwork>(each: &mut dyn FnMut(Part) -> fmt::Result) -> fmt::Result {
    let inputs = N::LAYERS.iter().filter(|layer| layer.is_input).map(|layer| layer.name);
    parts_of::<N::Input>("input", inputs, each)?;
    parts_of::<N::Output>("output", N::OUTPUTS.iter().copied(), each)
}

fn parts_of<S: Shape>(
    kind: &'static str,
    mut names: impl Iterator<Item = &'static str>,
    each: &mut dyn FnMut(Part) -> fmt::Result,
) -> fmt::Result {
    let mut count = 0;
    S::sizes(&mut |_| count += 1);
    if count < 2 {
        return Ok(());
    }
    let (mut index, mut first, mut result) = (0, 0, Ok(()));
    S::sizes(&mut |features| {
        let name = names.next().filter(|name| is_name(name));
        result = result.and_then(|()| each(Part { kind, name, index, first, features }));
        (index, first) = (index + 1, first + features);
    });
    result
}

/// Layer of a network, within the layers that contain it.
#[derive(Clone, Copy)]
pub(super) struct Path<'a> {
    pub(super) parent: Option<&'a Path<'a>>,
    pub(super) layer: &'a LayerInfo,
}

impl Path<'_> {
    /// Returns the rest of a variable's name after the names of the layers: `weights` of `dense_1.weights`.
    pub(super) fn strip<'k>(&self, name: &'k str) -> Option<&'k str> {
        let rest = self.parent.map_or(Some(name), |parent| parent.strip(name))?;
        rest.strip_prefix(self.layer.name)?.strip_prefix('.')
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            write!(f, "{parent}.")?;
        }
        f.write_str(self.layer.name)
    }
}

/// Calls `each` with every layer that is no network and no input, in the order of memory, until it returns `false`.
pub(super) fn leaves(layers: &[LayerInfo], parent: Option<&Path<'_>>, each: &mut dyn FnMut(Path<'_>) -> bool) -> bool {
    layers.iter().filter(|layer| !layer.is_input).all(|layer| {
        let path = Path { parent, layer };
        if layer.layers.is_empty() { each(path) } else { leaves(layer.layers, Some(&path), each) }
    })
}

/// Calls `each` with every array of parameters: its layer, the array, and the index of its first value.
pub(super) fn variables<N: BaseNetwork>(
    each: &mut dyn FnMut(Path<'_>, &Variable, usize) -> fmt::Result,
) -> fmt::Result {
    let (mut first, mut result) = (0, Ok(()));
    leaves(N::LAYERS, None, &mut |path| {
        for variable in path.layer.variables {
            result = result.and_then(|()| each(path, variable, first));
            first += variable.count();
        }
        result.is_ok()
    });
    result
}
