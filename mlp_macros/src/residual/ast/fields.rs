//! The struct: generic parameters, which are errors, and fields.

use syn::parse::ParseStream;
use syn::{Generics, Result, Token, Type, WhereClause, braced, parse_quote, token};

use super::{Field, Item, skip};

impl Item {
    pub(super) fn generics(&mut self, input: ParseStream) -> Result<()> {
        if input.peek(Token![<]) {
            let generics: Generics = input.parse()?;
            self.has_generics = true;
            self.errors.add(generics, "a residual has no generic parameters: its fields are `f64`");
        }
        if input.peek(Token![where]) {
            self.errors.add(input.parse::<WhereClause>()?, "a residual has no `where` clause: remove it");
        }
        Ok(())
    }

    /// Parses `;` or `{ pub nu: f64 }`.
    pub(super) fn fields(&mut self, input: ParseStream) -> Result<()> {
        if input.parse::<Option<Token![;]>>()?.is_some() {
            return Ok(());
        }
        if input.peek(token::Brace) {
            let content;
            braced!(content in input);
            self.fields = Some(self.named_fields(&content));
            return Ok(());
        }
        if input.peek(token::Paren) && !input.peek2(Token![->]) && !input.peek2(Token![=>]) {
            return Err(input.error("fields have names: `pub struct Burgers { pub nu: f64 }`"));
        }
        self.errors.add(&self.name, format_args!("missing `;` after a struct without fields: `struct {};`", self.name));
        Ok(())
    }

    fn named_fields(&mut self, input: ParseStream) -> Vec<Field> {
        let mut fields = Vec::new();
        while !input.is_empty() {
            match self.field(input) {
                Ok(field) => fields.push(field),
                Err(error) => {
                    self.errors.push(error);
                    skip(input);
                }
            }
        }
        fields
    }

    fn field(&mut self, input: ParseStream) -> Result<Field> {
        let error = |error: syn::Error| syn::Error::new(error.span(), "expected a field with a name: `pub nu: f64`");
        let field = syn::Field::parse_named(input).map_err(error)?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        let syn::Field { attrs, vis, ident: Some(name), ty, .. } = field else {
            return Err(input.error("expected a field with a name: `pub nu: f64`"));
        };
        let is_f64 =
            matches!(&ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "f64"));
        if !is_f64 && !self.has_generics {
            self.errors
                .add(&ty, "expected `f64`: the fields are parameters of the equations, for networks of any scalar");
        }
        let (trainable, attributes): (Vec<_>, Vec<_>) =
            attrs.into_iter().partition(|attribute| attribute.path().is_ident("trainable"));
        for attribute in trainable.iter().filter(|attribute| attribute.meta.require_path_only().is_err()) {
            let message = format_args!(
                "`#[trainable]` has no arguments: the initial value is that of the field, `{} {{ {name}: … }}`",
                self.name
            );
            self.errors.add(attribute, message);
        }
        // A wrong type is reported above, and causes no errors where it is used.
        let ty = if is_f64 { ty } else { parse_quote!(::core::primitive::f64) };
        Ok(Field { attributes, visibility: vis, name, ty, is_trainable: !trainable.is_empty() })
    }
}
