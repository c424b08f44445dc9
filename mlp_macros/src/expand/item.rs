//! The struct of a network, and its derives.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Path, Token, parse_quote};

use super::{Expansion, Layer};
use crate::ast::MacroPosition;

impl Expansion<'_> {
    /// Returns the struct, with a public field for each layer.
    ///
    /// The angle brackets stand there without parameters too: for an unknown activation, the compiler would otherwise
    /// advise a type parameter.
    pub(super) fn item(&self) -> TokenStream {
        let (name, parameters) = (&self.name, &self.generics.params);
        let attributes = self.attributes();
        let visibility = match &self.graph.head.position {
            MacroPosition::Item(item) => item.visibility.to_token_stream(),
            MacroPosition::Expression => TokenStream::new(),
        };
        let (fields, derive) = (self.each(field), self.derive());
        code! {
            #(#attributes)*
            #derive
            #[repr(C)]
            #visibility struct #name <#parameters> { #fields }
        }
    }

    /// Returns the derives of every network, without those that the user has written.
    fn derive(&self) -> Option<TokenStream> {
        let written = self.attributes().iter().filter(|attribute| attribute.path().is_ident("derive"));
        let written: Vec<Path> = written
            .filter_map(|derive| derive.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok())
            .flatten()
            .collect();
        let is_missing = |path: &Path| !written.iter().any(|other| other.segments.last() == path.segments.last());
        let all = [
            parse_quote!(::core::clone::Clone),
            parse_quote!(::core::fmt::Debug),
            parse_quote!(::core::cmp::PartialEq),
        ];
        let missing: Vec<_> = all.into_iter().filter(is_missing).collect();
        (!missing.is_empty()).then(|| code! { #[derive(#(#missing),*)] })
    }

    /// Returns the implementation of `Parameters`.
    ///
    /// The contract holds: `count` requires each field to be `Parameters` of the same scalar, and a `repr(C)` struct of
    /// those is nothing but scalars.
    pub(super) fn parameters(&self) -> TokenStream {
        let (impls, generics, _) = self.generics.split_for_impl();
        let (name, scalar) = (&self.name, self.scalar());
        let counts =
            self.layers.iter().map(|Layer { call, alias, .. }| code_at! { call=> __mlp::count::<#scalar, #alias>() });
        code! {
            unsafe impl #impls __mlp::Parameters for #name #generics {
                type Scalar = #scalar;
                const COUNT: usize = #(#counts)+*;
            }
            impl #impls __mlp::WithScalar<#scalar> for #name #generics {
                type Layer = Self;
            }
        }
    }

    /// Returns the call of a macro of `mlp` that implements serde if that feature is on.
    pub(super) fn serde(&self) -> TokenStream {
        let mut deserialized = self.generics.clone();
        deserialized.params.insert(0, parse_quote!('__de));
        let (impls, generics, _) = self.generics.split_for_impl();
        let (deserialized, _, _) = deserialized.split_for_impl();
        let name = &self.name;
        code! { __mlp::implement_serde! { [#impls] [#deserialized] #name #generics } }
    }
}

fn field(Layer { name, call, attributes, ty, .. }: &Layer) -> TokenStream {
    let text = format!(" `{call}`");
    let documented = attributes.iter().any(|attribute| attribute.path().is_ident("doc"));
    let doc = (!documented).then(|| code! { #[doc = #text] });
    code_at! { call=> #doc #(#attributes)* pub #name: #ty, }
}
