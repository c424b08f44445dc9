use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse as _, ParseStream};
use syn::{Attribute, Error, Ident, Result, Token, parenthesized, token};

use super::value::Names;
use super::{Body, Value};
use crate::errors::Errors;

/// `let input = Input(1); … Model(input => output)`
pub(crate) struct Statements {
    pub(crate) statements: Vec<Statement>,
}

#[expect(clippy::large_enum_variant, reason = "there are a few of them, once")]
pub(crate) enum Statement {
    Let(Let),
    Model(Model),
    /// What cannot be read, whose error is noted, and the names it would have defined.
    Broken(Vec<Ident>),
}

/// `let output = Dense(10 => 1)(hidden);`
pub(crate) struct Let {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) pattern: Pattern,
    pub(crate) value: Value,
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
        "the network stands in braces: `struct Net { let input = Input(1); … Model(input => output) }`";
    const EXAMPLE: &str = "`pub struct Net { let input = Input(1); … Model(input => output) }`";

    fn empty() -> Self {
        Self { statements: Vec::new() }
    }

    /// Reads all there is, and goes on behind a statement that cannot be read.
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
                Statement::Broken(defined(&start).unwrap_or_default())
            }));
        }
        Self { statements }
    }
}

/// What is defined anywhere.
fn names(input: ParseStream) -> Names {
    let mut names = Names::new();
    while !input.is_empty() {
        if input.parse::<Token![let]>().is_err() {
            let _ = input.parse::<TokenTree>();
        } else if let Ok(pattern) = pattern_of_anything(input) {
            names.extend(pattern.names().map(|name| name.unraw().to_string()));
        }
    }
    names
}

/// The names that a `let` defines.
fn defined(input: ParseStream) -> Result<Vec<Ident>> {
    input.call(Attribute::parse_outer)?;
    input.parse::<Token![let]>()?;
    Ok(pattern_of_anything(input)?.names().cloned().collect())
}

/// A pattern whose `mut` is noted elsewhere.
fn pattern_of_anything(input: ParseStream) -> Result<Pattern> {
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
    Err(input.error("only `let name = …;` and `Model(inputs => outputs)` can stand here"))
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
            return Err(input.error("a value's type is known: `let name = …;`"));
        }
        if !input.peek(Token![=]) {
            return Err(input.error("expected `= …;`: what it is"));
        }
        input.parse::<Token![=]>()?;
        let value = Value::parse(input, names)?;
        if !input.peek(Token![;]) {
            return Err(match input.is_empty() || input.peek(Token![let]) || input.peek(Ident) {
                true => Error::new(pattern.span(), "a `;` is missing at the end of this line"),
                false => input.error("expected `;`: a value is an input, a layer called on values, or a slice of one"),
            });
        }
        input.parse::<Token![;]>()?;
        Ok(Self { attributes, pattern, value })
    }
}

fn pattern(input: ParseStream) -> Result<Pattern> {
    if input.peek(Token![mut]) {
        return Err(input.error("a value does not change: leave out `mut`"));
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
            return Err(Error::new(keyword.span(), "write `Model(inputs => outputs)`"));
        }
        let content;
        parenthesized!(content in input);
        let model = Self::behind(keyword, &content);
        if model.is_err() {
            content.parse::<TokenStream>()?;
        }
        input.parse::<Option<Token![;]>>()?;
        model
    }

    fn behind(keyword: Ident, input: ParseStream) -> Result<Self> {
        let inputs = tuple(input)?;
        if input.parse::<Option<Token![=>]>>()?.is_none() {
            return Err(input.error("inputs and outputs have `=>` between them: `Model(input => output)`"));
        }
        let outputs = tuple(input)?;
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            return Err(input.error("several inputs or outputs stand in parentheses: `Model((a, b) => (c, d))`"));
        }
        Ok(Self { keyword, inputs, outputs })
    }
}

/// `a` or `(a, b)`
fn tuple(input: ParseStream) -> Result<Vec<Ident>> {
    if !input.peek(token::Paren) {
        let name = input.parse().map_err(|error| Error::new(error.span(), "expected the name of a value"))?;
        if input.peek(Token![,]) && !input.peek2(syn::parse::End) {
            return Err(input.error("several inputs or outputs stand in parentheses: `Model((a, b) => (c, d))`"));
        }
        return Ok(vec![name]);
    }
    let content;
    parenthesized!(content in input);
    Ok(content.parse_terminated(Ident::parse, Token![,])?.into_iter().collect())
}
