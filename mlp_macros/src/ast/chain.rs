//! The body of `sequential!`: a list of layers.

use proc_macro2::TokenTree;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, Result, Token, token};

use super::{Body, LayerCall};
use crate::errors::Errors;

/// `Dense(1 => 10, relu), Dense(10 => 1)`
pub(crate) struct Chain {
    /// The layers; `None` for a layer that could not be parsed, whose error is already reported.
    pub(crate) layers: Vec<Option<ChainLayer>>,
}

/// `hidden: Dense(10 => 10, relu)`
pub(crate) struct ChainLayer {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) name: Option<Ident>,
    pub(crate) call: LayerCall,
}

impl Body for Chain {
    const BRACES: &str = "expected the layers in braces: `struct Net { Dense(1 => 10, relu), Dense(10 => 1) }`";
    const EXAMPLE: &str = "`pub struct Net { Dense(1 => 10, relu), Dense(10 => 1) }`";

    fn empty() -> Self {
        Self { layers: Vec::new() }
    }

    fn read(input: ParseStream, errors: &mut Errors) -> Self {
        let mut layers = Vec::new();
        while !input.is_empty() {
            let layer = errors.take(input.parse());
            if layer.is_none() {
                skip_layer(input);
            }
            layers.push(layer);
            separator(input, errors);
        }
        Self { layers }
    }
}

fn separator(input: ParseStream, errors: &mut Errors) {
    if input.is_empty() || input.parse::<Token![,]>().is_ok() {
        return;
    }
    if input.peek(Ident) || input.peek(Token![::]) || input.peek(Token![#]) {
        errors.push(input.error("missing `,` before this layer"));
    } else if input.peek(token::Paren) {
        let message = "a layer in `sequential!` is called on the output of the previous layer: \
                       remove these parentheses";
        errors.push(input.error(message));
        let _ = input.parse::<TokenTree>();
        separator(input, errors);
    } else {
        errors.push(input.error("expected `,` between layers"));
        skip_layer(input);
        let _ = input.parse::<Token![,]>();
    }
}

fn skip_layer(input: ParseStream) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _ = input.parse::<TokenTree>();
    }
}

impl Parse for ChainLayer {
    fn parse(input: ParseStream) -> Result<Self> {
        Ok(Self { attributes: input.call(Attribute::parse_outer)?, name: name(input)?, call: input.parse()? })
    }
}

/// Parses `hidden:`, if it is there.
fn name(input: ParseStream) -> Result<Option<Ident>> {
    if !input.peek(Ident) {
        return Ok(None);
    }
    if input.peek2(Token![=]) {
        let name: Ident = input.parse()?;
        return Err(input.error(format_args!("expected `:` after a layer's name: `{name}: Dense(…)`")));
    }
    if !input.peek2(Token![:]) || input.peek2(Token![::]) {
        return Ok(None);
    }
    let name = input.parse()?;
    input.parse::<Token![:]>()?;
    Ok(Some(name))
}
