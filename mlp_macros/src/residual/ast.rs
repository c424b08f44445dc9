//! Syntax tree of `residual!`.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{
    Attribute, Expr, ExprAssign, Generics, Ident, Result, Token, Type, Visibility, WhereClause, braced, parenthesized,
    parse_quote, token,
};

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

    fn generics(&mut self, input: ParseStream) -> Result<()> {
        if input.peek(Token![<]) {
            let generics: Generics = input.parse()?;
            self.has_generics = true;
            self.errors.add(generics, "a residual has no generic parameters: its fields are `f64`");
        }
        if input.peek(Token![where]) {
            self.errors.add(input.parse::<WhereClause>()?, "a residual has no `where` clause: remove it");
        }
        Ok(())
    }

    /// Parses `;` or `{ pub nu: f64 }`.
    fn fields(&mut self, input: ParseStream) -> Result<()> {
        if input.parse::<Option<Token![;]>>()?.is_some() {
            return Ok(());
        }
        if input.peek(token::Brace) {
            let content;
            braced!(content in input);
            self.fields = Some(self.named_fields(&content));
            return Ok(());
        }
        if input.peek(token::Paren) && !input.peek2(Token![->]) && !input.peek2(Token![=>]) {
            return Err(input.error("fields have names: `pub struct Burgers { pub nu: f64 }`"));
        }
        self.errors.add(&self.name, format_args!("missing `;` after a struct without fields: `struct {};`", self.name));
        Ok(())
    }

    fn named_fields(&mut self, input: ParseStream) -> Vec<Field> {
        let mut fields = Vec::new();
        while !input.is_empty() {
            match self.field(input) {
                Ok(field) => fields.push(field),
                Err(error) => {
                    self.errors.push(error);
                    skip(input);
                }
            }
        }
        fields
    }

    fn field(&mut self, input: ParseStream) -> Result<Field> {
        let error = |error: syn::Error| syn::Error::new(error.span(), "expected a field with a name: `pub nu: f64`");
        let field = syn::Field::parse_named(input).map_err(error)?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        let syn::Field { attrs, vis, ident: Some(name), ty, .. } = field else {
            return Err(input.error("expected a field with a name: `pub nu: f64`"));
        };
        let is_f64 =
            matches!(&ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "f64"));
        if !is_f64 && !self.has_generics {
            self.errors
                .add(&ty, "expected `f64`: the fields are parameters of the equations, for networks of any scalar");
        }
        let (trainable, attributes): (Vec<_>, Vec<_>) =
            attrs.into_iter().partition(|attribute| attribute.path().is_ident("trainable"));
        for attribute in trainable.iter().filter(|attribute| attribute.meta.require_path_only().is_err()) {
            let message = format_args!(
                "`#[trainable]` has no arguments: the initial value is that of the field, `{} {{ {name}: … }}`",
                self.name
            );
            self.errors.add(attribute, message);
        }
        // A wrong type is reported above, and causes no errors where it is used.
        let ty = if is_f64 { ty } else { parse_quote!(::core::primitive::f64) };
        Ok(Field { attributes, visibility: vis, name, ty, is_trainable: !trainable.is_empty() })
    }

    /// Parses `(x, t)` or `(t; value)`.
    fn inputs(&mut self, input: ParseStream) -> Result<()> {
        if !input.peek(token::Paren) {
            return Err(input.error(format_args!("expected the inputs in parentheses: {HEAD}")));
        }
        let content;
        let parentheses = parenthesized!(content in input);
        to_the_end(&content, |content| self.inputs_and_data(content))?;
        if self.inputs.is_empty() {
            self.errors.add_at(parentheses.span.join(), "a residual has at least one input: `(x) -> u { … }`");
        }
        Ok(())
    }

    /// Parses `x, t` or `t; value`.
    fn inputs_and_data(&mut self, input: ParseStream) -> Result<()> {
        self.inputs = names(input, "an input")?;
        if input.parse::<Option<Token![;]>>()?.is_some() {
            self.data = names(input, "a column of data")?;
        }
        if input.peek(Token![;]) {
            return Err(input.error("expected one `;`, between the inputs and the columns of data"));
        }
        Ok(())
    }

    /// Parses `u`, `u = x * net`, or `(u, v = x * net)`.
    fn outputs(&mut self, input: ParseStream) -> Result<()> {
        if !input.peek(token::Paren) {
            self.outputs.push(output(input)?);
            if input.peek(Token![,]) {
                return Err(input.error("expected parentheses around several outputs: `(x, y) -> (u, v) { … }`"));
            }
            return Ok(());
        }
        let content;
        let parentheses = parenthesized!(content in input);
        to_the_end(&content, |content| {
            while !content.is_empty() {
                self.outputs.push(output(content)?);
                if !content.is_empty() {
                    comma(content, "outputs")?;
                }
            }
            Ok(())
        })?;
        if self.outputs.is_empty() {
            self.errors.add_at(parentheses.span.join(), "a residual has at least one output: `(x) -> u { … }`");
        }
        Ok(())
    }

    fn statements(&mut self, input: ParseStream) {
        while !input.is_empty() {
            let statement = self.statement(input);
            self.statements.push(statement);
        }
    }

    fn statement(&mut self, input: ParseStream) -> Statement {
        let start = input.cursor();
        self.try_statement(input).unwrap_or_else(|error| {
            self.errors.push(error);
            if input.cursor() == start {
                let _ = input.parse::<TokenTree>();
            }
            skip(input);
            Statement::Error
        })
    }

    fn try_statement(&mut self, input: ParseStream) -> Result<Statement> {
        let attributes = input.call(Attribute::parse_outer)?;
        for attribute in attributes.iter().filter(|attribute| !attribute.path().is_ident("doc")) {
            self.errors.add(attribute, "an equation has no attributes: remove this one");
        }
        if input.peek(Token![let]) {
            let name = defined_name(input)?;
            let value = self.value(&name, input).map_err(|error| {
                self.errors.push(error);
                skip(input);
            });
            return Ok(Statement::Let(name, value.ok()));
        }
        let mut name = None;
        if begins_named_equation(input) {
            name = Some(input.parse()?);
            input.parse::<Token![:]>()?;
        }
        let equation = expression(input)?;
        if name.is_none()
            && input.peek(Token![;])
            && let Some((name, value)) = self.definition(&equation)
        {
            input.parse::<Token![;]>()?;
            self.errors.add(&name, format_args!("missing `let` before a definition: write `let {name} = …;`"));
            return Ok(Statement::Let(name, Some(value)));
        }
        self.end_of_equation(input)?;
        Ok(Statement::Equation(name, equation))
    }

    /// Returns the name and the value of `name = value`, if the name is new.
    fn definition(&self, equation: &Expr) -> Option<(Ident, Expr)> {
        let Expr::Assign(ExprAssign { left, right, .. }) = equation else { return None };
        let Expr::Path(path) = &**left else { return None };
        let name = path.path.get_ident()?;
        let names = self.inputs.iter().chain(&self.data).chain(self.outputs.iter().map(|output| &output.name));
        let fields = self.fields.iter().flatten().map(|field| &field.name);
        let defined = self.statements.iter().filter_map(|statement| match statement {
            Statement::Let(name, _) => Some(name),
            _ => None,
        });
        let mut known = names.filter_map(|name| name.0.as_ref()).chain(fields).chain(defined);
        let is_new = !known.any(|other| other == name);
        is_new.then(|| (name.clone(), Expr::clone(right)))
    }

    /// Parses `= value;`.
    fn value(&mut self, name: &Ident, input: ParseStream) -> Result<Expr> {
        if input.peek(Token![:]) {
            return Err(input.error("a value has no type annotation: write `let name = …;`"));
        }
        if input.parse::<Option<Token![=]>>()?.is_none() {
            return Err(input.error("expected `=` and a value: `let name = …;`"));
        }
        let value = expression(input)?;
        if input.parse::<Option<Token![;]>>()?.is_none() {
            let begins_statement = input.peek(Token![let]) || (input.peek(Ident) && !input.peek2(Token![;]));
            if !input.is_empty() && !begins_statement {
                return Err(input.error("expected an operator, or `;` after the value"));
            }
            self.errors.add(name, "missing `;` at the end of this `let`");
        }
        Ok(value)
    }

    fn end_of_equation(&mut self, input: ParseStream) -> Result<()> {
        if input.is_empty() || input.parse::<Option<Token![,]>>()?.is_some() {
            return Ok(());
        }
        if input.peek(Token![;]) {
            self.errors.push(input.error("expected `,` after an equation"));
            input.parse::<Token![;]>()?;
        } else if begins_named_equation(input) {
            self.errors.push(input.error("missing `,` before this equation"));
        } else {
            return Err(input.error("expected an operator, or `,` and the next equation"));
        }
        Ok(())
    }
}

/// Parses `let name`.
fn defined_name(input: ParseStream) -> Result<Ident> {
    input.parse::<Token![let]>()?;
    if input.peek(Token![mut]) {
        return Err(input.error("a value cannot change: remove `mut`"));
    }
    input.parse().map_err(|error| syn::Error::new(error.span(), "expected a name: `let name = …;`"))
}

/// Returns whether `continuity: …` follows.
fn begins_named_equation(input: ParseStream) -> bool {
    input.peek(Ident) && input.peek2(Token![:]) && !input.peek2(Token![::])
}

/// Parses what is in parentheses. Skips the rest after an error, so that it causes no second one.
fn to_the_end(input: ParseStream, parse: impl FnOnce(ParseStream) -> Result<()>) -> Result<()> {
    let result = parse(input);
    if result.is_err() {
        input.parse::<TokenStream>()?;
    }
    result
}

fn expression(input: ParseStream) -> Result<Expr> {
    if input.is_empty() || input.peek(Token![,]) || input.peek(Token![;]) {
        return Err(input.error("expected an expression"));
    }
    input.parse()
}

/// Parses names up to a `;` or the end.
fn names(input: ParseStream, what: &str) -> Result<Vec<Name>> {
    let mut names = Vec::new();
    while !input.is_empty() && !input.peek(Token![;]) {
        names.push(name(input, what)?);
        if !input.is_empty() && !input.peek(Token![;]) {
            comma(input, "names")?;
        }
    }
    Ok(names)
}

fn name(input: ParseStream, what: &str) -> Result<Name> {
    if input.parse::<Option<Token![_]>>()?.is_some() {
        return Ok(Name(None));
    }
    let error = |error: syn::Error| syn::Error::new(error.span(), format_args!("expected the name of {what}"));
    let name = input.parse().map_err(error)?;
    if input.peek(Token![:]) {
        return Err(input.error(format_args!("{what} has no type: write the name alone")));
    }
    Ok(Name(Some(name)))
}

fn output(input: ParseStream) -> Result<Output> {
    let name = name(input, "an output")?;
    let transform = input.parse::<Option<Token![=]>>()?;
    let transform = transform.map(|_| Expr::parse_without_eager_brace(input)).transpose()?;
    Ok(Output { name, transform })
}

fn comma(input: ParseStream, what: &str) -> Result<()> {
    let comma: Option<Token![,]> = input.parse()?;
    comma.map(drop).ok_or_else(|| input.error(format_args!("expected `,` between {what}")))
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
