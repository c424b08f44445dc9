//! Analysis of statements: any graph without cycles.

use std::collections::HashSet;

use syn::ext::IdentExt as _;
use syn::{Attribute, Error, Expr, Ident};

use super::builder::{Builder, LayerDraft, StepDraft};
use super::description::LayerDescription;
use super::scope::{Binding, Scope};
use super::{Analyze, Graph, Input, LayerNode, Source, Step, Value, header, model, names, sizes};
use crate::ast::{Callee, LayerCall, Let, Model, Network, Pattern, Statement, Statements, ValueExpr};
use crate::errors::Errors;

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
        if let ([model], true) = (models.as_slice(), builder.errors.is_empty() && builder.steps.is_empty()) {
            let message = "expected at least one layer between the inputs and the outputs";
            builder.errors.add(&model.keyword, message);
        }
        if !builder.errors.is_empty() {
            return Err(builder.errors);
        }
        let Builder { inputs, layers, steps, .. } = builder;
        let steps = named_steps(steps, &names);
        let layers = layers.into_iter().zip(names).map(node).collect();
        Ok(Graph { head, kind: "Functional", scalar, inputs, layers, steps, outputs })
    }

    fn layers(&self) -> Vec<(Option<&Ident>, &LayerCall)> {
        let layer = |statement| match statement {
            &Statement::Let(Let {
                pattern: Pattern::Name(ref name),
                value: ValueExpr::Layer(ref call) | ValueExpr::Called { callee: Callee::Layer(ref call), .. },
                ..
            }) => Some((Some(name), call)),
            Statement::Error(names, Some(call)) => Some((names.first(), call)),
            _ => None,
        };
        self.statements.iter().filter_map(layer).collect()
    }
}

fn node<'a>((layer, name): (LayerDraft<'a>, Ident)) -> LayerNode<'a> {
    let LayerDescription { call, attributes, .. } = layer.description;
    LayerNode { name, call, attributes, sized_by: layer.sized_by }
}

/// Sets a unique name for every step: that of its value, or else of its layer with a number.
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
            Statement::Error(names, _) => self.define_errors(names),
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
                    let message =
                        "cannot destructure a single value: only a network with several outputs returns several values";
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

    fn names(&mut self) -> Vec<Ident> {
        let descriptions: Vec<_> = self.layers.iter().map(|layer| Some(layer.description)).collect();
        names::names(&descriptions, &mut self.errors).into_iter().flatten().collect()
    }
}
