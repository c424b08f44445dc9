use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Generics, Ident, Result, Token, Visibility, WhereClause, braced, token};

use crate::errors::Errors;

/// `[Dense(1 => 10), …]`, or any number of `pub struct Net { Dense(1 => 10), … }`.
pub(crate) struct Networks<B> {
    pub(crate) networks: Vec<Network<B>>,
}

/// A network, whether it is a value or a type.
pub(crate) struct Network<B> {
    pub(crate) head: Head,
    pub(crate) body: B,
    pub(crate) errors: Errors,
}

/// What stands before the layers.
pub(crate) struct Head {
    pub(crate) place: Place,
    pub(crate) scalar: Option<Ident>,
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

/// What a macro describes a network by.
pub(crate) trait Body {
    /// What to say where the braces are missing.
    const BRACES: &str;
    /// A network as an item.
    const EXAMPLE: &str;

    fn empty() -> Self;
    /// Reads all there is, and notes what cannot be read.
    fn read(input: ParseStream, errors: &mut Errors) -> Self;
}

impl<B: Body> Parse for Networks<B> {
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

impl<B: Body> Network<B> {
    /// `f64; Dense(1 => 10), …`
    fn expression(input: ParseStream) -> Result<Self> {
        let mut scalar = None;
        if input.peek(Ident) && input.peek2(Token![;]) {
            scalar = Some(input.parse()?);
            input.parse::<Token![;]>()?;
        }
        let mut errors = Errors::default();
        let body = B::read(input, &mut errors);
        Ok(Self { head: Head { place: Place::Expression, scalar }, body, errors })
    }

    /// `pub struct Net<const H: usize>: f64 { Dense(1 => H), … }`
    fn item(input: ParseStream) -> Result<Self> {
        let mut errors = Errors::default();
        let item = Item::parse::<B>(input, &mut errors)?;
        let mut network = Self { head: Head { place: Place::Item(item), scalar: None }, body: B::empty(), errors };
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
            self.head.scalar = Some(input.parse()?);
        }
        if !input.peek(token::Brace) {
            return Err(input.error(B::BRACES));
        }
        let content;
        braced!(content in input);
        self.body = B::read(&content, &mut self.errors);
        Ok(())
    }
}

impl Head {
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
    fn parse<B: Body>(input: ParseStream, errors: &mut Errors) -> Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        keyword::<B>(input, errors)?;
        if !input.peek(Ident) {
            return Err(input.error("the network's type needs a name: `struct Net { … }`"));
        }
        Ok(Self { attributes, visibility, name: input.parse()?, generics: input.parse()? })
    }
}

/// Reads `struct`, or notes that it is something else.
fn keyword<B: Body>(input: ParseStream, errors: &mut Errors) -> Result<()> {
    if input.parse::<Option<Token![struct]>>()?.is_none() {
        errors.push(input.error(format_args!("a network is a `struct`: {}", B::EXAMPLE)));
        if !input.peek(Ident) {
            input.parse::<TokenTree>()?;
        }
    }
    Ok(())
}
