//! List of compile errors.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The errors found so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// Adds an error that points at tokens.
    pub(crate) fn add(&mut self, tokens: impl ToTokens, message: impl core::fmt::Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// Adds an error that points at a span.
    pub(crate) fn add_at(&mut self, span: Span, message: impl core::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    /// Adds an error.
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Returns the value, or adds the error.
    pub(crate) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// Adds other errors.
    pub(crate) fn extend(&mut self, more: Self) {
        more.into_iter().for_each(|error| self.push(error));
    }

    /// Returns whether there are no errors.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Returns the number of errors.
    pub(crate) fn len(&self) -> usize {
        self.0.iter().flatten().count()
    }

    /// Returns the errors as items.
    pub(crate) fn items(self) -> TokenStream {
        self.0.map(syn::Error::into_compile_error).into_token_stream()
    }
}

impl IntoIterator for Errors {
    type Item = syn::Error;
    type IntoIter = core::iter::Flatten<std::option::IntoIter<syn::Error>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().flatten()
    }
}
