//! A network as an expression or as an item.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Generics, Ident, LitStr, Result, Token, Visibility, WhereClause, braced, token};

use crate::errors::Errors;

/// `[Dense(1 => 10), …]`, or any number of `pub struct Net { Dense(1 => 10), … }`.
pub(crate) struct Networks<B> {
    pub(crate) networks: Vec<Network<B>>,
}

/// A network, as a value or as a type.
pub(crate) struct Network<B> {
    pub(crate) head: Head,
    pub(crate) body: B,
    pub(crate) errors: Errors,
}

/// The part before the layers.
pub(crate) struct Head {
    pub(crate) position: MacroPosition,
    pub(crate) scalar: Option<Ident>,
}

/// The position of the macro call in the user's code.
pub(crate) enum MacroPosition {
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

/// The notation of a macro: the layers of `sequential!`, the statements of `functional!`.
pub(crate) trait Body {
    /// The error for missing braces.
    const BRACES: &str;
    /// An example of a network as an item.
    const EXAMPLE: &str;

    /// Creates a body without layers.
    fn empty() -> Self;

    /// Parses the whole input. Reports what cannot be parsed and continues after it.
    fn read(input: ParseStream, errors: &mut Errors) -> Self;
}

impl<B: Body> Parse for Networks<B> {
    fn parse(input: ParseStream) -> Result<Self> {
        let mut networks = Vec::new();
        let scalar = scalar_of_item(input)?;
        if is_item(&input.fork())? {
            while !input.is_empty() {
                let network = Network::item(input)?;
                networks.push(network);
                if !input.is_empty() && !is_item(&input.fork())? {
                    report_rest(&mut networks, input);
                }
            }
        } else {
            networks.push(Network::expression(input)?);
        }
        if let (Some(scalar), [network, ..]) = (scalar, networks.as_mut_slice()) {
            let message = format_args!("the scalar type of an item follows its name: `struct Net: {scalar} {{ … }}`");
            network.errors.add(&scalar, message);
        }
        Ok(Self { networks })
    }
}

/// Parses the scalar type of an expression in front of an item, where it is an error.
fn scalar_of_item(input: ParseStream) -> Result<Option<Ident>> {
    let ahead = input.fork();
    if ahead.parse::<Ident>().is_err() || ahead.parse::<Token![;]>().is_err() || !is_item(&ahead)? {
        return Ok(None);
    }
    let scalar = input.parse()?;
    input.parse::<Token![;]>()?;
    Ok(Some(scalar))
}

/// Reports what follows a network and is none.
fn report_rest<B>(networks: &mut [Network<B>], input: ParseStream) {
    let error = input.error("expected another network, `struct Net { … }`, or the end of the macro call");
    let _ = input.parse::<TokenStream>();
    if let Some(network) = networks.last_mut() {
        network.errors.push(error);
    }
}

/// Returns whether an item follows the attributes.
fn is_item(input: ParseStream) -> Result<bool> {
    input.call(Attribute::parse_outer)?;
    let keyword = input.peek(Token![pub]) || input.peek(Token![struct]) || input.peek(Token![enum]);
    let name = input.peek(Ident) && input.peek2(token::Brace);
    let other_keyword = input.peek(Ident) && input.peek2(Ident) && input.peek3(token::Brace);
    Ok(keyword || name || other_keyword)
}

impl<B: Body> Network<B> {
    /// `f64; Dense(1 => 10), …`
    fn expression(input: ParseStream) -> Result<Self> {
        let mut scalar = None;
        let mut errors = Errors::default();
        if input.peek(Ident) && input.peek2(Token![;]) {
            scalar = Some(input.parse()?);
            input.parse::<Token![;]>()?;
        } else if input.peek(LitStr) && input.peek2(Token![;]) {
            errors.add(input.parse::<LitStr>()?, "expected the scalar type without quotes: `f32` or `f64`");
            input.parse::<Token![;]>()?;
        }
        let body = B::read(input, &mut errors);
        Ok(Self { head: Head { position: MacroPosition::Expression, scalar }, body, errors })
    }

    /// `pub struct Net<const H: usize>: f64 { Dense(1 => H), … }`
    fn item(input: ParseStream) -> Result<Self> {
        let mut errors = Errors::default();
        let item = Item::parse::<B>(input, &mut errors)?;
        let mut network =
            Self { head: Head { position: MacroPosition::Item(item), scalar: None }, body: B::empty(), errors };
        if let Err(error) = network.body(input) {
            network.errors.push(error);
            input.parse::<TokenStream>()?;
        }
        Ok(network)
    }

    fn body(&mut self, input: ParseStream) -> Result<()> {
        if input.peek(Token![where]) {
            self.errors.add(input.parse::<WhereClause>()?, "a network has no `where` clause: remove it");
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
        match &self.position {
            MacroPosition::Item(item) => Some(&item.generics),
            MacroPosition::Expression => None,
        }
    }

    /// Returns the span of errors about the whole network.
    pub(crate) fn span(&self) -> Span {
        match &self.position {
            MacroPosition::Item(item) => item.name.span(),
            MacroPosition::Expression => Span::call_site(),
        }
    }
}

impl Item {
    fn parse<B: Body>(input: ParseStream, errors: &mut Errors) -> Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        keyword::<B>(input, errors)?;
        if !input.peek(Ident) {
            return Err(input.error("missing name of the network: `struct Net { … }`"));
        }
        Ok(Self { attributes, visibility, name: input.parse()?, generics: input.parse()? })
    }
}

/// Parses `struct`, or reports the token in its place.
fn keyword<B: Body>(input: ParseStream, errors: &mut Errors) -> Result<()> {
    if input.parse::<Option<Token![struct]>>()?.is_none() {
        errors.push(input.error(format_args!("expected `struct`, as in {}", B::EXAMPLE)));
        if !input.peek(Ident) || input.peek2(Ident) {
            input.parse::<TokenTree>()?;
        }
    }
    Ok(())
}
