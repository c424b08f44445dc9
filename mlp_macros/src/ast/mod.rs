//! What is written, one type a grammar rule.

mod arguments;
mod layer;
mod network;

pub(crate) use arguments::{Arguments, Setting, Sizes};
pub(crate) use layer::{Call, Layer};
pub(crate) use network::{Item, Network, Place};

use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, Result, Token, token};

/// `sequential![Dense(1 => 10), …]`, or any number of `pub struct Net { Dense(1 => 10), … }`.
pub(crate) struct Sequential {
    pub(crate) networks: Vec<Network>,
}

impl Parse for Sequential {
    fn parse(input: ParseStream) -> Result<Self> {
        let mut networks = Vec::new();
        if is_item(&input.fork())? {
            while !input.is_empty() {
                networks.push(Network::item(input)?);
            }
        } else {
            networks.push(Network::expression(input)?);
        }
        Ok(Self { networks })
    }
}

/// Whether what follows the attributes can only be an item.
fn is_item(input: ParseStream) -> Result<bool> {
    input.call(Attribute::parse_outer)?;
    let keyword = input.peek(Token![pub]) || input.peek(Token![struct]) || input.peek(Token![enum]);
    Ok(keyword || (input.peek(Ident) && input.peek2(token::Brace)))
}
