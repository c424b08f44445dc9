//! The one checked graph that every macro ends in, and the only place that finds errors of meaning.

mod header;
mod names;
mod sizes;

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

pub(crate) struct Layer<'a> {
    pub(crate) name: Ident,
    pub(crate) written: &'a ast::Layer,
}

/// A layer called on a value. It gives the value of its own index.
pub(crate) struct Step {
    pub(crate) layer: usize,
    pub(crate) input: Value,
    /// Whether the compiler is to compare the two sizes, which the macro cannot.
    pub(crate) compare: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// What the network is given.
    Input,
    /// What a step gives.
    Step(usize),
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
        sizes::check(network, &mut errors);
        let names = names::names(&network.layers, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let written = network.layers.iter().flatten();
        let layers: Vec<_> = names.into_iter().zip(written).map(|(name, written)| Layer { name, written }).collect();
        let input = |layer: usize| layer.checked_sub(1).map_or(Value::Input, Value::Step);
        let steps = (0..layers.len()).map(|layer| Step { layer, input: input(layer), compare: false }).collect();
        Ok(Self { place: &network.place, kind: "Sequential", scalar, layers, steps })
    }
}
