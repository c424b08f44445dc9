//! The macro input: `pub struct Net = "model.onnx";`, with limits as `"model.onnx", memory = 100_000_000;`.

use std::path::PathBuf;

use syn::parse::ParseStream;
use syn::{Attribute, Error, Generics, Ident, LitInt, LitStr, Result, Token, Visibility};

use super::model::Limits;
use crate::ast::Item;

/// A struct and the path of its file.
pub(super) struct Import {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    name: Ident,
    pub(super) path: LitStr,
    pub(super) limits: Limits,
}

impl Import {
    /// Parses one or more items.
    pub(super) fn parse_all(input: ParseStream) -> Result<Vec<Self>> {
        let mut imports = vec![Self::parse(input)?];
        while !input.is_empty() {
            imports.push(Self::parse(input)?);
        }
        Ok(imports)
    }

    fn parse(input: ParseStream) -> Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        if !input.peek(Token![struct]) {
            return Err(input.error("expected a network and its file: `pub struct Net = \"model.onnx\";`"));
        }
        input.parse::<Token![struct]>()?;
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        let path = input.parse()?;
        let limits = limits(input)?;
        input.parse::<Token![;]>()?;
        Ok(Self { attributes, visibility, name, path, limits })
    }

    /// Returns the path of the file. It is relative to the package's directory.
    pub(super) fn file(&self) -> PathBuf {
        let package = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from);
        package.join(self.path.value())
    }

    /// Returns the head of the struct.
    pub(super) fn item(&self) -> Item {
        Item {
            attributes: self.attributes.clone(),
            visibility: self.visibility.clone(),
            name: self.name.clone(),
            generics: Generics::default(),
        }
    }
}

/// Parses the limits after the path: `, memory = 100_000_000, tensors = 1000`.
fn limits(input: ParseStream) -> Result<Limits> {
    let mut limits = Limits::default();
    while input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
        let name: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        let value: LitInt = input.parse()?;
        match name.to_string().as_str() {
            "memory" => limits.memory = value.base10_parse()?,
            "tensors" => limits.tensors = value.base10_parse()?,
            other => {
                let message = format!("unknown limit `{other}`: expected `memory`, in bytes, or `tensors`");
                return Err(Error::new(name.span(), message));
            }
        }
    }
    Ok(limits)
}
