//! `pub struct Net = "model.onnx";`

use std::path::PathBuf;

use syn::parse::ParseStream;
use syn::{Attribute, Generics, Ident, LitStr, Result, Token, Visibility};

use crate::ast::Item;

/// A model to be read.
pub(super) struct Import {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    name: Ident,
    pub(super) path: LitStr,
}

impl Import {
    /// One after the other.
    pub(super) fn all(input: ParseStream) -> Result<Vec<Self>> {
        let mut imports = vec![Self::one(input)?];
        while !input.is_empty() {
            imports.push(Self::one(input)?);
        }
        Ok(imports)
    }

    fn one(input: ParseStream) -> Result<Self> {
        let (attributes, visibility) = (input.call(Attribute::parse_outer)?, input.parse()?);
        if !input.peek(Token![struct]) {
            return Err(input.error("expected a network and its file: `pub struct Net = \"model.onnx\";`"));
        }
        input.parse::<Token![struct]>()?;
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        let path = input.parse()?;
        input.parse::<Token![;]>()?;
        Ok(Self { attributes, visibility, name, path })
    }

    /// Relative to the package that is compiled.
    pub(super) fn file(&self) -> PathBuf {
        let package = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from);
        package.join(self.path.value())
    }

    pub(super) fn item(&self) -> Item {
        let (attributes, visibility) = (self.attributes.clone(), self.visibility.clone());
        Item { attributes, visibility, name: self.name.clone(), generics: Generics::default() }
    }
}
