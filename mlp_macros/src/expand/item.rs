//! The struct and its memory.

use proc_macro2::TokenStream;
use quote::ToTokens;

use super::{Code, types};
use crate::ast::Place;

impl Code<'_> {
    /// A public field for each layer.
    pub(super) fn item(&self) -> TokenStream {
        let Self { name, generics, .. } = self;
        let attributes = self.attributes();
        let visibility = match self.graph.place {
            Place::Item(item) => item.visibility.to_token_stream(),
            Place::Expression => TokenStream::new(),
        };
        let fields = (0..self.names.len()).map(|layer| self.field(layer));
        code! {
            #(#attributes)*
            #[derive(::core::clone::Clone, ::core::fmt::Debug, ::core::cmp::PartialEq)]
            #[repr(C)]
            #visibility struct #name #generics { #(#fields,)* }
        }
    }

    fn field(&self, layer: usize) -> TokenStream {
        let written = self.graph.layers[layer].written;
        let (attributes, name, ty) = (&written.attributes, self.names[layer], &self.types[layer]);
        let text = format!(" `{}`", written.call);
        let documented = attributes.iter().any(|attribute| attribute.path().is_ident("doc"));
        let doc = (!documented).then(|| code! { #[doc = #text] });
        code! { #doc #(#attributes)* pub #name: #ty }
    }

    /// The contract of `Parameters` holds: `count` asks each field to be `Parameters` of the same scalar, and a
    /// `repr(C)` struct of those is nothing but scalars.
    pub(super) fn parameters(&self) -> TokenStream {
        let Self { name, types, .. } = self;
        let (impls, generics, _) = self.generics.split_for_impl();
        let scalar = types::scalar(self.graph.scalar);
        code! {
            unsafe impl #impls __mlp::Parameters for #name #generics {
                type Scalar = #scalar;
                const COUNT: usize = #(__mlp::count::<#scalar, #types>())+*;
            }
            impl #impls __mlp::WithScalar<#scalar> for #name #generics {
                type Layer = Self;
            }
        }
    }
}
