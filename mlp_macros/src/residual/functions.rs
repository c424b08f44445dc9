//! Calls: elementary functions, derivatives, and the user's functions.

use proc_macro2::{Ident, Span};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprCall, ExprLit, ExprMethodCall, ExprPath, ExprUnary, Lit, Path, UnOp};

use super::expression::{Function, Id, Symbol};
use super::lower::Lowering;
use super::scope::Binding;
use crate::suggestion::nearest;

/// A function that the macro knows.
#[derive(Clone, Copy, PartialEq)]
enum Known {
    Elementary(Function),
    Tan,
    Recip,
    Powi,
    Laplacian,
}

/// The known functions, with the number of their arguments.
const FUNCTIONS: &[(&str, usize, Known)] = &[
    ("abs", 1, Known::Elementary(Function::Abs)),
    ("cos", 1, Known::Elementary(Function::Cos)),
    ("cosh", 1, Known::Elementary(Function::Cosh)),
    ("exp", 1, Known::Elementary(Function::Exp)),
    ("laplacian", 1, Known::Laplacian),
    ("ln", 1, Known::Elementary(Function::Ln)),
    ("max", 2, Known::Elementary(Function::Max)),
    ("min", 2, Known::Elementary(Function::Min)),
    ("powf", 2, Known::Elementary(Function::Powf)),
    ("powi", 2, Known::Powi),
    ("recip", 1, Known::Recip),
    ("sin", 1, Known::Elementary(Function::Sin)),
    ("sinh", 1, Known::Elementary(Function::Sinh)),
    ("sqrt", 1, Known::Elementary(Function::Sqrt)),
    ("tan", 1, Known::Tan),
    ("tanh", 1, Known::Elementary(Function::Tanh)),
];

/// Names of other libraries, and what to write.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("pow", "x.powi(2)"),
    ("square", "x.powi(2)"),
    ("squared", "x.powi(2)"),
    ("log", "x.ln()"),
    ("diff", "u.x` or `u.d(x)"),
    ("dx", "u.x"),
    ("dt", "u.t"),
    ("grad", "u.x` and `u.y"),
];

fn known(name: &str) -> Option<(usize, Known)> {
    FUNCTIONS.iter().find(|(known, ..)| *known == name).map(|(_, arguments, function)| (*arguments, *function))
}

/// Returns whether the macro knows a function.
pub(super) fn is_known(name: &str) -> bool {
    known(name).is_some()
}

/// Returns the name of a known function: `sin`, or `f64::sin`.
fn known_path(path: &Path) -> Option<&Ident> {
    let name = match path.segments.len() {
        1 => path.get_ident(),
        2 if path.segments[0].ident == "f64" => Some(&path.segments[1].ident),
        _ => None,
    };
    name.filter(|name| is_known(&name.unraw().to_string()))
}

impl Lowering<'_> {
    /// `x.sin()`, `a.max(b)`, `u.d(x)`
    pub(super) fn method_call(&mut self, call: &ExprMethodCall) -> Option<Id> {
        let name = call.method.unraw().to_string();
        if let Some(turbofish) = &call.turbofish {
            return self.error(turbofish, "functions of equations have no type arguments: remove these");
        }
        if name == "d" {
            return self.derivative_call(call);
        }
        if is_known(&name) {
            let operands: Vec<&Expr> = core::iter::once(&*call.receiver).chain(&call.args).collect();
            return self.known_function(&call.method, &operands);
        }
        self.expression(&call.receiver);
        self.is_partial |= !call.args.is_empty();
        let message = self.unknown_method(&name);
        self.error(&call.method, message)
    }

    fn unknown_method(&self, name: &str) -> String {
        if self.is_derivative(name) {
            return format!("a derivative is no method: write `u.{name}` without parentheses");
        }
        if let Some((_, right)) = OTHER_NAMES.iter().find(|(other, _)| *other == name) {
            return format!("cannot find the function `{name}`: write `{right}`");
        }
        let names = FUNCTIONS.iter().map(|(name, ..)| *name);
        if let Some(similar) = nearest(name, names.clone()) {
            return format!("cannot find the function `{name}`; did you mean `{similar}`?");
        }
        let names: Vec<_> = names.collect();
        format!(
            "cannot find the function `{name}`: expected one of {}, or a call of your function, `{name}(x)`",
            names.join(", ")
        )
    }

    /// `sin(x)`, `source(x, t)`
    pub(super) fn function_call(&mut self, call: &ExprCall) -> Option<Id> {
        let Expr::Path(ExprPath { path, qself: None, .. }) = &*call.func else {
            self.is_partial = true;
            return self.error(&call.func, "expected a function: `sin(x)`, or a path such as `source(x)`");
        };
        if let Some(name) = known_path(path) {
            return self.known_function(name, &call.args.iter().collect::<Vec<_>>());
        }
        let name = path.get_ident().and_then(|name| Some((name, self.scope.look_up(name)?)));
        match name {
            Some((name, Binding::Output(_))) => {
                self.is_partial = true;
                self.error(
                    name,
                    format_args!("an equation holds at each of its points: write `{name}` without arguments"),
                )
            }
            Some((name, _)) => {
                self.is_partial = true;
                self.error(name, format_args!("missing operator: `{name}` is a number, not a function"))
            }
            None => self.user_function(path, call),
        }
    }

    fn known_function(&mut self, name: &Ident, operands: &[&Expr]) -> Option<Id> {
        let (count, function) = known(&name.unraw().to_string())?;
        if function == Known::Laplacian && !operands.is_empty() {
            return self.laplacian(name.span(), operands);
        }
        if operands.len() != count {
            for operand in operands {
                self.expression(operand);
            }
            let arguments = if count == 1 { "1 argument" } else { "2 arguments" };
            let example = match (function, count) {
                (Known::Powi, _) => "x.powi(2)".to_owned(),
                (_, 1) => format!("x.{name}()"),
                _ => format!("x.{name}(y)"),
            };
            let found = operands.len();
            return self.error(name, format_args!("`{name}` expects {arguments}, found {found}: write `{example}`"));
        }
        if function == Known::Powi {
            let (base, exponent) = (self.expression(operands[0]), self.integer(operands[1]));
            let power = self.expressions.pow(base?, exponent?);
            return self.finite(power, name);
        }
        let values: Vec<_> = operands.iter().map(|operand| self.expression(operand)).collect();
        let values: Vec<Id> = values.into_iter().collect::<Option<_>>()?;
        let e = &mut self.expressions;
        let value = match function {
            Known::Elementary(function) => e.function(function, values),
            Known::Tan => {
                let (sine, cosine) = (e.function(Function::Sin, values.clone()), e.function(Function::Cos, values));
                e.div(sine, cosine)
            }
            Known::Recip | Known::Powi | Known::Laplacian => e.pow(values[0], -1),
        };
        self.finite(value, name)
    }

    /// Reports a function of constants that was not folded, because its value is NaN or infinite.
    fn finite(&mut self, value: Id, name: &Ident) -> Option<Id> {
        let operands = self.expressions.operands(value);
        let is_constant = operands.iter().all(|operand| self.expressions.as_number(*operand).is_some());
        if !operands.is_empty() && is_constant {
            return self.error(name, format_args!("the value of this `{name}` is not finite"));
        }
        Some(value)
    }

    /// Returns the exponent of `powi`.
    fn integer(&mut self, expression: &Expr) -> Option<i64> {
        let (sign, literal) = match expression {
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => (-1, &**expr),
            other => (1, other),
        };
        let value = match literal {
            Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse::<i32>().ok(),
            _ => None,
        };
        let message = "expected an integer such as `2`: other exponents are `x.powf(1.5)`";
        value.map(|value| sign * i64::from(value)).or_else(|| self.error(expression, message))
    }

    /// `u.d(time, radius)`
    fn derivative_call(&mut self, call: &ExprMethodCall) -> Option<Id> {
        let base = self.expression(&call.receiver);
        if call.args.is_empty() {
            return self.error(&call.method, "expected the inputs of the derivative: `u.d(x)`");
        }
        let inputs: Vec<_> = call.args.iter().map(|argument| self.input(argument)).collect();
        let inputs: Vec<usize> = inputs.into_iter().collect::<Option<_>>()?;
        let span = if inputs.len() > 2 { call.args[2].span() } else { call.method.span() };
        self.derivative(base?, &inputs, span)
    }

    /// Returns the index of an input.
    fn input(&mut self, expression: &Expr) -> Option<usize> {
        let name = match expression {
            Expr::Path(path) => path.path.get_ident(),
            _ => None,
        };
        if let Some(Binding::Input(input)) = name.and_then(|name| self.scope.look_up(name)) {
            return Some(input);
        }
        let inputs = self.input_list();
        self.error(expression, format_args!("expected an input: {inputs}"))
    }

    /// `laplacian(u)`, over all inputs, or `laplacian(u, x, y)`
    fn laplacian(&mut self, span: Span, operands: &[&Expr]) -> Option<Id> {
        let base = self.expression(operands[0]);
        let inputs: Vec<_> = operands[1..].iter().map(|operand| self.input(operand)).collect();
        let mut inputs: Vec<usize> = inputs.into_iter().collect::<Option<_>>()?;
        if inputs.is_empty() {
            inputs = (0..self.item.inputs.len()).collect();
        }
        let base = base?;
        let mut terms = Vec::new();
        for input in inputs {
            terms.push((self.derivative(base, &[input, input], span)?, 1.0));
        }
        Some(self.expressions.sum(terms))
    }

    /// `source(x, t)`
    fn user_function(&mut self, path: &Path, call: &ExprCall) -> Option<Id> {
        let text = path.to_token_stream().to_string();
        let arguments: Vec<_> =
            call.args.iter().map(|argument| self.argument(&text.replace(' ', ""), argument)).collect();
        let arguments: Vec<Id> = arguments.into_iter().collect::<Option<_>>()?;
        let index = self.calls.iter().position(|known| known.to_token_stream().to_string() == text);
        let index = index.unwrap_or_else(|| {
            self.calls.push(path.clone());
            self.calls.len() - 1
        });
        Some(self.expressions.call(index, arguments))
    }

    /// Returns an argument of a user's function, which must be constant in the derivatives of the residuals.
    fn argument(&mut self, function: &str, argument: &Expr) -> Option<Id> {
        let value = self.expression(argument)?;
        for symbol in self.expressions.symbols([value]) {
            let what = match symbol {
                Symbol::Stream(_) => "outputs".to_owned(),
                Symbol::Parameter(index) => match self.item.fields.iter().flatten().nth(index) {
                    Some(field) if field.is_trainable => format!("the trained parameter `{}`", field.name),
                    _ => continue,
                },
                _ => continue,
            };
            return self.error(
                argument,
                format_args!("the derivative of `{function}` is not known, so its arguments cannot contain {what}: write its formula instead of the call"),
            );
        }
        Some(value)
    }
}
