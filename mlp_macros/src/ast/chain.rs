//! The body of `sequential!`: a list of layers.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, Ident, LitStr, Token, token};

use super::{Body, LayerCall, repetition};
use crate::errors::Errors;

/// `Dense(1 => 10, relu), Dense(10 => 1)`
pub(crate) struct Chain {
    /// The layers. `Err` for a layer that could not be parsed, whose error is already reported, with its beginning.
    pub(crate) layers: Vec<Result<ChainLayer, Option<ChainLayer>>>,
}

/// `hidden: Dense(10 => 10, relu)`
#[derive(Clone)]
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
            let start = input.fork();
            match errors.take(repeated(input)) {
                Some(repeated) => layers.extend(repeated.into_iter().map(Ok)),
                None => {
                    skip_layer(input);
                    layers.push(Err(beginning(&start).ok()));
                }
            }
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
    } else if is_scalar_at_the_end(&input.fork()) {
        errors.push(input.error("the scalar type comes first: `sequential![f64; Dense(1 => 10)]`"));
        let _ = input.parse::<TokenStream>();
    } else {
        errors.push(input.error(if input.peek(Token![*]) {
            "expected the number before the layer: `3 * Dense(10 => 10)`"
        } else {
            "expected `,` between layers"
        }));
        skip_layer(input);
        let _ = input.parse::<Token![,]>();
    }
}

/// Returns whether `; f64` follows, and nothing else.
fn is_scalar_at_the_end(input: ParseStream) -> bool {
    let scalar = input.parse::<Token![;]>().and_then(|_| input.parse::<Ident>());
    scalar.is_ok_and(|scalar| scalar == "f32" || scalar == "f64") && input.is_empty()
}

fn skip_layer(input: ParseStream) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _ = input.parse::<TokenTree>();
    }
}

/// Parses the name and the type of a layer that has an error after them.
fn beginning(input: ParseStream) -> syn::Result<ChainLayer> {
    let attributes = input.call(Attribute::parse_outer)?;
    Ok(ChainLayer { attributes, name: name(input)?, call: LayerCall::beginning(input)? })
}

/// Parses a layer, or a repeated one: `hidden: 2 * Dense(10 => 10)` is `hidden_1` and `hidden_2`.
fn repeated(input: ParseStream) -> syn::Result<Vec<ChainLayer>> {
    let attributes = input.call(Attribute::parse_outer)?;
    if let Some(message) = not_a_layer(input) {
        return Err(input.error(message));
    }
    let name = name(input)?;
    let Some((_, count)) = repetition::count(input)? else {
        return Ok(vec![ChainLayer { attributes, name, call: input.parse()? }]);
    };
    let call: LayerCall = input.parse()?;
    repetition::check(&call, count)?;
    let numbered = |name: &Ident, number| Ident::new(&format!("{}_{number}", name.unraw()), name.span());
    let layer = |number| ChainLayer {
        attributes: attributes.clone(),
        name: name.as_ref().map(|name| numbered(name, number)),
        call: call.clone(),
    };
    Ok((1..=count).map(layer).collect())
}

/// Returns the error for tokens of Rust or Python that begin no layer.
fn not_a_layer(input: ParseStream) -> Option<String> {
    if input.peek(LitStr) {
        return Some("expected a name without quotes, and a layer: `hidden: Dense(1 => 10)`".into());
    }
    if input.peek(token::Bracket) || (input.peek(Ident) && input.peek2(Token![!])) {
        return Some("expected layers without brackets around them: `Dense(1 => 10), Dense(10 => 1)`".into());
    }
    if input.peek(Ident) && input.peek2(token::Paren) && input.fork().parse::<Ident>().is_ok_and(|name| name == "Input")
    {
        return Some(
            "a list of layers has no `Input`: the first layer has the number of inputs, `Dense(3 => 10)`".into(),
        );
    }
    if input.peek(Token![..]) {
        return Some("write all layers, or a layer several times: `3 * Dense(10 => 10)`".into());
    }
    if input.peek(Token![&]) || input.peek(Token![*]) {
        return Some("a layer is a type, not a value: remove this operator".into());
    }
    if input.peek(Token![let]) {
        return Some("`let` statements are for `functional!`: a name is written `hidden: Dense(1 => 10)`".into());
    }
    if input.peek(Token![for]) || input.peek(Token![while]) || input.peek(Token![loop]) {
        return Some("a network has no loops: `3 * Dense(10 => 10)` is a layer three times".into());
    }
    let keyword = input.fork().call(Ident::parse_any).ok().filter(|_| !input.peek(Ident) && !is_path_root(input))?;
    Some(keyword_message(&keyword))
}

fn is_path_root(input: ParseStream) -> bool {
    input.peek2(Token![::])
}

/// Returns the error for a keyword in the place of a name.
pub(super) fn keyword_message(keyword: &Ident) -> String {
    match keyword.to_string().as_str() {
        "self" | "super" | "crate" | "Self" | "_" => format!("`{keyword}` is a keyword of Rust: choose another name"),
        _ => format!("`{keyword}` is a keyword of Rust: write `r#{keyword}`, or choose another name"),
    }
}

/// Parses `hidden:`, if it is there.
fn name(input: ParseStream) -> syn::Result<Option<Ident>> {
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
