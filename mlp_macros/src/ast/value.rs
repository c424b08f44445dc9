//! Values: inputs, layers called on values, names and slices.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Error, Expr, ExprRange, Ident, LitInt, Result, Token, bracketed, parenthesized, token};

use super::path::path;
use super::{LayerCall, repetition};

/// The right-hand side of a `let`, or an argument of a call.
pub(crate) enum ValueExpr {
    /// `Input(3)`
    Input(Ident, Option<Expr>),
    /// `Dense(1 => 10, relu)`: a layer that is not called yet.
    Layer(LayerCall),
    /// `Dense(1 => 10, relu)(input)`, `encode(input)`
    Called { callee: Callee, span: Span, arguments: Vec<ValueExpr> },
    /// `input`
    Name(Ident),
    /// `input[0..4]`
    Slice(Box<ValueExpr>, Box<ExprRange>),
}

/// The layer of a call.
#[expect(clippy::large_enum_variant, reason = "there are a few of them, once")]
pub(crate) enum Callee {
    /// A layer that is defined in the call.
    Layer(LayerCall),
    /// A layer that is defined by a previous `let`.
    Name(Ident),
}

/// All names that the network defines.
pub(super) type Names = HashSet<String>;

impl ValueExpr {
    pub(super) fn parse(input: ParseStream, names: &Names) -> Result<Self> {
        let mut value = Self::unsliced(input, names)?;
        while input.peek(token::Bracket) {
            let content;
            bracketed!(content in input);
            value = Self::Slice(Box::new(value), Box::new(range(&content)?));
        }
        Ok(value)
    }

    fn unsliced(input: ParseStream, names: &Names) -> Result<Self> {
        if let Some((number, count)) = repetition::count(input)? {
            return Self::repeated(&number, count, Self::unsliced(input, names)?);
        }
        let name = input.fork().call(Ident::parse_any).ok();
        if let Some(name) = name.filter(|name| name == "Input" && input.peek2(token::Paren)) {
            input.parse::<Ident>()?;
            return Self::input(name, input);
        }
        if let Some(name) = name_of_keyword(input, names) {
            return Ok(Self::Name(name));
        }
        if input.peek(token::Bracket) {
            return Err(input.error("expected values without brackets: `Add()(a, b)`"));
        }
        let path = path(input).map_err(|error| Error::new(error.span(), "expected a layer or a value"))?;
        let name = path.get_ident().filter(|name| is_name(name, names)).cloned();
        match name {
            Some(name) if input.peek(token::Paren) => Self::call(Callee::Name(name), input, names),
            Some(name) => Ok(Self::Name(name)),
            None if holds_values(input, names) => {
                Self::call(Callee::Layer(LayerCall { path, arguments: None }), input, names)
            }
            None => {
                let call = LayerCall::parse_after(path, input)?;
                if input.peek(token::Paren) {
                    Self::call(Callee::Layer(call), input, names)
                } else {
                    Ok(Self::Layer(call))
                }
            }
        }
    }

    /// Returns `Dense(2 => 2)(Dense(2 => 2)(x))` for `2 * Dense(2 => 2)(x)`.
    fn repeated(number: &LitInt, count: usize, value: Self) -> Result<Self> {
        let Self::Called { callee: Callee::Layer(call), span, arguments } = value else {
            let message = "a repeated layer is written and called in one place: `3 * Dense(10 => 10)(x)`";
            return Err(Error::new(number.span(), message));
        };
        repetition::check(&call, count)?;
        let called = |arguments| Self::Called { callee: Callee::Layer(call.clone()), span, arguments };
        Ok((1..count).fold(called(arguments), |value, _| called(vec![value])))
    }

    fn input(name: Ident, input: ParseStream) -> Result<Self> {
        let content;
        parenthesized!(content in input);
        let size = (!content.is_empty()).then(|| content.parse()).transpose()?;
        if !content.is_empty() {
            content.parse::<TokenStream>()?;
            return Err(Error::new(name.span(), "expected one size: `Input(3)`"));
        }
        if input.peek(token::Paren) {
            return Err(input.error("an input is not called on values: remove these parentheses"));
        }
        Ok(Self::Input(name, size))
    }

    /// Parses `(a, b)` after a layer.
    fn call(callee: Callee, input: ParseStream, names: &Names) -> Result<Self> {
        let content;
        let parentheses = parenthesized!(content in input);
        let arguments = list(&content, names);
        if arguments.is_err() {
            content.parse::<TokenStream>()?;
        }
        if input.peek(token::Paren) {
            return Err(input.error("cannot call a value: only layers can be called"));
        }
        Ok(Self::Called { callee, span: parentheses.span.join(), arguments: arguments? })
    }
}

/// Parses a keyword that a `let` defines as a name, which is reported there.
fn name_of_keyword(input: ParseStream, names: &Names) -> Option<Ident> {
    let keyword = input.fork().call(Ident::parse_any).ok()?;
    let is_name = !input.peek(Ident) && names.contains(&keyword.to_string());
    is_name.then(|| input.call(Ident::parse_any).ok()).flatten()
}

/// Parses `a, b`.
fn list(input: ParseStream, names: &Names) -> Result<Vec<ValueExpr>> {
    let mut values = Vec::new();
    while !input.is_empty() {
        values.push(ValueExpr::parse(input, names)?);
        if let Some(error) = operator(input) {
            return Err(error);
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(values)
}

/// Returns the error for an operator after a value.
pub(super) fn operator(input: ParseStream) -> Option<Error> {
    let operators = [
        (input.peek(Token![+]), "`+`: write `Add()(a, b)`"),
        (input.peek(Token![-]), "`-`: write `Subtract()(a, b)`"),
        (input.peek(Token![*]), "`*`: write `Multiply()(a, b)`"),
        (input.peek(Token![@]), "`@`: a `Dense` layer multiplies by a matrix"),
    ];
    let (_, operator) = operators.iter().find(|(is_next, _)| *is_next)?;
    Some(input.error(format_args!("values have no operator {operator}")))
}

fn range(input: ParseStream) -> Result<ExprRange> {
    let message = "expected a range of features: `x[0..4]`";
    let range = input.parse();
    let is_all = input.is_empty();
    input.parse::<TokenStream>()?;
    match range {
        Ok(Expr::Range(range)) if is_all => Ok(range),
        Ok(other) => Err(Error::new_spanned(other, message)),
        Err(error) => Err(Error::new(error.span(), message)),
    }
}

/// Returns whether an identifier names a value or a layer: it is defined in the network, or does not begin in upper case.
fn is_name(name: &Ident, names: &Names) -> bool {
    let text = name.unraw().to_string();
    names.contains(&text) || !text.starts_with(char::is_uppercase)
}

/// Returns whether the next parentheses hold values, as in `Encoder(x)`, and not sizes.
fn holds_values(input: ParseStream, names: &Names) -> bool {
    fn content(input: ParseStream) -> Result<(Ident, TokenStream, bool)> {
        let content;
        parenthesized!(content in input);
        Ok((content.call(Ident::parse_any)?, content.parse()?, input.peek(token::Paren)))
    }
    let Ok((first, rest, called_again)) = content(&input.fork()) else { return false };
    let is_alone = rest.is_empty() || rest.to_token_stream().to_string().starts_with(',');
    let is_value = names.contains(&first.unraw().to_string());
    !called_again && (is_value || (is_alone && first.to_string().starts_with(char::is_lowercase)))
}
