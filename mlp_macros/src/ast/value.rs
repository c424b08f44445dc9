use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Error, Expr, ExprRange, Ident, Result, Token, bracketed, parenthesized, token};

use super::Call;
use super::layer::path;

/// What stands behind `=`, and between the parentheses of a call.
pub(crate) enum Value {
    /// `Input(3)`
    Input(Ident, Option<Expr>),
    /// `Dense(1 => 10, relu)`: a layer that is not called yet.
    Layer(Call),
    /// `Dense(1 => 10, relu)(input)`, `encode(input)`
    Called { callee: Callee, span: Span, arguments: Vec<Value> },
    /// `input`
    Name(Ident),
    /// `input[0..4]`
    Slice(Box<Value>, Box<ExprRange>),
}

/// What is called.
#[expect(clippy::large_enum_variant, reason = "there are a few of them, once")]
pub(crate) enum Callee {
    /// A layer, written where it is called.
    Layer(Call),
    /// A layer that was defined before.
    Name(Ident),
}

/// All names that are defined somewhere in the network.
pub(super) type Names = HashSet<String>;

impl Value {
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
        let name = input.fork().call(Ident::parse_any).ok();
        if let Some(name) = name.filter(|name| name == "Input" && input.peek2(token::Paren)) {
            input.parse::<Ident>()?;
            return Self::input(name, input);
        }
        let path = path(input).map_err(|error| Error::new(error.span(), "expected a layer or a value"))?;
        let name = path.get_ident().filter(|name| is_name(name, names)).cloned();
        match name {
            Some(name) if input.peek(token::Paren) => Self::call(Callee::Name(name), input, names),
            Some(name) => Ok(Self::Name(name)),
            None if holds_values(input, names) => {
                Self::call(Callee::Layer(Call { path, arguments: None }), input, names)
            }
            None => {
                let call = Call::behind(path, input)?;
                if input.peek(token::Paren) {
                    Self::call(Callee::Layer(call), input, names)
                } else {
                    Ok(Self::Layer(call))
                }
            }
        }
    }

    fn input(name: Ident, input: ParseStream) -> Result<Self> {
        let content;
        parenthesized!(content in input);
        let size = (!content.is_empty()).then(|| content.parse()).transpose()?;
        if !content.is_empty() {
            content.parse::<TokenStream>()?;
            return Err(Error::new(name.span(), "an input has one size: `Input(3)`"));
        }
        if input.peek(token::Paren) {
            return Err(input.error("an input takes no values: leave out these parentheses"));
        }
        Ok(Self::Input(name, size))
    }

    /// `(a, b)`, behind a layer.
    fn call(callee: Callee, input: ParseStream, names: &Names) -> Result<Self> {
        let content;
        let parentheses = parenthesized!(content in input);
        let arguments = list(&content, names);
        if arguments.is_err() {
            content.parse::<TokenStream>()?;
        }
        if input.peek(token::Paren) {
            return Err(input.error("this calls a value; only a layer can be called"));
        }
        Ok(Self::Called { callee, span: parentheses.span.join(), arguments: arguments? })
    }
}

/// `a, b`
fn list(input: ParseStream, names: &Names) -> Result<Vec<Value>> {
    let mut values = Vec::new();
    while !input.is_empty() {
        values.push(Value::parse(input, names)?);
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(values)
}

fn range(input: ParseStream) -> Result<ExprRange> {
    match input.parse()? {
        Expr::Range(range) => Ok(range),
        other => Err(Error::new_spanned(other, "a slice is a range of features: `x[0..4]`")),
    }
}

/// Names of values and layers begin with a small letter, unless they are defined with a capital.
fn is_name(name: &Ident, names: &Names) -> bool {
    let text = name.unraw().to_string();
    names.contains(&text) || !text.starts_with(char::is_uppercase)
}

/// Whether the parentheses that follow are a call of a network given by its path, and not sizes: `Encoder(x)`.
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
