//! Analysis of statements: layers are called on values, in any graph without cycles.

use std::collections::HashSet;

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::{Attribute, Error, Expr, ExprRange, Ident};

use super::builder::{Builder, LayerDraft, StepDraft};
use super::description::LayerDescription;
use super::scope::{Binding, Scope};
use super::sizes::{self, literal};
use super::{
    Analyze, Argument, Graph, Input, LayerNode, Source, Step, Value, comparison, header, layer, model, names, slices,
};
use crate::ast::{Callee, LayerCall, Let, Model, Network, Pattern, Statement, Statements, ValueExpr};
use crate::errors::Errors;

/// A value together with its place in the source.
struct Located<'a> {
    value: Value,
    span: Span,
    name: Option<&'a Ident>,
}

impl Analyze for Statements {
    fn analyze(network: &Network<Self>) -> Result<Graph<'_>, Errors> {
        let Network { head, body, errors } = network;
        let mut errors = errors.clone();
        let scalar = header::check(head, &mut errors);
        let scope = Scope::new(body);
        let mut builder = Builder { head, errors, scope, inputs: Vec::new(), layers: Vec::new(), steps: Vec::new() };
        let models: Vec<_> = body.statements.iter().filter_map(|statement| builder.statement(statement)).collect();
        let outputs = model::outputs(&mut builder, &models, body);
        let names = builder.names();
        if !builder.errors.is_empty() {
            return Err(builder.errors);
        }
        let Builder { inputs, layers, steps, .. } = builder;
        let steps = named_steps(steps, &names);
        let layers = layers.into_iter().zip(names).map(node).collect();
        Ok(Graph { head, kind: "Functional", scalar, inputs, layers, steps, outputs })
    }
}

fn node<'a>((layer, name): (LayerDraft<'a>, Ident)) -> LayerNode<'a> {
    let LayerDescription { call, attributes, .. } = layer.description;
    LayerNode { name, call, attributes, sized_by: layer.sized_by }
}

/// Gives every step a unique name: that of its value, or else of its layer with a number.
fn named_steps(steps: Vec<StepDraft<'_>>, layers: &[Ident]) -> Vec<Step> {
    let mut taken: HashSet<String> = steps.iter().filter_map(|step| step.name).map(ToString::to_string).collect();
    let mut named = Vec::new();
    for StepDraft { name, layer, arguments } in steps {
        let name = name.cloned().unwrap_or_else(|| unique_name(&layers[layer], &mut taken));
        named.push(Step { name, layer, arguments });
    }
    named
}

/// Returns the layer's name, or `encode_call_2`, `encode_call_3`, … if that is taken.
fn unique_name(layer: &Ident, taken: &mut HashSet<String>) -> Ident {
    let numbered = (2..).map(|number| Ident::new(&format!("{}_call_{number}", layer.unraw()), layer.span()));
    let mut names = core::iter::once(layer.clone()).chain(numbered);
    names.find(|name| taken.insert(name.to_string())).unwrap_or_else(|| layer.clone())
}

impl<'a> Builder<'a> {
    /// Analyzes a statement. Returns it, if it is the `Model`.
    fn statement(&mut self, statement: &'a Statement) -> Option<&'a Model> {
        match statement {
            Statement::Model(model) => return Some(model),
            Statement::Error(names) => self.define_errors(names),
            Statement::Let(Let { attributes, pattern, value }) => {
                let name = if let Pattern::Name(name) = pattern { Some(name) } else { None };
                let binding = self.bind(value, name, attributes).unwrap_or_else(|error| {
                    self.errors.push(error);
                    Binding::Error
                });
                self.define(pattern, binding);
            }
        }
        None
    }

    fn define(&mut self, pattern: &'a Pattern, binding: Binding) {
        let (span, names) = match pattern {
            Pattern::Name(name) => return self.scope.define(name, binding, &mut self.errors),
            Pattern::Tuple(span, names) => (*span, names),
        };
        match binding {
            Binding::Value(_) if names.iter().all(Option::is_none) => {
                self.errors.add_at(span, "unused values: bind at least one of them to a name, or remove this line");
            }
            Binding::Value(value) if value.is_whole() && !self.is_single(&value) => self.define_parts(names, &value),
            binding => {
                if !matches!(binding, Binding::Error) {
                    let message = "cannot destructure a single value: only a network with several outputs has a tuple";
                    self.errors.add_at(span, message);
                }
                self.define_errors(names.iter().flatten());
            }
        }
    }

    fn define_parts(&mut self, names: &'a [Option<Ident>], value: &Value) {
        for (part, name) in names.iter().enumerate() {
            let Some(name) = name else { continue };
            let value = Value { part: Some(part), ..value.clone() };
            self.scope.define(name, Binding::Value(value), &mut self.errors);
        }
    }

    fn define_errors(&mut self, names: impl IntoIterator<Item = &'a Ident>) {
        for name in names {
            self.scope.define(name, Binding::Error, &mut self.errors);
        }
    }

    /// Analyzes the right-hand side of a `let`.
    fn bind(
        &mut self,
        value: &'a ValueExpr,
        name: Option<&'a Ident>,
        attributes: &'a [Attribute],
    ) -> Result<Binding, Error> {
        match value {
            ValueExpr::Input(keyword, size) => self.input(keyword, size.as_ref(), name),
            ValueExpr::Layer(call) => {
                let layer = self.layer(call, name, attributes);
                Ok(layer.map_or(Binding::Error, Binding::Layer))
            }
            ValueExpr::Name(other) => {
                let message = format!("`{other}` already has a name: use `{other}` itself");
                self.scope.look_up(other).and(Err(Error::new_spanned(other, message)))
            }
            ValueExpr::Slice(value, range) => {
                let slice = self.slice(value, range)?;
                Ok(slice.map_or(Binding::Error, |slice| Binding::Value(slice.value)))
            }
            ValueExpr::Called { callee, span, arguments } => {
                let value = self.call(callee, *span, arguments, name, attributes)?;
                Ok(value.map_or(Binding::Error, Binding::Value))
            }
        }
    }

    fn input(&mut self, keyword: &Ident, size: Option<&'a Expr>, name: Option<&'a Ident>) -> Result<Binding, Error> {
        let Some(name) = name else {
            return Err(Error::new_spanned(keyword, "cannot destructure an input: write `let x = Input(3);`"));
        };
        let Some(size) = size else {
            return Err(Error::new_spanned(keyword, "missing number of features: write `Input(3)`"));
        };
        if let Some(message) = sizes::message(size, self.head) {
            return Err(Error::new_spanned(size, message));
        }
        self.inputs.push(Input { name: Some(name), size: Some(size) });
        Ok(Binding::Value(Value::whole(Source::Input(self.inputs.len() - 1))))
    }

    /// Adds a layer. Returns its index, if it is valid.
    fn layer(&mut self, call: &'a LayerCall, name: Option<&'a Ident>, attributes: &'a [Attribute]) -> Option<usize> {
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

    fn slice(&mut self, value: &'a ValueExpr, range: &ExprRange) -> Result<Option<Located<'a>>, Error> {
        let Some(Located { value, span, .. }) = self.value(value)? else { return Ok(None) };
        Ok(Some(Located { value: slices::slice(self, value, range)?, span, name: None }))
    }

    /// Analyzes `Dense(1 => 10)(input)`. Returns its result, or `None` after an error that is already reported.
    fn call(
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
        let layer = self.callee(callee, name, attributes)?;
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
        name: Option<&'a Ident>,
        attributes: &'a [Attribute],
    ) -> Result<Option<usize>, Error> {
        let layer = match callee {
            Callee::Layer(call) => return Ok(self.layer(call, name, attributes)),
            Callee::Name(layer) => layer,
        };
        match self.scope.look_up(layer)? {
            Binding::Layer(index) => Ok(Some(index)),
            Binding::Error => Ok(None),
            Binding::Value(_) => {
                Err(Error::new_spanned(layer, format_args!("expected a layer, found the value `{layer}`")))
            }
        }
    }

    fn check_count(&self, layer: usize, callee: &Callee, parentheses: Span, count: usize) -> Result<(), Error> {
        let layer = self.layers[layer].description;
        let sizes = match (count, layer.call.sizes()) {
            (0, _) => {
                let message = format_args!(
                    "{} is called without a value: write its inputs in these parentheses",
                    layer.subject()
                );
                return Err(Error::new(parentheses, message));
            }
            (1, _) | (_, None) => return Ok(()),
            (_, Some(sizes)) => sizes,
        };
        let message =
            format_args!("expected one value for a layer with sizes, found {count}: join them by `Concatenate()(…)`");
        Err(match callee {
            Callee::Layer(_) => Error::new_spanned(sizes.input(), message),
            Callee::Name(name) => Error::new_spanned(name, message),
        })
    }

    /// Gives `Add()` the sizes of the values in its first call.
    fn take_sizes(&mut self, layer: usize, values: &[Located]) -> Result<(), Error> {
        let draft = &mut self.layers[layer];
        let call = draft.description.call;
        if draft.sized_by.is_some() || !call.is_sized_by_values() {
            return Ok(());
        }
        if values.len() < 2 {
            let message = format_args!("`{call}` takes its sizes from its inputs: call it on two or more values");
            return Err(Error::new_spanned(&call.path, message));
        }
        draft.sized_by = Some(values.iter().map(|located| located.value.clone()).collect());
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

    fn names(&mut self) -> Vec<Ident> {
        let descriptions: Vec<_> = self.layers.iter().map(|layer| Some(layer.description)).collect();
        names::names(&descriptions, &mut self.errors).into_iter().flatten().collect()
    }
}
