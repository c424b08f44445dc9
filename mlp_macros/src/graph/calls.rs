//! Analysis of values: layers called on values, names and slices.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::{Attribute, Error, ExprRange, Ident};

use super::builder::{Builder, LayerDraft, StepDraft};
use super::description::LayerDescription;
use super::scope::Binding;
use super::sizes::literal;
use super::{Argument, Source, Value, comparison, layer, slices};
use crate::ast::{Callee, LayerCall, ValueExpr};

/// A value together with its place in the source.
pub(super) struct Located<'a> {
    pub(super) value: Value,
    span: Span,
    name: Option<&'a Ident>,
}

impl<'a> Builder<'a> {
    /// Adds a layer. Returns its index, if it is valid.
    pub(super) fn layer(
        &mut self,
        call: &'a LayerCall,
        name: Option<&'a Ident>,
        attributes: &'a [Attribute],
    ) -> Option<usize> {
        let description = LayerDescription { number: None, name, call, attributes };
        let is_valid = layer::check(description, self.head, &mut self.errors);
        self.layers.push(LayerDraft { description, sized_by: None });
        is_valid.then(|| self.layers.len() - 1)
    }

    /// Analyzes an argument. Returns `None` if its definition has an error that is already reported.
    fn value(&mut self, value: &'a ValueExpr) -> Result<Option<Located<'a>>, Error> {
        match value {
            ValueExpr::Input(keyword, _) => {
                let message = "an input needs a name: write `let x = Input(3);`, and `x` here";
                Err(Error::new_spanned(keyword, message))
            }
            ValueExpr::Layer(call) => {
                let message = format_args!("expected a value, found the layer `{call}`: call it, `{call}(x)`");
                Err(Error::new_spanned(&call.path, message))
            }
            ValueExpr::Name(name) => self.named_value(name),
            ValueExpr::Slice(value, range) => self.slice(value, range),
            ValueExpr::Called { callee, span, arguments } => {
                let value = self.call(callee, *span, arguments, None, &[])?;
                let span = match callee {
                    Callee::Layer(call) => call.kind().span(),
                    Callee::Name(name) => name.span(),
                };
                Ok(value.map(|value| Located { value, span, name: None }))
            }
        }
    }

    fn named_value(&mut self, name: &'a Ident) -> Result<Option<Located<'a>>, Error> {
        match self.scope.look_up(name)? {
            Binding::Value(value) => Ok(Some(Located { value, span: name.span(), name: Some(name) })),
            Binding::Error => Ok(None),
            Binding::Layer(_) => {
                let message = format_args!("expected a value, found the layer `{name}`: call it, `{name}(x)`");
                Err(Error::new_spanned(name, message))
            }
        }
    }

    pub(super) fn slice(&mut self, value: &'a ValueExpr, range: &ExprRange) -> Result<Option<Located<'a>>, Error> {
        let Some(Located { value, span, .. }) = self.value(value)? else { return Ok(None) };
        Ok(Some(Located { value: slices::slice(self, value, range)?, span, name: None }))
    }

    /// Analyzes `Dense(1 => 10)(input)`. Returns its result, or `None` after an error that is already reported.
    pub(super) fn call(
        &mut self,
        callee: &'a Callee,
        parentheses: Span,
        arguments: &'a [ValueExpr],
        name: Option<&'a Ident>,
        attributes: &'a [Attribute],
    ) -> Result<Option<Value>, Error> {
        let mut values = Vec::new();
        for argument in arguments {
            values.push(self.value(argument)?);
        }
        let layer = self.callee(callee, values.first().and_then(Option::as_ref), name, attributes)?;
        let values: Option<Vec<_>> = values.into_iter().collect();
        let (Some(layer), Some(values)) = (layer, values) else { return Ok(None) };
        self.check_count(layer, callee, parentheses, values.len())?;
        self.take_sizes(layer, &values)?;
        let is_shared = matches!(callee, Callee::Name(_));
        let arguments = self.arguments(layer, values, is_shared)?;
        self.steps.push(StepDraft { name, layer, arguments });
        Ok(Some(Value::whole(Source::Step(self.steps.len() - 1))))
    }

    /// Returns the index of the called layer, or `None` after an error that is already reported.
    fn callee(
        &mut self,
        callee: &'a Callee,
        first: Option<&Located>,
        name: Option<&'a Ident>,
        attributes: &'a [Attribute],
    ) -> Result<Option<usize>, Error> {
        let layer = match callee {
            Callee::Layer(call) => return Ok(self.layer(call, name, attributes)),
            Callee::Name(layer) => layer,
        };
        if !self.scope.is_similar(layer) {
            let size = first.and_then(|first| self.features(&first.value)).unwrap_or(10);
            let camel = camel_case(layer);
            return Err(Error::new_spanned(
                layer,
                format_args!(
                    "cannot find a layer `{layer}`: a merge is written `{camel}()(a, b)`, an activation \
                     `Activation({size}, {layer})(x)`, or after the sizes of a layer"
                ),
            ));
        }
        match self.scope.look_up(layer)? {
            Binding::Layer(index) => Ok(Some(index)),
            Binding::Error => Ok(None),
            Binding::Value(_) => Err(Error::new_spanned(
                layer,
                format_args!("expected a layer, found the value `{layer}`: only layers can be called"),
            )),
        }
    }

    fn check_count(&self, layer: usize, callee: &Callee, parentheses: Span, count: usize) -> Result<(), Error> {
        let layer = self.layers[layer].description;
        let sizes = match (count, layer.call.sizes()) {
            (0, _) => {
                let subject = layer.subject();
                let message =
                    format_args!("{subject} is called without a value: write its inputs in these parentheses");
                return Err(Error::new(parentheses, message));
            }
            (1, _) | (_, None) => return Ok(()),
            (_, Some(sizes)) => sizes,
        };
        let message = format_args!(
            "expected one value for a layer with sizes, found {count}: combine them with `Concatenate()(…)`"
        );
        Err(match callee {
            Callee::Layer(_) => Error::new_spanned(sizes.input(), message),
            Callee::Name(name) => Error::new_spanned(name, message),
        })
    }

    /// Sets the sizes of `Add()` to those of the values in its first call.
    fn take_sizes(&mut self, layer: usize, values: &[Located]) -> Result<(), Error> {
        let draft = &self.layers[layer];
        let call = draft.description.call;
        if draft.sized_by.is_some() || !call.is_sized_by_values() {
            return Ok(());
        }
        if let [value] = values {
            let size = self.features(&value.value).map_or_else(|| "size".into(), |size| size.to_string());
            let kind = call.kind();
            let written = call.arguments.as_ref().map(ToString::to_string).filter(|written| !written.is_empty());
            let arguments = [Some(size), written].into_iter().flatten().collect::<Vec<_>>().join(", ");
            let message = format_args!(
                "`{call}` is called on one value: write the size of that value, `{kind}({arguments})`, or call a merge on \
                 several values"
            );
            return Err(Error::new_spanned(&call.path, message));
        }
        self.layers[layer].sized_by = Some(values.iter().map(|located| located.value.clone()).collect());
        Ok(())
    }

    fn arguments(&self, layer: usize, values: Vec<Located>, is_shared: bool) -> Result<Vec<Argument>, Error> {
        let layer = &self.layers[layer];
        let call = layer.description.call;
        let points_at_layer = values.len() == 1 && !is_shared;
        let mut arguments = Vec::new();
        for located in values {
            self.compare(layer, &located, is_shared)?;
            let input = call.sizes().and_then(|sizes| literal(sizes.input()));
            let known = self.features(&located.value).zip(input);
            let are_numbers = self.is_number(&located.value) && self.has_number_sizes(layer);
            let span = if points_at_layer { comparison::span(call) } else { located.span };
            arguments.push(Argument { value: located.value, comparison: comparison::of(known, are_numbers), span });
        }
        Ok(arguments)
    }

    fn compare(&self, layer: &LayerDraft, located: &Located, is_shared: bool) -> Result<(), Error> {
        let LayerDraft { description, .. } = layer;
        let (Some(found), Some(sizes)) = (self.features(&located.value), description.call.sizes()) else {
            return Ok(());
        };
        let Some(expected) = comparison::mismatch(found, sizes) else { return Ok(()) };
        let found = match located.name {
            Some(name) => format!("but `{name}` has {found}"),
            None => format!("found {found}"),
        };
        let message = format_args!("{} {expected}, {found}", description.subject());
        Err(if is_shared { Error::new(located.span, message) } else { Error::new_spanned(sizes.input(), message) })
    }
}

/// Converts `layer_name` to `LayerName`.
fn camel_case(name: &Ident) -> String {
    let name = name.unraw().to_string();
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    });
    words.collect()
}
