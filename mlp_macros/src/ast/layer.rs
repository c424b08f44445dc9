use core::fmt;

use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{AngleBracketedGenericArguments, Attribute, Ident, Path, PathArguments, PathSegment, Result, Token, token};

use super::{Arguments, Sizes};

/// `hidden: Dense(10 => 10, relu)`
pub(crate) struct Layer {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) name: Option<Ident>,
    pub(crate) call: Call,
}

/// `Dense(10 => 10, relu)`, or `Encoder` for a type that needs no more than its path.
pub(crate) struct Call {
    pub(crate) path: Path,
    pub(crate) arguments: Option<Arguments>,
}

impl Parse for Layer {
    fn parse(input: ParseStream) -> Result<Self> {
        Ok(Self { attributes: input.call(Attribute::parse_outer)?, name: name(input)?, call: input.parse()? })
    }
}

/// `hidden:`
fn name(input: ParseStream) -> Result<Option<Ident>> {
    if !input.peek(Ident) {
        return Ok(None);
    }
    if input.peek2(Token![=]) {
        let name: Ident = input.parse()?;
        return Err(input.error(format_args!("a layer's name ends in `:`: `{name}: Dense(…)`")));
    }
    let named = input.peek2(Token![:]) && !input.peek2(Token![::]);
    named.then(|| Ok((input.parse()?, input.parse::<Token![:]>()?).0)).transpose()
}

impl Parse for Call {
    fn parse(input: ParseStream) -> Result<Self> {
        let path = path(input)?;
        Self::behind(path, input)
    }
}

impl Call {
    /// What follows a layer's path.
    pub(super) fn behind(path: Path, input: ParseStream) -> Result<Self> {
        if input.peek(token::Brace) || input.peek(token::Bracket) {
            return Err(input.error("a layer's sizes stand in parentheses: `Dense(1 => 10)`"));
        }
        let arguments = input.peek(token::Paren).then(|| input.parse()).transpose()?;
        Ok(Self { path, arguments })
    }
}

impl Call {
    /// Whether its sizes are those of the values it is called on: `Add()`.
    pub(crate) fn is_sized_by_values(&self) -> bool {
        self.arguments.as_ref().is_some_and(|arguments| arguments.sizes.is_none())
    }

    /// `Dense`
    pub(crate) fn kind(&self) -> &Ident {
        &self.path.segments[self.path.segments.len() - 1].ident
    }

    pub(crate) fn sizes(&self) -> Option<&Sizes> {
        self.arguments.as_ref()?.sizes.as_ref()
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(&self.path))?;
        self.arguments.as_ref().map_or(Ok(()), |arguments| write!(f, "({arguments})"))
    }
}

/// A type's path. Not by Syn, for which `Dense(…)` would be a path like `Fn(…)`.
pub(super) fn path(input: ParseStream) -> Result<Path> {
    let mut path = Path { leading_colon: input.parse()?, segments: Punctuated::new() };
    loop {
        let ident = input.parse().map_err(|error| unlike_a_layer(&error))?;
        let mut segment = PathSegment { ident, arguments: PathArguments::None };
        if input.peek(Token![<]) || (input.peek(Token![::]) && input.peek3(Token![<])) {
            let generics: AngleBracketedGenericArguments = input.parse()?;
            segment.arguments = PathArguments::AngleBracketed(generics);
        }
        path.segments.push_value(segment);
        if !input.peek(Token![::]) {
            return Ok(path);
        }
        path.segments.push_punct(input.parse()?);
    }
}

fn unlike_a_layer(error: &syn::Error) -> syn::Error {
    syn::Error::new(error.span(), "expected a layer, as in `Dense(1 => 10, relu)`")
}

/// The tokens as a person would type them.
pub(crate) fn text(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (spaced, tight) in
        [(" :: ", "::"), ("::< ", "::<"), (" < ", "<"), (" >", ">"), (" ,", ","), (" (", "("), ("( ", "("), (" )", ")")]
    {
        text = text.replace(spaced, tight);
    }
    text
}
