//! A layer with its arguments.

use core::fmt;

use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, Path, Result, Token, token};

use super::path::{path, text};
use super::{Arguments, Sizes};

/// `Dense(10 => 10, relu)`, or `Encoder` for a type without arguments.
#[derive(Clone)]
pub(crate) struct LayerCall {
    pub(crate) path: Path,
    pub(crate) arguments: Option<Arguments>,
}

impl Parse for LayerCall {
    fn parse(input: ParseStream) -> Result<Self> {
        let path = path(input)?;
        Self::parse_after(path, input)
    }
}

impl LayerCall {
    /// Parses the type of a layer that has an error after it.
    pub(super) fn beginning(input: ParseStream) -> Result<Self> {
        let call = Self { path: path(input)?, arguments: None };
        let is_layer = call.kind().to_string().starts_with(char::is_uppercase) && call.kind() != "Input";
        if is_layer { Ok(call) } else { Err(input.error("expected a layer")) }
    }

    /// Parses the arguments after a layer's path.
    pub(super) fn parse_after(path: Path, input: ParseStream) -> Result<Self> {
        if input.peek(token::Brace) || input.peek(token::Bracket) {
            return Err(input.error("expected the sizes in parentheses: `Dense(1 => 10)`"));
        }
        if input.peek(Token![!]) {
            return Err(Error::new_spanned(path, "expected a layer, found a macro call: write `Dense(1 => 10)`"));
        }
        if input.peek(Token![.]) {
            return Err(dotted(&path, input));
        }
        let mut call = Self { path, arguments: None };
        if input.peek(token::Paren) {
            call.arguments = Some(Arguments::parse(call.kind(), input)?);
        }
        if input.peek(Token![.]) && input.peek2(Ident) {
            return Err(method(&call, input));
        }
        Ok(call)
    }

    /// Returns whether the sizes of the layer are those of the values it is called on: `Add()`.
    pub(crate) fn is_sized_by_values(&self) -> bool {
        self.arguments.as_ref().is_some_and(|arguments| arguments.sizes.is_none())
    }

    /// Returns the last segment of the path: `Dense`.
    pub(crate) fn kind(&self) -> &Ident {
        &self.path.segments[self.path.segments.len() - 1].ident
    }

    /// Returns whether the arguments of the type are written in the path: `Scale<3>`.
    pub(crate) fn has_generics(&self) -> bool {
        self.path.segments.last().is_some_and(|last| !last.arguments.is_none())
    }

    /// Returns the sizes, if they are written.
    pub(crate) fn sizes(&self) -> Option<&Sizes> {
        self.arguments.as_ref()?.sizes.as_ref()
    }
}

/// Returns the error for `nn.Linear(…)`, the name of a layer in Python. Skips the names.
fn dotted(path: &Path, input: ParseStream) -> Error {
    let mut name = path.segments.last().map_or_else(String::new, |segment| segment.ident.to_string());
    while input.parse::<Option<Token![.]>>().is_ok_and(|dot| dot.is_some()) {
        let Ok(next) = input.call(Ident::parse_any) else { break };
        name = next.to_string();
    }
    let example = if name.starts_with(char::is_uppercase) { &name } else { "Dense" };
    let message =
        format_args!("a path has `::` between its names, not `.`: import the layer, and write `{example}(1 => 10)`");
    Error::new_spanned(path, message)
}

/// Returns the error for a method after a layer.
fn method(call: &LayerCall, input: ParseStream) -> Error {
    let dot = input.cursor().span();
    let name = input.parse::<Token![.]>().and_then(|_| input.parse::<Ident>());
    let name = name.map_or_else(|_| "name".into(), |name| name.to_string());
    let (kind, sizes) = (call.kind(), call.sizes().map_or_else(|| "1 => 10".into(), Sizes::to_string));
    let message = format!(
        "a layer has no methods: write an activation as in `Dense(1 => 10, relu)`, and an option as in \
         `{kind}({sizes}, {name} = …)`"
    );
    Error::new(dot, message)
}

impl fmt::Display for LayerCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(&self.path))?;
        self.arguments.as_ref().map_or(Ok(()), |arguments| write!(f, "({arguments})"))
    }
}
