//! Many errors at once, each where it belongs, and nothing behind them.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Generics;

use crate::ast::{Item, Place};

/// The errors found so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    pub(crate) fn add(&mut self, tokens: impl ToTokens, message: impl core::fmt::Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn add_at(&mut self, span: Span, message: impl core::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// The value, or nothing once its error is noted.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    pub(crate) fn extend(&mut self, more: Self) {
        more.into_iter().for_each(|error| self.push(error));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.iter().flatten().count()
    }

    /// The errors as items.
    pub(crate) fn items(self) -> TokenStream {
        self.0.map(syn::Error::into_compile_error).into_token_stream()
    }

    /// The errors as code for the place where the network was to stand.
    ///
    /// The value of the block, and the type that the item's name stands for, are erroneous themselves, so the compiler
    /// says nothing more about them.
    pub(crate) fn emit(self, place: &Place) -> TokenStream {
        let mut errors = self.into_iter().map(syn::Error::into_compile_error);
        match place {
            Place::Expression => quote! {{ #(#errors)* }},
            Place::Item(Item { visibility, name, generics, .. }) => {
                let (first, mentioned) = (errors.next(), mentioned(generics));
                quote! { #visibility type #name #generics = ([(); { #first }], #mentioned); #(#errors)* }
            }
        }
    }
}

impl IntoIterator for Errors {
    type Item = syn::Error;
    type IntoIter = core::iter::Flatten<std::option::IntoIter<syn::Error>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().flatten()
    }
}

/// A type that mentions all parameters, as the compiler asks of an alias.
fn mentioned(generics: &Generics) -> TokenStream {
    let types = generics.type_params().map(|parameter| &parameter.ident);
    let lifetimes = generics.lifetimes().map(|parameter| &parameter.lifetime);
    quote! { (#(*const #types,)* #(&#lifetimes (),)*) }
}
