//! The one checked graph that every macro ends in, and the only place that finds errors of meaning.

mod arity;
mod connections;
mod header;
mod names;
mod options;
mod sizes;
#[cfg(test)]
mod tests;

use core::fmt;

use syn::Ident;

use crate::ast::{self, Network, Place};
use crate::errors::Errors;

/// Layers, and the order in which they are called on values.
pub(crate) struct Graph<'a> {
    pub(crate) place: &'a Place,
    /// What a summary says it is.
    pub(crate) kind: &'static str,
    pub(crate) scalar: Scalar,
    pub(crate) layers: Vec<Layer<'a>>,
    /// Every step comes after those whose values it takes; the last one gives the network's output.
    pub(crate) steps: Vec<Step>,
}

/// Parameters with a name.
pub(crate) struct Layer<'a> {
    pub(crate) name: Ident,
    pub(crate) written: &'a ast::Layer,
}

/// A layer called on a value. What it gives is the value of its own index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) layer: usize,
    pub(crate) input: Value,
    pub(crate) comparison: Comparison,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// What the network is given.
    Input,
    /// What a step gives.
    Step(usize),
}

/// How what a layer takes is compared with what it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// The macro has seen that they are equal.
    Done,
    /// The compiler compares two numbers.
    Numbers,
    /// The compiler compares two types.
    Types,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    F32,
    F64,
}

impl<'a> Graph<'a> {
    /// Each layer is called once, on what the layer before it gives.
    pub(crate) fn chain(network: &'a Network) -> Result<Self, Errors> {
        let mut errors = network.errors.clone();
        let scalar = header::check(network, &mut errors);
        let written = numbered(network);
        let sound: Vec<_> =
            written.iter().map(|layer| layer.filter(|layer| check_layer(*layer, network, &mut errors))).collect();
        let comparisons = connections::check(&sound, network, &mut errors);
        let names = names::names(&written, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let layers = names
            .into_iter()
            .zip(&network.layers)
            .filter_map(|(name, written)| Some(Layer { name: name?, written: written.as_ref()? }));
        let steps = comparisons.into_iter().enumerate().map(|(layer, comparison)| Step {
            layer,
            input: layer.checked_sub(1).map_or(Value::Input, Value::Step),
            comparison,
        });
        Ok(Self { place: &network.place, kind: "Sequential", scalar, layers: layers.collect(), steps: steps.collect() })
    }
}

/// A layer as messages call it: "layer 3, `Dense(12 => 1)`".
#[derive(Clone, Copy)]
struct Numbered<'a> {
    number: usize,
    layer: &'a ast::Layer,
}

impl fmt::Display for Numbered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "layer {}, `{}`", self.number, self.layer.call)
    }
}

fn numbered(network: &Network) -> Vec<Option<Numbered<'_>>> {
    let numbers = (1..).zip(&network.layers);
    numbers.map(|(number, layer)| layer.as_ref().map(|layer| Numbered { number, layer })).collect()
}

/// Whether a layer, taken by itself, is without mistakes.
fn check_layer(layer: Numbered, network: &Network, errors: &mut Errors) -> bool {
    let mut own = Errors::default();
    header::check_layer(layer, &mut own);
    sizes::check(layer, network, &mut own);
    options::check(layer, &mut own);
    let sound = own.is_empty();
    errors.extend(own);
    sound
}
