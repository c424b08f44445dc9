//! The checked graph that both notations become. Almost all semantic errors are found here.
//!
//! A network is analyzed to the end, so that all of its errors are reported at once. A layer or a name with an error is
//! left out of further checks, so that one mistake is reported once.

mod arity;
mod builder;
mod calls;
mod chain;
mod comparison;
mod description;
mod functional;
mod header;
mod layer;
mod model;
mod names;
mod nodes;
mod options;
mod scope;
mod sizes;
mod slices;
#[cfg(test)]
mod tests;

pub(crate) use nodes::{Argument, Comparison, Graph, Input, LayerNode, Output, Scalar, Slice, Source, Step, Value};

use std::collections::HashSet;

use syn::Ident;

use self::description::LayerDescription;
use crate::ast::{Body, LayerCall, Network};
use crate::errors::Errors;

/// A layer that could be read, as a field of a network with errors.
pub(crate) struct Field<'a> {
    pub(crate) name: Ident,
    pub(crate) call: &'a LayerCall,
}

/// A notation that can be checked and turned into a graph.
pub(crate) trait Analyze: Body + Sized {
    /// Returns the graph of a network, or all of its errors.
    fn analyze(network: &Network<Self>) -> Result<Graph<'_>, Errors>;

    /// Returns the layers that could be read, each with its name if that is written.
    fn layers(&self) -> Vec<(Option<&Ident>, &LayerCall)>;

    /// Returns the fields of the network, as far as they could be read.
    fn fields(&self) -> Vec<Field<'_>> {
        let layers = self.layers();
        let describe = |&(name, call)| Some(LayerDescription { number: None, name, call, attributes: &[] });
        let descriptions: Vec<_> = layers.iter().map(describe).collect();
        let names = names::names(&descriptions, &mut Errors::default());
        let mut known = HashSet::new();
        let fields = names.into_iter().flatten().zip(layers).map(|(name, (_, call))| Field { name, call });
        fields.filter(|field| known.insert(field.name.to_string())).collect()
    }
}
