//! Checked equations. All semantic errors are found here and in `lower`.

use std::collections::HashSet;

use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::{Expr, Path};

use super::ast::{Item, Name, Statement};
use super::expression::{Expressions, Id, Order, Symbol};
use super::lower::Lowering;
use super::scope::Binding;
use super::streams::Streams;
use crate::errors::Errors;

/// The equations of a residual.
pub(super) struct Equations<'a> {
    pub(super) item: &'a Item,
    pub(super) expressions: Expressions,
    /// Names of the equations.
    pub(super) names: Vec<String>,
    pub(super) residuals: Vec<Id>,
    pub(super) streams: Streams,
    /// Outputs after their transforms.
    pub(super) outputs: Vec<Id>,
    /// Constants in the user's scope.
    pub(super) constants: Vec<Path>,
    /// Functions in the user's scope.
    pub(super) calls: Vec<Path>,
}

/// Equation with its residual.
struct Equation<'a> {
    name: Option<&'a Ident>,
    residual: Option<Id>,
}

/// Returns the equations of an item, or its errors.
pub(super) fn analyze(item: &Item) -> Result<Equations<'_>, Errors> {
    let mut lowering = Lowering::new(item);
    lowering.declare();
    lowering.transforms();
    let equations = lowering.statements();
    lowering.check(&equations);
    let mut residuals: Vec<Id> = equations.iter().filter_map(|equation| equation.residual).collect();
    let Lowering { mut expressions, errors, constants, calls, outputs, .. } = lowering;
    if !errors.is_empty() {
        return Err(errors);
    }
    let names = equations.iter().enumerate().map(|(index, equation)| equation.name(index)).collect();
    let streams = Streams::of(&mut expressions, &mut residuals, item.outputs.len());
    Ok(Equations { item, expressions, names, residuals, streams, outputs, constants, calls })
}

impl<'a> Lowering<'a> {
    /// Defines the names of the declaration.
    fn declare(&mut self) {
        let Item { inputs, data, outputs, fields, .. } = self.item;
        let names = |names: &'a [Name], binding: fn(usize) -> Binding| {
            names.iter().enumerate().filter_map(move |(index, name)| Some((name.0.as_ref()?, binding(index))))
        };
        let outputs = outputs.iter().enumerate();
        let fields = fields.iter().flatten().enumerate();
        let all =
            names(inputs, Binding::Input)
                .chain(outputs.filter_map(|(index, output)| Some((output.name.0.as_ref()?, Binding::Output(index)))))
                .chain(names(data, Binding::Data))
                .chain(fields.map(|(index, field)| {
                    (&field.name, Binding::Parameter { index, is_trainable: field.is_trainable })
                }));
        let has_transform = self.item.outputs.iter().any(|output| output.transform.is_some());
        for (name, binding) in all.collect::<Vec<_>>() {
            self.scope.define(name, binding, &mut self.errors);
            if has_transform && name == "net" {
                self.errors.add(name, "`net` is the output of the network in transforms: choose another name");
            }
        }
    }

    /// Translates the transforms of the outputs.
    fn transforms(&mut self) {
        for (index, output) in self.item.outputs.iter().enumerate() {
            let net = self.stream(index);
            let value = output.transform.as_ref().and_then(|transform| {
                self.transform = Some(index);
                let value = self.expression(transform)?;
                if self.expressions.streams([value]).is_empty() {
                    let message =
                        "this transform does not depend on `net`, the output of the network: expected `net` in it";
                    return self.error(transform, message);
                }
                Some(value)
            });
            self.outputs.push(value.unwrap_or(net));
        }
        self.transform = None;
    }

    /// Translates the statements, and returns the equations.
    fn statements(&mut self) -> Vec<Equation<'a>> {
        let mut equations = Vec::new();
        for statement in &self.item.statements {
            match statement {
                Statement::Let(name, value) => {
                    self.is_partial |= value.is_none();
                    let value = value.as_ref().and_then(|value| self.expression(value));
                    self.scope.define(name, value.map_or(Binding::Error, Binding::Let), &mut self.errors);
                }
                Statement::Equation(name, source) => {
                    let residual = self.equation(source);
                    equations.push(Equation { name: name.as_ref(), residual });
                }
                Statement::Error => self.is_partial = true,
            }
        }
        equations
    }

    /// Returns the residual of `left = right`, or of an expression.
    fn equation(&mut self, source: &Expr) -> Option<Id> {
        let residual = match source {
            Expr::Assign(assign) => {
                let (left, right) = (self.expression(&assign.left), self.expression(&assign.right));
                self.expressions.sub(left?, right?)
            }
            other => self.expression(other)?,
        };
        if self.expressions.is_zero(residual) {
            return self.error(source, "this equation holds for every network: its residual is zero");
        }
        if self.expressions.streams([residual]).is_empty() {
            let outputs: Vec<_> = self.item.outputs.iter().map(|output| format!("`{}`", output.name.text())).collect();
            let outputs = outputs.join(" or ");
            let message = format_args!("this equation does not depend on the network: expected {outputs} in it");
            return self.error(source, message);
        }
        Some(residual)
    }

    /// Checks the equations as a whole.
    fn check(&mut self, equations: &[Equation<'_>]) {
        let has_errors = !self.errors.is_empty();
        if equations.is_empty() && !self.is_partial && !has_errors {
            self.errors.add_at(self.item.braces, "expected at least one equation: `(x, t) -> u { u.t = u.xx }`");
            return;
        }
        let mut names = HashSet::new();
        for name in equations.iter().filter_map(|equation| equation.name) {
            if !names.insert(name.unraw().to_string()) {
                self.errors.add(name, format_args!("`{name}` is already the name of an equation: choose another name"));
            }
        }
        // After another error, such as a misspelled name, an unused one may be its consequence.
        if !self.is_partial && self.errors.is_empty() {
            let Self { scope, errors, .. } = self;
            scope.report_unused(errors);
        }
    }
}

impl Equation<'_> {
    /// Returns the name of the equation at an index.
    fn name(&self, index: usize) -> String {
        self.name.map_or_else(|| format!("equation_{}", index + 1), |name| name.unraw().to_string())
    }
}

impl Equations<'_> {
    /// Returns the derivatives of all residuals by all streams of all outputs, one equation after the other.
    pub(super) fn by_stream(&mut self) -> Vec<Id> {
        let outputs = self.item.outputs.len();
        let orders: Vec<Order> = self.streams.orders().collect();
        let streams = orders.into_iter().flat_map(|order| {
            (0..outputs).map(move |output| Symbol::Stream(super::expression::Stream { output, order }))
        });
        self.derivatives(&streams.collect::<Vec<_>>())
    }

    /// Returns the derivatives of all residuals by all trained parameters, one equation after the other.
    pub(super) fn by_parameter(&mut self) -> Vec<Id> {
        let fields = self.item.fields.iter().flatten().enumerate();
        let trained = fields.filter(|(_, field)| field.is_trainable).map(|(index, _)| Symbol::Parameter(index));
        self.derivatives(&trained.collect::<Vec<_>>())
    }

    fn derivatives(&mut self, symbols: &[Symbol]) -> Vec<Id> {
        let mut derivatives = Vec::new();
        for residual in &self.residuals {
            for symbol in symbols {
                derivatives.push(self.expressions.partial_derivative(*residual, *symbol));
            }
        }
        derivatives
    }
}
