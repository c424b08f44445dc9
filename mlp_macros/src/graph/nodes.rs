//! Data types of the checked graph.

use proc_macro2::Span;
use syn::{Attribute, Expr, Ident};

use super::sizes::bound;
use crate::ast::{Head, LayerCall};

/// Layers, and the order in which they are called on values.
pub(crate) struct Graph<'a> {
    pub(crate) head: &'a Head,
    /// The kind of network that a summary shows: `Sequential` or `Functional`.
    pub(crate) kind: &'static str,
    pub(crate) scalar: Scalar,
    /// The inputs, at least one.
    pub(crate) inputs: Vec<Input<'a>>,
    /// The layers, in the order of their definition.
    pub(crate) layers: Vec<LayerNode<'a>>,
    /// The calls of layers; every step comes after those that produce its arguments.
    pub(crate) steps: Vec<Step>,
    /// The outputs, at least one.
    pub(crate) outputs: Vec<Output>,
}

/// An input of the network.
pub(crate) struct Input<'a> {
    /// The name; `None` in a chain.
    pub(crate) name: Option<&'a Ident>,
    /// The number of features; `None` in a chain, where the first layer determines it.
    pub(crate) size: Option<&'a Expr>,
}

/// A layer of the network: a field of the struct.
pub(crate) struct LayerNode<'a> {
    pub(crate) name: Ident,
    pub(crate) call: &'a LayerCall,
    pub(crate) attributes: &'a [Attribute],
    /// The values whose sizes are those of the layer: `Add()(a, b)`.
    pub(crate) sized_by: Option<Vec<Value>>,
}

/// A layer called on values. The step's index identifies its result.
#[derive(Debug, PartialEq)]
pub(crate) struct Step {
    /// The unique name of the result.
    pub(crate) name: Ident,
    /// The index of the layer.
    pub(crate) layer: usize,
    /// The arguments, at least one.
    pub(crate) arguments: Vec<Argument>,
}

/// A value that a layer is called on.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) value: Value,
    pub(crate) comparison: Comparison,
    /// The span of errors about the argument's size.
    pub(crate) span: Span,
}

impl PartialEq for Argument {
    fn eq(&self, other: &Self) -> bool {
        (&self.value, self.comparison) == (&other.value, other.comparison)
    }
}

/// An input or a step's result, or a part of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    pub(crate) source: Source,
    /// The index of one output of a network with several, or `None` for all.
    pub(crate) part: Option<usize>,
    /// A range of the features, or `None` for all.
    pub(crate) slice: Option<Slice>,
}

/// The origin of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// An input of the network, by its index.
    Input(usize),
    /// A step, by its index.
    Step(usize),
}

/// The features from `first` to `end`, exclusive.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Slice {
    pub(crate) first: Expr,
    pub(crate) end: Expr,
}

/// An output of the network.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

/// The way in which a value's size is compared with the size that a layer expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// The macro has compared them, and they are equal.
    Done,
    /// The compiler compares two numbers.
    Numbers,
    /// The compiler compares two types.
    Types,
}

/// The scalar type of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    F32,
    F64,
}

impl Source {
    /// Returns the index of the step, if the source is one.
    pub(crate) fn step(self) -> Option<usize> {
        match self {
            Self::Step(step) => Some(step),
            Self::Input(_) => None,
        }
    }
}

impl Value {
    /// Creates a value of all features of a source.
    pub(crate) fn whole(source: Source) -> Self {
        Self { source, part: None, slice: None }
    }

    /// Returns whether the value has all features of its source.
    pub(crate) fn is_whole(&self) -> bool {
        self.part.is_none() && self.slice.is_none()
    }
}

impl Slice {
    /// Returns the number of features, if both bounds are literals.
    pub(crate) fn len(&self) -> Option<usize> {
        bound(&self.end)?.checked_sub(bound(&self.first)?)
    }
}
