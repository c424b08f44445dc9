use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::{Attribute, Generics, Ident, Result, Token, Visibility, WhereClause, braced, token};

use super::Layer;
use crate::errors::Errors;

/// A network, whether it is a value or a type.
pub(crate) struct Network {
    pub(crate) place: Place,
    pub(crate) scalar: Option<Ident>,
    /// Nothing for a layer that cannot be read, whose error is noted.
    pub(crate) layers: Vec<Option<Layer>>,
    pub(crate) errors: Errors,
}

/// Where the macro is called.
pub(crate) enum Place {
    /// `let model = sequential![…];`
    Expression,
    /// `sequential! { pub struct Net { … } }`
    Item(Item),
}

/// `pub struct Net<const H: usize>`
pub(crate) struct Item {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
}

impl Network {
    /// `f64; Dense(1 => 10), …`
    pub(super) fn expression(input: ParseStream) -> Result<Self> {
        let mut scalar = None;
        if input.peek(Ident) && input.peek2(Token![;]) {
            scalar = Some(input.parse()?);
            input.parse::<Token![;]>()?;
        }
        let mut errors = Errors::default();
        let layers = layers(input, &mut errors);
        Ok(Self { place: Place::Expression, scalar, layers, errors })
    }

    /// `pub struct Net<const H: usize>: f64 { Dense(1 => H), … }`
    pub(super) fn item(input: ParseStream) -> Result<Self> {
        let mut errors = Errors::default();
        let item = Item::parse(input, &mut errors)?;
        let mut network = Self { place: Place::Item(item), scalar: None, layers: Vec::new(), errors };
        if let Err(error) = network.body(input) {
            network.errors.push(error);
            input.parse::<TokenStream>()?;
        }
        Ok(network)
    }

    fn body(&mut self, input: ParseStream) -> Result<()> {
        if input.peek(Token![where]) {
            self.errors.add(input.parse::<WhereClause>()?, "a network needs no `where` clause: leave it out");
        }
        if input.peek(Token![:]) {
            input.parse::<Token![:]>()?;
            self.scalar = Some(input.parse()?);
        }
        if !input.peek(token::Brace) {
            return Err(
                input.error("the layers stand in braces: `struct Net { Dense(1 => 10, relu), Dense(10 => 1) }`")
            );
        }
        let content;
        braced!(content in input);
        self.layers = layers(&content, &mut self.errors);
        Ok(())
    }
}

impl Network {
    pub(crate) fn generics(&self) -> Option<&Generics> {
        match &self.place {
            Place::Item(item) => Some(&item.generics),
            Place::Expression => None,
        }
    }

    /// Where to point for what concerns all of it.
    pub(crate) fn span(&self) -> Span {
        match &self.place {
            Place::Item(item) => item.name.span(),
            Place::Expression => Span::call_site(),
        }
    }
}

impl Item {
    fn parse(input: ParseStream, errors: &mut Errors) -> Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        keyword(input, errors)?;
        if !input.peek(Ident) {
            return Err(input.error("the network's type needs a name: `struct Net { … }`"));
        }
        Ok(Self { attributes, visibility, name: input.parse()?, generics: input.parse()? })
    }
}

/// Reads `struct`, or notes that it is something else.
fn keyword(input: ParseStream, errors: &mut Errors) -> Result<()> {
    if input.parse::<Option<Token![struct]>>()?.is_none() {
        errors.push(input.error("a network is a `struct`: `pub struct Net { Dense(1 => 10, relu), Dense(10 => 1) }`"));
        if !input.peek(Ident) {
            input.parse::<TokenTree>()?;
        }
    }
    Ok(())
}

/// Reads all there is, and goes on behind a layer that cannot be read.
fn layers(input: ParseStream, errors: &mut Errors) -> Vec<Option<Layer>> {
    let mut layers = Vec::new();
    while !input.is_empty() {
        let layer = errors.take(input.parse());
        if layer.is_none() {
            skip_layer(input);
        }
        layers.push(layer);
        separator(input, errors);
    }
    layers
}

fn separator(input: ParseStream, errors: &mut Errors) {
    if input.is_empty() || input.parse::<Token![,]>().is_ok() {
        return;
    }
    if input.peek(Ident) || input.peek(Token![::]) || input.peek(Token![#]) {
        errors.push(input.error("a `,` is missing before this layer"));
    } else if input.peek(token::Paren) {
        errors
            .push(input.error("in a chain a layer takes what the layer before it gives: leave out these parentheses"));
        let _ = input.parse::<TokenTree>();
        separator(input, errors);
    } else {
        errors.push(input.error("layers are separated by `,`"));
        skip_layer(input);
        let _ = input.parse::<Token![,]>();
    }
}

fn skip_layer(input: ParseStream) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _ = input.parse::<TokenTree>();
    }
}
