//! A layer with its arguments.

use core::fmt;

use syn::parse::{Parse, ParseStream};
use syn::{Ident, Path, Result, token};

use super::path::{path, text};
use super::{Arguments, Sizes};

/// `Dense(10 => 10, relu)`, or `Encoder` for a type without arguments.
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
    /// Parses the arguments after a layer's path.
    pub(super) fn parse_after(path: Path, input: ParseStream) -> Result<Self> {
        if input.peek(token::Brace) || input.peek(token::Bracket) {
            return Err(input.error("expected the sizes in parentheses: `Dense(1 => 10)`"));
        }
        let arguments = input.peek(token::Paren).then(|| input.parse()).transpose()?;
        Ok(Self { path, arguments })
    }

    /// Returns whether the sizes of the layer are those of the values it is called on: `Add()`.
    pub(crate) fn is_sized_by_values(&self) -> bool {
        self.arguments.as_ref().is_some_and(|arguments| arguments.sizes.is_none())
    }

    /// Returns the last segment of the path: `Dense`.
    pub(crate) fn kind(&self) -> &Ident {
        &self.path.segments[self.path.segments.len() - 1].ident
    }

    /// Returns the sizes, if they are written.
    pub(crate) fn sizes(&self) -> Option<&Sizes> {
        self.arguments.as_ref()?.sizes.as_ref()
    }
}

impl fmt::Display for LayerCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(&self.path))?;
        self.arguments.as_ref().map_or(Ok(()), |arguments| write!(f, "({arguments})"))
    }
}
