//! Syntax tree of `residual!`.

mod fields;
mod signature;
mod statements;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, Ident, Result, Token, Type, Visibility, braced, token};

use crate::errors::Errors;

const HEAD: &str = "`(x, t) -> u { … }`";

/// Any number of `pub struct Heat; (x, t) -> u { u.t - u.xx }`.
pub(super) struct Items(pub(super) Vec<Item>);

/// `pub struct Burgers { pub nu: f64 } (x, t) -> u { u.t + u * u.x - nu * u.xx }`
pub(super) struct Item {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) name: Ident,
    /// `None` for `struct Heat;`
    pub(super) fields: Option<Vec<Field>>,
    pub(super) inputs: Vec<Name>,
    pub(super) data: Vec<Name>,
    pub(super) outputs: Vec<Output>,
    pub(super) statements: Vec<Statement>,
    /// Braces around the equations.
    pub(super) braces: Span,
    pub(super) errors: Errors,
    /// Generic parameters are reported, so the types of fields are not.
    has_generics: bool,
}

/// `#[trainable] pub rate: f64`
pub(super) struct Field {
    /// The attributes without `#[trainable]`.
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) name: Ident,
    pub(super) ty: Type,
    pub(super) is_trainable: bool,
}

/// A name, or `_`.
pub(super) struct Name(pub(super) Option<Ident>);

/// `u`, or `u = x * net`
pub(super) struct Output {
    pub(super) name: Name,
    pub(super) transform: Option<Expr>,
}

pub(super) enum Statement {
    /// `let speed = u * u + v * v;`, or without a value, if that could not be parsed.
    Let(Ident, Option<Expr>),
    /// `continuity: u.x + v.y`
    Equation(Option<Ident>, Expr),
    /// A statement that could not be parsed, whose error is already reported.
    Error,
}

impl Parse for Items {
    fn parse(input: ParseStream) -> Result<Self> {
        let mut items = Vec::new();
        while !input.is_empty() {
            items.push(input.parse()?);
        }
        Ok(Self(items))
    }
}

impl Parse for Item {
    fn parse(input: ParseStream) -> Result<Self> {
        let mut errors = Errors::default();
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        if input.parse::<Option<Token![struct]>>()?.is_none() {
            if input.peek(token::Paren) {
                return Err(input.error("missing `pub struct Heat;` before the inputs: a residual is a type"));
            }
            errors.push(input.error("expected `struct`, as in `pub struct Heat; (x, t) -> u { u.t - u.xx }`"));
            if !input.peek(Ident) {
                input.parse::<TokenTree>()?;
            }
        }
        let name: Ident =
            input.parse().map_err(|_| input.error("missing name of the residual: `pub struct Heat; …`"))?;
        let braces = name.span();
        let mut item = Self {
            attributes,
            visibility,
            name,
            fields: None,
            inputs: Vec::new(),
            data: Vec::new(),
            outputs: Vec::new(),
            statements: Vec::new(),
            braces,
            errors,
            has_generics: false,
        };
        if let Err(error) = item.rest(input) {
            item.errors.push(error);
            input.parse::<TokenStream>()?;
        }
        Ok(item)
    }
}

impl Item {
    fn rest(&mut self, input: ParseStream) -> Result<()> {
        self.generics(input)?;
        self.fields(input)?;
        if input.is_empty() {
            let message = format_args!("missing equations after the struct: {HEAD}");
            return Err(syn::Error::new(self.name.span(), message));
        }
        self.inputs(input)?;
        if input.peek(Token![=>]) {
            self.errors.push(input.error("expected `->` between inputs and outputs"));
            input.parse::<Token![=>]>()?;
        } else if input.parse::<Option<Token![->]>>()?.is_none() {
            return Err(input.error(format_args!("expected `->` and the outputs: {HEAD}")));
        }
        self.outputs(input)?;
        if !input.peek(token::Brace) {
            return Err(input.error(format_args!("expected the equations in braces: {HEAD}")));
        }
        let content;
        self.braces = braced!(content in input).span.join();
        self.statements(&content);
        Ok(())
    }
}

/// Skips the rest of a statement, with the `,` or `;` at its end.
fn skip(input: ParseStream) {
    while let Ok(token) = input.parse::<TokenTree>() {
        if matches!(token, TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';')) {
            return;
        }
    }
}

impl Name {
    /// Returns the name without `r#`.
    pub(super) fn text(&self) -> String {
        self.0.as_ref().map_or_else(|| "_".to_owned(), |name| name.unraw().to_string())
    }
}
