//! Expressions of the source to expressions of the graph. All errors inside of expressions are found here.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{BinOp, Expr, ExprField, ExprLit, ExprPath, Lit, Member, Path, UnOp};

use super::ast::Item;
use super::derivative::Unknown;
use super::expression::{Expressions, Id, Order, Stream, Symbol};
use super::functions;
use super::scope::{Binding, Scope};
use crate::errors::Errors;

/// The state of the translation. Methods return `None` after an error that they have reported.
pub(super) struct Lowering<'a> {
    pub(super) item: &'a Item,
    pub(super) expressions: Expressions,
    pub(super) scope: Scope<'a>,
    pub(super) errors: Errors,
    /// Constants in the user's scope.
    pub(super) constants: Vec<Path>,
    /// Functions in the user's scope.
    pub(super) calls: Vec<Path>,
    /// Outputs after their transforms.
    pub(super) outputs: Vec<Id>,
    /// Index of the output whose transform is translated.
    pub(super) transform: Option<usize>,
    /// A part of the source was not translated, so names may be used there.
    pub(super) is_partial: bool,
    /// Functions whose missing derivative is already reported.
    reported: BTreeSet<usize>,
    /// Unknown names that are already reported.
    unknown: BTreeSet<String>,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(item: &'a Item) -> Self {
        Self {
            item,
            expressions: Expressions::default(),
            scope: Scope::default(),
            errors: item.errors.clone(),
            constants: Vec::new(),
            calls: Vec::new(),
            outputs: Vec::new(),
            transform: None,
            is_partial: false,
            reported: BTreeSet::new(),
            unknown: BTreeSet::new(),
        }
    }

    pub(super) fn expression(&mut self, expression: &Expr) -> Option<Id> {
        match expression {
            Expr::Paren(inner) => self.expression(&inner.expr),
            Expr::Group(inner) => self.expression(&inner.expr),
            Expr::Lit(literal) => self.literal(literal),
            Expr::Path(path) => self.path(path),
            Expr::Field(field) => self.field(field),
            Expr::MethodCall(call) => self.method_call(call),
            Expr::Call(call) => self.function_call(call),
            Expr::Unary(unary) => {
                let operand = self.expression(&unary.expr);
                match unary.op {
                    UnOp::Neg(_) => operand.map(|operand| self.expressions.neg(operand)),
                    UnOp::Deref(star) => self.error(star, "`**` is not a power in Rust: write `x.powi(2)`"),
                    other => self.error(other, "expected a number: an equation has no logical operators"),
                }
            }
            Expr::Binary(binary) => {
                let (left, right) = (self.expression(&binary.left), self.expression(&binary.right));
                self.binary(&binary.op, left, right, &binary.right)
            }
            other => self.unsupported(other),
        }
    }

    /// Reports an error.
    pub(super) fn error<T>(&mut self, tokens: impl quote::ToTokens, message: impl core::fmt::Display) -> Option<T> {
        self.errors.add(tokens, message);
        None
    }

    fn binary(&mut self, operator: &BinOp, left: Option<Id>, right: Option<Id>, divisor: &Expr) -> Option<Id> {
        match operator {
            BinOp::Add(_) => Some(self.expressions.add(left?, right?)),
            BinOp::Sub(_) => Some(self.expressions.sub(left?, right?)),
            BinOp::Mul(_) => Some(self.expressions.mul(left?, right?)),
            BinOp::Div(_) if right.is_some_and(|right| self.expressions.is_zero(right)) => {
                self.error(divisor, "division by zero")
            }
            BinOp::Div(_) => Some(self.expressions.div(left?, right?)),
            BinOp::BitXor(_) => self.error(operator, "`^` is not a power in Rust: write `x.powi(2)`"),
            BinOp::Eq(_) => self.error(operator, "the two sides of an equation are apart by one `=`: `u.t = nu * u.xx`"),
            BinOp::Lt(_) | BinOp::Le(_) | BinOp::Ne(_) | BinOp::Ge(_) | BinOp::Gt(_) => self.error(
                operator,
                "expected an equation, found a comparison: write a condition with `max`, `min` or `abs`, such as `(u - 1).max(0)`",
            ),
            _ => self.error(operator, "expected `+`, `-`, `*` or `/`"),
        }
    }

    fn literal(&mut self, literal: &ExprLit) -> Option<Id> {
        let (digits, suffix) = match &literal.lit {
            Lit::Int(number) => (number.base10_digits(), number.suffix()),
            Lit::Float(number) => (number.base10_digits(), number.suffix()),
            other => return self.error(other, "expected a number"),
        };
        match suffix {
            "" | "f64" => {}
            "f32" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128"
            | "isize" => {
                return self.error(literal, format_args!("every number of an equation is an `f64`: write `{digits}`"));
            }
            name => return self.error(literal, format_args!("missing operator: write `{digits} * {name}`")),
        }
        match digits.parse::<f64>() {
            Ok(value) if value.is_finite() => Some(self.expressions.number(value)),
            _ => self.error(literal, "this number is too large for `f64`"),
        }
    }

    fn path(&mut self, path: &ExprPath) -> Option<Id> {
        let Some(name) = path.path.get_ident().filter(|_| path.qself.is_none()) else {
            return self.constant(path);
        };
        if let Some(binding) = self.scope.look_up(name) {
            return self.binding(name, binding);
        }
        if name == "net"
            && let Some(output) = self.transform
        {
            return Some(self.stream(output));
        }
        if name.to_string().starts_with(|letter: char| letter.is_uppercase()) {
            return self.constant(path);
        }
        let text = name.unraw().to_string();
        let message = self.unknown(&text);
        self.unknown.insert(text).then(|| self.errors.add(name, message));
        None
    }

    /// Returns the output of the network, without a transform.
    pub(super) fn stream(&mut self, output: usize) -> Id {
        self.expressions.symbol(Symbol::Stream(Stream { output, order: Order::Value }))
    }

    fn binding(&mut self, name: &Ident, binding: Binding) -> Option<Id> {
        match binding {
            Binding::Output(_) if self.transform.is_some() => {
                self.error(name, "a transform contains inputs, fields and `net`, but no outputs")
            }
            Binding::Data(_) if self.transform.is_some() => {
                self.error(name, "a transform contains inputs, fields and `net`, but no columns of data")
            }
            Binding::Input(input) => Some(self.expressions.symbol(Symbol::Input(input))),
            Binding::Data(column) => Some(self.expressions.symbol(Symbol::Data(column))),
            Binding::Parameter { index, .. } => Some(self.expressions.symbol(Symbol::Parameter(index))),
            Binding::Output(output) => Some(self.outputs[output]),
            Binding::Let(value) => Some(value),
            Binding::Error => None,
        }
    }

    /// Returns a constant of the user's scope.
    fn constant(&mut self, path: &ExprPath) -> Option<Id> {
        if let Some(qself) = &path.qself {
            return self.error(qself.ty.as_ref(), "expected the path of a constant");
        }
        let text = path.path.to_token_stream().to_string();
        let index = self.constants.iter().position(|known| known.to_token_stream().to_string() == text);
        let index = index.unwrap_or_else(|| {
            self.constants.push(path.path.clone());
            self.constants.len() - 1
        });
        Some(self.expressions.symbol(Symbol::Constant(index)))
    }

    /// Returns the error for an unknown name.
    fn unknown(&self, name: &str) -> String {
        if let Some((output, derivative)) = name.split_once('_').filter(|(output, derivative)| {
            matches!(self.scope.get(output), Some(Binding::Output(_))) && self.is_derivative(derivative)
        }) {
            return format!("cannot find `{name}`: the derivative is `{output}.{derivative}`");
        }
        if name == "net" {
            return "`net` is the output of the network inside of a transform, `-> u = x * net`: write the output's name"
                .to_owned();
        }
        // Short names are all similar.
        if let Some(known) = self.scope.similar(name).filter(|_| name.len() > 2) {
            return format!("cannot find `{name}`; did you mean `{known}`?");
        }
        if functions::is_known(name) {
            return format!("`{name}` is a function: write `x.{name}()`");
        }
        let item = &self.item.name;
        format!(
            "cannot find `{name}`: expected an input, an output, a field of `{item}`, or a constant such as `PI` in upper case"
        )
    }

    /// `u.xx`
    fn field(&mut self, field: &ExprField) -> Option<Id> {
        if let (Expr::Path(path), Member::Named(name)) = (&*field.base, &field.member)
            && path.path.is_ident("self")
        {
            self.scope.look_up(name);
            return self.error(&path.path, format_args!("fields are known by their names: write `{name}`"));
        }
        let base = self.expression(&field.base);
        let inputs = match &field.member {
            Member::Named(name) => self.split(name),
            Member::Unnamed(index) => self.error(index, "expected inputs after the point, as in `u.x`"),
        }?;
        self.derivative(base?, &inputs, field.member.span())
    }

    /// Returns the inputs whose names a name consists of. Reports an error unless there is exactly one way.
    fn split(&mut self, name: &Ident) -> Option<Vec<usize>> {
        let text = name.unraw().to_string();
        let mut splits = self.splits(&text).into_iter();
        match (splits.next(), splits.next()) {
            (Some(inputs), None) => Some(inputs),
            (Some(inputs), Some(_)) => {
                let d = self.call_of_d(&inputs);
                self.error(
                    name,
                    format_args!("`{text}` can be read as inputs in several ways: write `{d}`, for example"),
                )
            }
            (None, _) => {
                let inputs = self.input_list();
                self.error(
                    name,
                    format_args!("`{text}` does not consist of inputs: expected {inputs}, as in `u.x` or `u.d(x)`"),
                )
            }
        }
    }

    /// Returns `.d(x, t)` for inputs.
    fn call_of_d(&self, inputs: &[usize]) -> String {
        let names: Vec<_> = inputs.iter().map(|input| self.item.inputs[*input].text()).collect();
        format!(".d({})", names.join(", "))
    }

    /// Returns the names of the inputs as text.
    pub(super) fn input_list(&self) -> String {
        let names: Vec<_> = self.item.inputs.iter().map(|name| format!("`{}`", name.text())).collect();
        match &names[..] {
            [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
            _ => names.concat(),
        }
    }

    /// Returns whether a name consists of inputs.
    pub(super) fn is_derivative(&self, name: &str) -> bool {
        !self.splits(name).is_empty()
    }

    /// Returns all sets of inputs whose names a name consists of.
    fn splits(&self, name: &str) -> BTreeSet<Vec<usize>> {
        let mut ways = vec![BTreeSet::new(); name.len() + 1];
        ways[0].insert(Vec::new());
        for end in 1..=name.len() {
            let mut found = BTreeSet::new();
            for (index, input) in self.item.inputs.iter().enumerate() {
                let text = input.text();
                if self.item.inputs[..index].iter().any(|other| other.text() == text) {
                    continue;
                }
                if name.get(..end).is_some_and(|head| head.ends_with(&text)) && input.0.is_some() {
                    for way in &ways[end - text.len()] {
                        let mut way: Vec<usize> = way.clone();
                        way.push(index);
                        way.sort_unstable();
                        found.insert(way);
                    }
                }
            }
            ways[end] = found;
        }
        ways.pop().unwrap_or_default()
    }

    /// Returns the derivative of an expression by inputs, and reports one that does not exist.
    pub(super) fn derivative(&mut self, mut value: Id, inputs: &[usize], span: Span) -> Option<Id> {
        let has_streams = !self.expressions.streams([value]).is_empty();
        for input in inputs {
            value = match self.expressions.total_derivative(value, *input) {
                Ok(derivative) => derivative,
                Err(unknown) => {
                    self.report_unknown(unknown, span);
                    return None;
                }
            };
        }
        if !has_streams && self.expressions.is_zero(value) {
            self.errors.add_at(
                span,
                "this derivative is always zero: its expression contains neither the input nor an output",
            );
            return None;
        }
        Some(value)
    }

    fn report_unknown(&mut self, unknown: Unknown, span: Span) {
        match unknown {
            Unknown::Order => self.errors.add_at(
                span,
                "derivatives end at the second order: for a higher one add an output `w` with the equation `w = u.x`, and differentiate `w`",
            ),
            Unknown::Data(column) => {
                let name = self.item.data[column].text();
                self.errors.add_at(span, format_args!("the derivative of the column of data `{name}` is not known"));
            }
            Unknown::Call(function) if self.reported.insert(function) => {
                let path = self.calls[function].clone();
                let name = path.to_token_stream().to_string().replace(' ', "");
                self.errors.add(
                    path,
                    format_args!("the derivative of `{name}` is needed and not known: write its formula instead of the call"),
                );
            }
            Unknown::Call(_) => {}
        }
    }

    fn unsupported(&mut self, expression: &Expr) -> Option<Id> {
        self.is_partial = true;
        match expression {
            Expr::Cast(cast) => self.error(cast, "every value of an equation is an `f64`: remove the conversion"),
            Expr::If(_) | Expr::Match(_) => {
                self.error(expression, "an equation has no branches: write them with `max`, `min` or `abs`")
            }
            Expr::Assign(assign) => {
                self.error(assign.eq_token, "expected one `=`, between the two sides of an equation")
            }
            Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) => {
                self.error(expression, "an equation has no loops: write its terms one after the other")
            }
            Expr::Index(index) => {
                self.error(&index.index, "expected a derivative after a point, without brackets: `u.x`")
            }
            other => self
                .error(other, "expected numbers, names, `+`, `-`, `*`, `/`, functions and derivatives such as `u.x`"),
        }
    }
}
