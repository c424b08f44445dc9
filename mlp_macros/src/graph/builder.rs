//! A graph under construction.

use syn::{Expr, Ident};

use super::description::LayerDescription;
use super::scope::Scope;
use super::sizes::{literal, parameter_in};
use super::{Argument, Input, Source, Value, comparison};
use crate::ast::{Head, Sizes};
use crate::errors::Errors;

/// A graph under construction.
pub(super) struct Builder<'a> {
    pub(super) head: &'a Head,
    pub(super) errors: Errors,
    pub(super) scope: Scope<'a>,
    pub(super) inputs: Vec<Input<'a>>,
    pub(super) layers: Vec<LayerDraft<'a>>,
    pub(super) steps: Vec<StepDraft<'a>>,
}

/// A layer of a graph under construction.
pub(super) struct LayerDraft<'a> {
    pub(super) description: LayerDescription<'a>,
    pub(super) sized_by: Option<Vec<Value>>,
}

/// A step of a graph under construction.
pub(super) struct StepDraft<'a> {
    pub(super) name: Option<&'a Ident>,
    pub(super) layer: usize,
    pub(super) arguments: Vec<Argument>,
}

impl LayerDraft<'_> {
    /// Returns the output size, if it is written.
    fn output(&self) -> Option<&Expr> {
        self.description.call.sizes().map(Sizes::output)
    }
}

impl<'a> Builder<'a> {
    /// Returns the layer that a step calls.
    fn layer_of(&self, step: usize) -> &LayerDraft<'a> {
        &self.layers[self.steps[step].layer]
    }

    /// Returns whether a value is known to be a single value: an input, or the output of a layer with sizes.
    pub(super) fn is_single(&self, value: &Value) -> bool {
        match value.source {
            Source::Input(_) => true,
            Source::Step(step) => {
                let layer = self.layer_of(step);
                layer.output().is_some() || layer.sized_by.is_some()
            }
        }
    }

    /// Returns the number of features of a value, if it is known to the macro.
    pub(super) fn features(&self, value: &Value) -> Option<usize> {
        if let Some(slice) = &value.slice {
            return slice.len();
        }
        match value.source {
            Source::Input(input) => literal(self.inputs[input].size?),
            Source::Step(step) if value.part.is_none() => literal(self.layer_of(step).output()?),
            Source::Step(_) => None,
        }
    }

    /// Returns whether the number of features can be a constant: see [`comparison::is_number`].
    pub(super) fn is_number(&self, value: &Value) -> bool {
        match value.source {
            _ if value.slice.is_some() => true,
            Source::Input(_) => true,
            Source::Step(step) => self.has_number_sizes(self.layer_of(step)),
        }
    }

    /// Returns whether a layer's sizes can be constants.
    pub(super) fn has_number_sizes(&self, layer: &LayerDraft) -> bool {
        let mut values = layer.sized_by.iter().flatten();
        comparison::is_number(layer.description.call, self.head) && values.all(|value| self.is_closed(value))
    }

    /// Returns whether a value's shape mentions no const parameter.
    fn is_closed(&self, value: &Value) -> bool {
        match value.source {
            _ if value.slice.is_some() => true,
            Source::Input(input) => self.inputs[input].size.is_none_or(|size| self.is_closed_size(size)),
            Source::Step(step) => {
                let layer = self.layer_of(step);
                layer.output().map_or_else(|| self.has_number_sizes(layer), |size| self.is_closed_size(size))
            }
        }
    }

    fn is_closed_size(&self, size: &Expr) -> bool {
        parameter_in(size, self.head).is_none()
    }

    /// Returns the sources of all values that the graph mentions, except its outputs.
    pub(super) fn sources(&mut self) -> impl Iterator<Item = &mut Source> {
        let arguments = self.steps.iter_mut().flat_map(|step| &mut step.arguments).map(|argument| &mut argument.value);
        let sized = self.layers.iter_mut().flat_map(|layer| layer.sized_by.iter_mut().flatten());
        arguments.chain(sized).map(|value| &mut value.source)
    }
}
