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

use crate::ast::{Body, Network};
use crate::errors::Errors;

/// A notation that can be checked and turned into a graph.
pub(crate) trait Analyze: Body + Sized {
    /// Returns the graph of a network, or all of its errors.
    fn analyze(network: &Network<Self>) -> Result<Graph<'_>, Errors>;
}
