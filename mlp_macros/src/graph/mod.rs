//! The one checked graph that every macro ends in, and the only place that finds errors of meaning.

mod arity;
mod chain;
mod comparison;
mod functional;
mod header;
mod model;
mod names;
mod options;
mod scope;
mod sizes;
mod slices;
mod suggestion;
#[cfg(test)]
mod tests;

pub(crate) use sizes::mentions;

use core::fmt;

use proc_macro2::Span;
use syn::{Attribute, Expr, Ident};

use crate::ast::{Body, Call, Head, Network};
use crate::errors::Errors;

/// What a macro describes a network by, as a graph or as what is wrong with it.
pub(crate) trait Checked: Body + Sized {
    fn check(network: &Network<Self>) -> Result<Graph<'_>, Errors>;
}

/// Layers, and the order in which they are called on values.
pub(crate) struct Graph<'a> {
    pub(crate) head: &'a Head,
    /// What a summary says it is.
    pub(crate) kind: &'static str,
    pub(crate) scalar: Scalar,
    /// At least one.
    pub(crate) inputs: Vec<Input<'a>>,
    /// In the order in which they are written.
    pub(crate) layers: Vec<Layer<'a>>,
    /// Every step comes after those whose values it takes.
    pub(crate) steps: Vec<Step>,
    /// At least one.
    pub(crate) outputs: Vec<Output>,
}

/// What the network is given.
pub(crate) struct Input<'a> {
    /// Without a name in a chain.
    pub(crate) name: Option<&'a Ident>,
    /// Without a size it is what the first layer takes.
    pub(crate) size: Option<&'a Expr>,
}

/// Parameters with a name.
pub(crate) struct Layer<'a> {
    pub(crate) name: Ident,
    pub(crate) call: &'a Call,
    pub(crate) attributes: &'a [Attribute],
    /// The values whose sizes it has: `Add()(a, b)`.
    pub(crate) sized_by: Option<Vec<Value>>,
}

/// A layer called on values. What it gives is the value of its own index.
#[derive(Debug, PartialEq)]
pub(crate) struct Step {
    /// The name of what it gives, which no other step has.
    pub(crate) name: Ident,
    pub(crate) layer: usize,
    /// At least one.
    pub(crate) arguments: Vec<Argument>,
}

/// A value as a layer takes it.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) value: Value,
    pub(crate) comparison: Comparison,
    /// Where to point if it does not fit.
    pub(crate) place: Span,
}

impl PartialEq for Argument {
    fn eq(&self, other: &Self) -> bool {
        (&self.value, self.comparison) == (&other.value, other.comparison)
    }
}

/// Something a layer can be called on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    pub(crate) source: Source,
    /// Which of the values that a source has, if not all of them.
    pub(crate) part: Option<usize>,
    /// Which features of that, if not all of them.
    pub(crate) slice: Option<Slice>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// What the network is given.
    Input(usize),
    /// What a step gives.
    Step(usize),
}

impl Source {
    pub(crate) fn step(self) -> Option<usize> {
        match self {
            Self::Step(step) => Some(step),
            Self::Input(_) => None,
        }
    }
}

/// Features from `first` up to `end`, which is not among them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Slice {
    pub(crate) first: Expr,
    pub(crate) end: Expr,
}

/// What the network gives.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) name: Ident,
    pub(crate) value: Value,
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

impl Value {
    /// All that a source has.
    pub(crate) fn whole(source: Source) -> Self {
        Self { source, part: None, slice: None }
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.part.is_none() && self.slice.is_none()
    }
}

impl Slice {
    /// How many features, where the macro can see it.
    pub(crate) fn len(&self) -> Option<usize> {
        slices::bound(&self.end)?.checked_sub(slices::bound(&self.first)?)
    }
}

/// A layer as messages call it: "layer 3, `Dense(12 => 1)`".
#[derive(Clone, Copy)]
struct Described<'a> {
    /// Counted from 1, in a chain.
    number: Option<usize>,
    name: Option<&'a Ident>,
    call: &'a Call,
    attributes: &'a [Attribute],
}

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.number, self.name) {
            (Some(number), _) => write!(f, "layer {number}, `{}`", self.call),
            (None, Some(name)) => write!(f, "`{name}`, `{}`", self.call),
            (None, None) => write!(f, "`{}`", self.call),
        }
    }
}

/// Whether a layer, taken by itself, is without mistakes.
fn check_layer(layer: Described, head: &Head, errors: &mut Errors) -> bool {
    let mut own = Errors::default();
    header::check_layer(layer, &mut own);
    sizes::check(layer, head, &mut own);
    options::check(layer, &mut own);
    let sound = own.is_empty();
    errors.extend(own);
    sound
}
