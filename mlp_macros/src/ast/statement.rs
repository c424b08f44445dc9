//! The body of `functional!`: `let` statements and `Model(…)`.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse as _, ParseStream};
use syn::{Attribute, Error, Ident, Result, Token, parenthesized, token};

use super::value::Names;
use super::{Body, ValueExpr};
use crate::errors::Errors;

/// `let input = Input(1); … Model(input => output)`
pub(crate) struct Statements {
    pub(crate) statements: Vec<Statement>,
}

#[expect(clippy::large_enum_variant, reason = "there are a few of them, once")]
pub(crate) enum Statement {
    Let(Let),
    Model(Model),
    /// A statement that could not be parsed, whose error is already reported, with the names it defines.
    Error(Vec<Ident>),
}

/// `let output = Dense(10 => 1)(hidden);`
pub(crate) struct Let {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) pattern: Pattern,
    pub(crate) value: ValueExpr,
}

pub(crate) enum Pattern {
    /// `output`
    Name(Ident),
    /// `(mean, _)`
    Tuple(Span, Vec<Option<Ident>>),
}

/// `Model((user, item) => score)`
pub(crate) struct Model {
    pub(crate) keyword: Ident,
    pub(crate) inputs: Vec<Ident>,
    pub(crate) outputs: Vec<Ident>,
}

impl Body for Statements {
    const BRACES: &str =
        "expected the statements in braces: `struct Net { let input = Input(1); … Model(input => output) }`";
    const EXAMPLE: &str = "`pub struct Net { let input = Input(1); … Model(input => output) }`";

    fn empty() -> Self {
        Self { statements: Vec::new() }
    }

    fn read(input: ParseStream, errors: &mut Errors) -> Self {
        let names = names(&input.fork());
        let mut statements = Vec::new();
        while !input.is_empty() {
            let start = input.fork();
            statements.push(errors.take(statement(input, &names)).unwrap_or_else(|| {
                if input.cursor() == start.cursor() {
                    let _ = input.parse::<TokenTree>();
                }
                skip(input);
                Statement::Error(defined(&start).unwrap_or_default())
            }));
        }
        Self { statements }
    }
}

/// Returns all names that a `let` defines anywhere in the network.
fn names(input: ParseStream) -> Names {
    let mut names = Names::new();
    while !input.is_empty() {
        if input.parse::<Token![let]>().is_err() {
            let _ = input.parse::<TokenTree>();
        } else if let Ok(pattern) = pattern_with_mut(input) {
            names.extend(pattern.names().map(|name| name.unraw().to_string()));
        }
    }
    names
}

/// Parses the names that a `let` defines.
fn defined(input: ParseStream) -> Result<Vec<Ident>> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Token![let]>()?;
    Ok(pattern_with_mut(input)?.names().cloned().collect())
}

/// Parses a pattern, and accepts a `mut` that is reported elsewhere.
fn pattern_with_mut(input: ParseStream) -> Result<Pattern> {
    input.parse::<Option<Token![mut]>>()?;
    pattern(input)
}

fn statement(input: ParseStream, names: &Names) -> Result<Statement> {
    let attributes = input.call(Attribute::parse_outer)?;
    if input.peek(Token![let]) {
        return Let::parse(attributes, input, names).map(Statement::Let);
    }
    if input.peek(Ident) && input.fork().parse::<Ident>()? == "Model" {
        return Model::parse(input).map(Statement::Model);
    }
    Err(input.error("expected `let name = …;` or `Model(inputs => outputs)`"))
}

fn skip(input: ParseStream) {
    let is_model = |input: ParseStream| input.fork().parse::<Ident>().is_ok_and(|name| name == "Model");
    while !input.is_empty() && !input.peek(Token![let]) && !is_model(input) {
        let token = input.parse::<TokenTree>();
        if matches!(token, Ok(TokenTree::Punct(punct)) if punct.as_char() == ';') {
            return;
        }
    }
}

impl Let {
    fn parse(attributes: Vec<Attribute>, input: ParseStream, names: &Names) -> Result<Self> {
        input.parse::<Token![let]>()?;
        let pattern = pattern(input)?;
        if input.peek(Token![:]) {
            return Err(input.error("a value has no type annotation: write `let name = …;`"));
        }
        if !input.peek(Token![=]) {
            return Err(input.error("expected `=` and a value: `let name = …;`"));
        }
        input.parse::<Token![=]>()?;
        let value = ValueExpr::parse(input, names)?;
        if !input.peek(Token![;]) {
            return Err(missing_semicolon(&pattern, input));
        }
        input.parse::<Token![;]>()?;
        Ok(Self { attributes, pattern, value })
    }
}

fn missing_semicolon(pattern: &Pattern, input: ParseStream) -> Error {
    if input.is_empty() || input.peek(Token![let]) || input.peek(Ident) {
        return Error::new(pattern.span(), "missing `;` at the end of this statement");
    }
    input.error("expected `;`: a value is an input, a layer called on values, or a slice of a value")
}

fn pattern(input: ParseStream) -> Result<Pattern> {
    if input.peek(Token![mut]) {
        return Err(input.error("a value cannot change: remove `mut`"));
    }
    if !input.peek(token::Paren) {
        return input.parse().map(Pattern::Name).map_err(|error| Error::new(error.span(), "expected a name"));
    }
    let content;
    let parentheses = parenthesized!(content in input);
    let names = content.parse_terminated(
        |input| match input.parse::<Option<Token![_]>>()? {
            Some(_) => Ok(None),
            None => input.parse().map(Some),
        },
        Token![,],
    )?;
    Ok(Pattern::Tuple(parentheses.span.join(), names.into_iter().collect()))
}

impl Pattern {
    pub(crate) fn names(&self) -> impl Iterator<Item = &Ident> {
        match self {
            Self::Name(name) => vec![name],
            Self::Tuple(_, names) => names.iter().flatten().collect(),
        }
        .into_iter()
    }

    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Name(name) => name.span(),
            Self::Tuple(span, _) => *span,
        }
    }
}

impl Model {
    fn parse(input: ParseStream) -> Result<Self> {
        let keyword: Ident = input.parse()?;
        if !input.peek(token::Paren) {
            return Err(Error::new(keyword.span(), "expected `Model(inputs => outputs)`"));
        }
        let content;
        parenthesized!(content in input);
        let model = Self::parse_content(keyword, &content);
        if model.is_err() {
            content.parse::<TokenStream>()?;
        }
        input.parse::<Option<Token![;]>>()?;
        model
    }

    fn parse_content(keyword: Ident, input: ParseStream) -> Result<Self> {
        let inputs = tuple(input)?;
        if input.parse::<Option<Token![=>]>>()?.is_none() {
            return Err(input.error("expected `=>` between inputs and outputs: `Model(input => output)`"));
        }
        let outputs = tuple(input)?;
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            return Err(input.error("expected parentheses around several inputs or outputs: `Model((a, b) => (c, d))`"));
        }
        Ok(Self { keyword, inputs, outputs })
    }
}

/// Parses `a` or `(a, b)`.
fn tuple(input: ParseStream) -> Result<Vec<Ident>> {
    if !input.peek(token::Paren) {
        let name = input.parse().map_err(|error| Error::new(error.span(), "expected the name of a value"))?;
        if input.peek(Token![,]) && !input.peek2(syn::parse::End) {
            return Err(input.error("expected parentheses around several inputs or outputs: `Model((a, b) => (c, d))`"));
        }
        return Ok(vec![name]);
    }
    let content;
    parenthesized!(content in input);
    Ok(content.parse_terminated(Ident::parse, Token![,])?.into_iter().collect())
}
