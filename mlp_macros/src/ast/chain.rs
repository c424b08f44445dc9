use proc_macro2::TokenTree;
use syn::parse::ParseStream;
use syn::{Ident, Token, token};

use super::{Body, Layer};
use crate::errors::Errors;

/// `Dense(1 => 10, relu), Dense(10 => 1)`
pub(crate) struct Chain {
    /// Nothing for a layer that cannot be read, whose error is noted.
    pub(crate) layers: Vec<Option<Layer>>,
}

impl Body for Chain {
    const BRACES: &str = "the layers stand in braces: `struct Net { Dense(1 => 10, relu), Dense(10 => 1) }`";
    const EXAMPLE: &str = "`pub struct Net { Dense(1 => 10, relu), Dense(10 => 1) }`";

    fn empty() -> Self {
        Self { layers: Vec::new() }
    }

    /// Reads all there is, and goes on behind a layer that cannot be read.
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
