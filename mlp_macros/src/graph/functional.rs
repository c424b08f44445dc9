//! Layers called on values: any graph without cycles.

use proc_macro2::Span;
use syn::{Attribute, Error, Expr, Ident};

use super::scope::{Binding, Scope};
use super::sizes::{self, literal};
use super::{
    Argument, Checked, Described, Graph, Input, Layer, Source, Step, Value, check_layer, comparison, header, model,
    names, slices,
};
use crate::ast::{self, Call, Callee, Head, Let, Network, Pattern, Statement, Statements};
use crate::errors::Errors;

/// A graph while it is read.
pub(super) struct Builder<'a> {
    pub(super) head: &'a Head,
    pub(super) errors: Errors,
    pub(super) scope: Scope<'a>,
    pub(super) inputs: Vec<Input<'a>>,
    layers: Vec<LayerDraft<'a>>,
    steps: Vec<StepDraft<'a>>,
}

/// A layer while the graph is read.
struct LayerDraft<'a> {
    described: Described<'a>,
    sized_by: Option<Vec<Value>>,
}

/// A value as it is written.
struct Given<'a> {
    value: Value,
    place: Span,
    name: Option<&'a Ident>,
}

/// A call of a layer while the graph is read.
struct StepDraft<'a> {
    name: Option<&'a Ident>,
    layer: usize,
    arguments: Vec<Argument>,
}

impl Checked for Statements {
    fn check(network: &Network<Self>) -> Result<Graph<'_>, Errors> {
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
        let steps = named(steps, &names);
        let layers = layers.into_iter().zip(names).map(|(layer, name)| {
            let Described { call, attributes, .. } = layer.described;
            Layer { name, call, attributes, sized_by: layer.sized_by }
        });
        Ok(Graph { head, kind: "Functional", scalar, inputs, layers: layers.collect(), steps, outputs })
    }
}

impl<'a> Builder<'a> {
    /// Reads a statement; gives it back if it says what the model is.
    fn statement(&mut self, statement: &'a Statement) -> Option<&'a ast::Model> {
        match statement {
            Statement::Model(model) => return Some(model),
            Statement::Broken(names) => {
                for name in names {
                    self.scope.define(name, Binding::Broken, &mut self.errors);
                }
            }
            Statement::Let(Let { attributes, pattern, value }) => {
                let name = if let Pattern::Name(name) = pattern { Some(name) } else { None };
                let binding = match self.bind(value, name, attributes) {
                    Ok(binding) => binding,
                    Err(error) => {
                        self.errors.push(error);
                        Binding::Broken
                    }
                };
                self.define(pattern, binding);
            }
        }
        None
    }

    fn define(&mut self, pattern: &'a Pattern, binding: Binding) {
        match (pattern, binding) {
            (Pattern::Name(name), binding) => self.scope.define(name, binding, &mut self.errors),
            (Pattern::Tuple(span, names), Binding::Value(_)) if names.iter().all(Option::is_none) => {
                self.errors.add_at(
                    *span,
                    "none of these values has a name, so that nothing can use them: leave out this line",
                );
            }
            (Pattern::Tuple(_, names), Binding::Value(value)) if value.is_whole() && !self.is_one(&value) => {
                for (part, name) in names.iter().enumerate() {
                    let Some(name) = name else { continue };
                    let value = Value { part: Some(part), ..value.clone() };
                    self.scope.define(name, Binding::Value(value), &mut self.errors);
                }
            }
            (Pattern::Tuple(span, _), binding) => {
                if !matches!(binding, Binding::Broken) {
                    let message =
                        "this is one value and has one name; several are what a network gives that has several outputs";
                    self.errors.add_at(*span, message);
                }
                for name in pattern.names() {
                    self.scope.define(name, Binding::Broken, &mut self.errors);
                }
            }
        }
    }

    /// Whether a value is an input, or of a layer that is written with sizes.
    fn is_one(&self, value: &Value) -> bool {
        match value.source {
            Source::Input(_) => true,
            Source::Step(step) => {
                let layer = &self.layers[self.steps[step].layer];
                layer.described.call.sizes().is_some() || layer.sized_by.is_some()
            }
        }
    }

    /// What stands behind `=`.
    fn bind(
        &mut self,
        value: &'a ast::Value,
        name: Option<&'a Ident>,
        attributes: &'a [Attribute],
    ) -> Result<Binding, Error> {
        match value {
            ast::Value::Input(keyword, size) => self.input(keyword, size.as_ref(), name),
            ast::Value::Layer(call) => {
                let layer = self.layer(call, name, attributes);
                Ok(layer.map_or(Binding::Broken, Binding::Layer))
            }
            ast::Value::Name(other) => {
                let message = format!("`{other}` has a name already: use it");
                self.scope.look_up(other).and(Err(Error::new_spanned(other, message)))
            }
            ast::Value::Slice(..) => {
                Ok(self.value(value)?.map_or(Binding::Broken, |given| Binding::Value(given.value)))
            }
            ast::Value::Called { callee, span, arguments } => {
                let value = self.call(callee, *span, arguments, name, attributes)?;
                Ok(value.map_or(Binding::Broken, Binding::Value))
            }
        }
    }

    fn input(&mut self, keyword: &Ident, size: Option<&'a Expr>, name: Option<&'a Ident>) -> Result<Binding, Error> {
        let Some(name) = name else {
            return Err(Error::new_spanned(keyword, "an input is one value, with one name: `let x = Input(3);`"));
        };
        let Some(size) = size else {
            return Err(Error::new_spanned(keyword, "how many features has this input? `Input(3)`"));
        };
        if let Some(message) = sizes::message(size, self.head) {
            return Err(Error::new_spanned(size, message));
        }
        self.inputs.push(Input { name: Some(name), size: Some(size) });
        Ok(Binding::Value(Value::whole(Source::Input(self.inputs.len() - 1))))
    }

    /// A layer, if it is without mistakes.
    fn layer(&mut self, call: &'a Call, name: Option<&'a Ident>, attributes: &'a [Attribute]) -> Option<usize> {
        let described = Described { number: None, name, call, attributes };
        let sound = check_layer(described, self.head, &mut self.errors);
        self.layers.push(LayerDraft { described, sized_by: None });
        sound.then(|| self.layers.len() - 1)
    }

    /// A value, and where it is written; nothing if its definition has an error, which is noted.
    fn value(&mut self, value: &'a ast::Value) -> Result<Option<Given<'a>>, Error> {
        match value {
            ast::Value::Input(keyword, _) => {
                Err(Error::new_spanned(keyword, "an input needs a name: `let x = Input(3);`, and then `x` here"))
            }
            ast::Value::Layer(call) => {
                let message = format_args!("`{call}` is a layer, not a value: call it, `{call}(x)`");
                Err(Error::new_spanned(&call.path, message))
            }
            ast::Value::Name(name) => match self.scope.look_up(name)? {
                Binding::Value(value) => Ok(Some(Given { value, place: name.span(), name: Some(name) })),
                Binding::Broken => Ok(None),
                Binding::Layer(_) => {
                    let message = format_args!("`{name}` is a layer, not a value: call it, `{name}(x)`");
                    Err(Error::new_spanned(name, message))
                }
            },
            ast::Value::Slice(value, range) => match self.value(value)? {
                Some(Given { value, place, .. }) => {
                    Ok(Some(Given { value: slices::slice(self, value, range)?, place, name: None }))
                }
                None => Ok(None),
            },
            ast::Value::Called { callee, span, arguments } => {
                let place = match callee {
                    Callee::Layer(call) => call.kind().span(),
                    Callee::Name(name) => name.span(),
                };
                Ok(self.call(callee, *span, arguments, None, &[])?.map(|value| Given { value, place, name: None }))
            }
        }
    }

    /// `Dense(1 => 10)(input)`
    fn call(
        &mut self,
        callee: &'a Callee,
        parentheses: Span,
        arguments: &'a [ast::Value],
        name: Option<&'a Ident>,
        attributes: &'a [Attribute],
    ) -> Result<Option<Value>, Error> {
        let mut values = Vec::new();
        for argument in arguments {
            values.push(self.value(argument)?);
        }
        let layer = match callee {
            Callee::Layer(call) => self.layer(call, name, attributes),
            Callee::Name(layer) => match self.scope.look_up(layer)? {
                Binding::Layer(layer) => Some(layer),
                Binding::Broken => None,
                Binding::Value(_) => {
                    return Err(Error::new_spanned(
                        layer,
                        format_args!("`{layer}` is a value, and only a layer can be called"),
                    ));
                }
            },
        };
        let (Some(layer), Some(values)) = (layer, values.into_iter().collect::<Option<Vec<_>>>()) else {
            return Ok(None);
        };
        if values.is_empty() {
            let layer = self.layers[layer].described;
            return Err(Error::new(parentheses, format_args!("{layer}, is called on no value")));
        }
        if let (Some(sizes), [_, _, ..]) = (self.layers[layer].described.call.sizes(), values.as_slice()) {
            let message = format!(
                "a layer with sizes takes one value, this has {}: put them together by `Concatenate()(…)`",
                values.len()
            );
            return Err(match callee {
                Callee::Layer(_) => Error::new_spanned(sizes.input(), message),
                Callee::Name(name) => Error::new_spanned(name, message),
            });
        }
        self.size_by(layer, &values)?;
        let shared = matches!(callee, Callee::Name(_));
        let arguments = self.arguments(layer, values, shared)?;
        self.steps.push(StepDraft { name, layer, arguments });
        Ok(Some(Value::whole(Source::Step(self.steps.len() - 1))))
    }

    /// `Add()` has the sizes of the values it is called on first.
    fn size_by(&mut self, layer: usize, values: &[Given]) -> Result<(), Error> {
        let draft = &mut self.layers[layer];
        let call = draft.described.call;
        if draft.sized_by.is_some() || !call.is_sized_by_values() {
            return Ok(());
        }
        if values.len() < 2 {
            let message = format_args!("`{call}` takes its sizes from two or more values");
            return Err(Error::new_spanned(&call.path, message));
        }
        draft.sized_by = Some(values.iter().map(|given| given.value.clone()).collect());
        Ok(())
    }

    fn arguments(&self, layer: usize, values: Vec<Given>, shared: bool) -> Result<Vec<Argument>, Error> {
        let layer = &self.layers[layer];
        let call = layer.described.call;
        let of_layer = values.len() == 1 && !shared;
        let argument = |given: Given| {
            self.compare(layer, &given, shared)?;
            let known = self.known(&given.value).zip(call.sizes().and_then(|sizes| literal(sizes.input())));
            let comparison = comparison::of(known, self.is_number(&given.value) && self.is_number_of(layer));
            let place = if of_layer { comparison::place(call) } else { given.place };
            Ok(Argument { value: given.value, comparison, place })
        };
        values.into_iter().map(argument).collect()
    }

    fn compare(&self, layer: &LayerDraft, given: &Given, shared: bool) -> Result<(), Error> {
        let (Some(gives), Some(sizes)) = (self.known(&given.value), layer.described.call.sizes()) else {
            return Ok(());
        };
        let Some(takes) = comparison::misfit(gives, sizes) else { return Ok(()) };
        let gives = match given.name {
            Some(name) => format!("`{name}` gives {gives}"),
            None => format!("is given {gives}"),
        };
        let message = format!("{}, takes {takes}, but {gives}", layer.described);
        Err(if shared { Error::new(given.place, message) } else { Error::new_spanned(sizes.input(), message) })
    }

    /// How many features a value has, where the macro can see it.
    pub(super) fn known(&self, value: &Value) -> Option<usize> {
        if let Some(slice) = &value.slice {
            return slice.len();
        }
        match value.source {
            Source::Input(input) => literal(self.inputs[input].size?),
            Source::Step(step) if value.part.is_none() => {
                literal(self.layers[self.steps[step].layer].described.call.sizes()?.output())
            }
            Source::Step(_) => None,
        }
    }

    /// Whether the number of features can be written as a number: see [`comparison::is_number`].
    pub(super) fn is_number(&self, value: &Value) -> bool {
        match value.source {
            _ if value.slice.is_some() => true,
            Source::Input(_) => true,
            Source::Step(step) => self.is_number_of(&self.layers[self.steps[step].layer]),
        }
    }

    fn is_number_of(&self, layer: &LayerDraft) -> bool {
        let values = layer.sized_by.iter().flatten();
        comparison::is_number(layer.described.call, self.head) && values.into_iter().all(|value| self.is_closed(value))
    }

    /// Whether a value's shape mentions no const parameter.
    fn is_closed(&self, value: &Value) -> bool {
        let mentions = |size: &Expr| sizes::parameter_in(size, self.head).is_some();
        match value.source {
            _ if value.slice.is_some() => true,
            Source::Input(input) => !self.inputs[input].size.is_some_and(mentions),
            Source::Step(step) => {
                let layer = &self.layers[self.steps[step].layer];
                let output = layer.described.call.sizes().map(crate::ast::Sizes::output);
                output.map_or_else(|| self.is_number_of(layer), |size| !mentions(size))
            }
        }
    }

    /// Where values are mentioned.
    pub(super) fn sources(&mut self) -> impl Iterator<Item = &mut Source> {
        let arguments = self.steps.iter_mut().flat_map(|step| &mut step.arguments).map(|argument| &mut argument.value);
        let sized = self.layers.iter_mut().flat_map(|layer| layer.sized_by.iter_mut().flatten());
        arguments.chain(sized).map(|value| &mut value.source)
    }

    fn names(&mut self) -> Vec<Ident> {
        let described: Vec<_> = self.layers.iter().map(|layer| Some(layer.described)).collect();
        names::names(&described, &mut self.errors).into_iter().flatten().collect()
    }
}

/// Every step has a name of its own: that of its value, or else of its layer.
fn named(steps: Vec<StepDraft<'_>>, layers: &[Ident]) -> Vec<Step> {
    let mut taken: std::collections::HashSet<String> =
        steps.iter().filter_map(|step| step.name).map(ToString::to_string).collect();
    let mut unique = |step: &StepDraft| {
        let layer = &layers[step.layer];
        let numbered = (2..).map(|number| {
            Ident::new(&format!("{}_call_{number}", layer.to_string().trim_start_matches("r#")), layer.span())
        });
        let mut names = core::iter::once(layer.clone()).chain(numbered);
        names.find(|name| taken.insert(name.to_string())).unwrap_or_else(|| layer.clone())
    };
    let name = |step: StepDraft| {
        let name = step.name.cloned().unwrap_or_else(|| unique(&step));
        Step { name, layer: step.layer, arguments: step.arguments }
    };
    steps.into_iter().map(name).collect()
}
