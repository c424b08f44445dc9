//! The body of `functional!`: `let` statements and `Model(…)`.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, Error, Ident, Result, Token, parenthesized, token};

use super::chain::keyword_message;
use super::value::{Names, operator};
use super::{Body, LayerCall, ValueExpr};
use crate::errors::Errors;

/// `let input = Input(1); … Model(input => output)`
pub(crate) struct Statements {
    pub(crate) statements: Vec<Statement>,
}

pub(crate) enum Statement {
    Let(Let),
    Model(Model),
    /// A statement that could not be parsed, whose error is already reported, with the names it defines, and the beginning of
    /// its layer.
    Error(Vec<Ident>, Option<LayerCall>),
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
        let mut comma = None;
        while !input.is_empty() {
            let start = input.fork();
            let statement = errors.take(statement(input, &names, &mut comma)).unwrap_or_else(|| {
                if input.cursor() == start.cursor() {
                    let _ = input.parse::<TokenTree>();
                }
                skip(input);
                let names = defined(&start).unwrap_or_default();
                let call = start.parse::<Token![=]>().and_then(|_| LayerCall::beginning(&start));
                Statement::Error(names, call.ok())
            });
            statements.push(statement);
        }
        if let Some(comma) = comma {
            errors.add_at(comma, "expected `;` at the end of a statement");
        }
        Self { statements }
    }
}

/// Returns all names that the network defines anywhere: by a `let`, or by an assignment without it.
fn names(input: ParseStream) -> Names {
    let mut names = Names::new();
    while !input.is_empty() {
        let defined = defined(&input.fork()).unwrap_or_default();
        names.extend(defined.iter().map(|name| name.unraw().to_string()));
        let _ = input.parse::<TokenTree>();
    }
    names
}

/// Parses the names that a statement defines, and accepts what is reported elsewhere: keywords, `mut`, and a missing `let`.
fn defined(input: ParseStream) -> Result<Vec<Ident>> {
    input.call(Attribute::parse_outer)?;
    if is_assignment(input) {
        return Ok(vec![input.parse()?]);
    }
    input.parse::<Token![let]>()?;
    input.parse::<Option<Token![mut]>>()?;
    if !input.peek(token::Paren) {
        return Ok(vec![input.call(Ident::parse_any)?]);
    }
    Ok(pattern(input)?.names().cloned().collect())
}

/// Returns whether a statement without `let` follows: `y = …`.
fn is_assignment(input: ParseStream) -> bool {
    input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![=>]) && !input.peek2(Token![==])
}

fn statement(input: ParseStream, names: &Names, comma: &mut Option<Span>) -> Result<Statement> {
    let attributes = input.call(Attribute::parse_outer)?;
    let is_model = |input: ParseStream| input.fork().parse::<Ident>().is_ok_and(|name| name == "Model");
    if input.peek(Token![let]) {
        let after = input.fork();
        after.parse::<Token![let]>()?;
        if after.parse::<Ident>().is_ok() && after.parse::<Token![=]>().is_ok() && is_model(&after) {
            let error = input.error("`Model` has no name: write `Model(inputs => outputs)` as the last statement");
            // The whole statement is skipped: `Model` is not an error of its own.
            while !input.is_empty() && !input.peek(Token![;]) {
                input.parse::<TokenTree>()?;
            }
            return Err(error);
        }
        return Let::parse(attributes, input, names, comma).map(Statement::Let);
    }
    if is_model(input) {
        return Model::parse(input, comma).map(Statement::Model);
    }
    if is_assignment(input) {
        let name: Ident = input.fork().parse()?;
        return Err(input.error(format_args!("missing `let`: write `let {name} = …;`")));
    }
    if input.peek(Ident) && input.peek2(token::Paren) {
        let layer: Ident = input.fork().parse()?;
        let message = format_args!(
            "expected `let name = …;` or `Model(inputs => outputs)`: write `let y = {layer}(…)(x);`, or a list of layers \
             with `sequential!`"
        );
        return Err(input.error(message));
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
    fn parse(attributes: Vec<Attribute>, input: ParseStream, names: &Names, comma: &mut Option<Span>) -> Result<Self> {
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
        if skip_comma(input, comma) {
            return Ok(Self { attributes, pattern, value });
        }
        if !input.peek(Token![;]) {
            return Err(missing_semicolon(&pattern, &value, input));
        }
        input.parse::<Token![;]>()?;
        Ok(Self { attributes, pattern, value })
    }
}

/// Skips a comma in the place of a semicolon. The first one is reported.
fn skip_comma(input: ParseStream, first: &mut Option<Span>) -> bool {
    let Ok(Some(comma)) = input.parse::<Option<Token![,]>>() else { return false };
    first.get_or_insert(comma.span);
    true
}

fn missing_semicolon(pattern: &Pattern, value: &ValueExpr, input: ParseStream) -> Error {
    if input.is_empty() || input.peek(Token![let]) || input.peek(Ident) {
        return Error::new(pattern.span(), "missing `;` at the end of this statement");
    }
    if let Some(error) = operator(input) {
        return error;
    }
    if input.peek(Token![.]) {
        let subject = match value {
            ValueExpr::Name(name) => format!("`{name}` has no methods: write `{name}(x)` for a call of a layer"),
            _ => "a value has no methods: write `Dense(2 => 1)(x)` for a call of a layer".into(),
        };
        return input.error(subject);
    }
    input.error("expected `;`: a value is an input, a layer called on values, or a slice of a value")
}

fn pattern(input: ParseStream) -> Result<Pattern> {
    if input.peek(Token![mut]) {
        return Err(input.error("a value cannot change: remove `mut`"));
    }
    if !input.peek(token::Paren) {
        let keyword = input.fork().call(Ident::parse_any).ok().filter(|_| !input.peek(Ident));
        if let Some(keyword) = keyword {
            return Err(Error::new_spanned(&keyword, keyword_message(&keyword)));
        }
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
    fn parse(input: ParseStream, comma: &mut Option<Span>) -> Result<Self> {
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
        skip_comma(input, comma);
        model
    }

    fn parse_content(keyword: Ident, input: ParseStream) -> Result<Self> {
        if input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![=>]) {
            return Err(input.error("expected inputs and outputs without names: `Model(input => output)`"));
        }
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
        if input.peek(token::Bracket) {
            return Err(input.error("expected parentheses around several inputs or outputs: `Model((a, b) => (c, d))`"));
        }
        let name = input.call(Ident::parse_any);
        let name = name.map_err(|error| Error::new(error.span(), "expected the name of a value"))?;
        if input.peek(token::Paren) {
            let message = "expected the name of a value: write `let y = …;` before, and `y` here";
            return Err(Error::new_spanned(name, message));
        }
        if input.peek(Token![,]) && !input.peek2(syn::parse::End) {
            return Err(input.error("expected parentheses around several inputs or outputs: `Model((a, b) => (c, d))`"));
        }
        return Ok(vec![name]);
    }
    let content;
    parenthesized!(content in input);
    Ok(content.parse_terminated(Ident::parse_any, Token![,])?.into_iter().collect())
}
