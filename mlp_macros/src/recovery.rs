//! Code for a network with errors, which causes no further errors.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Generics;

use crate::ast::{Item, MacroPosition};
use crate::errors::Errors;

/// Returns the errors as code for the position of the macro call.
///
/// The value of the expression and the type with the item's name are erroneous themselves, so the compiler reports
/// nothing else about their use.
pub(crate) fn code(errors: Errors, position: &MacroPosition) -> TokenStream {
    let mut errors = errors.into_iter().map(syn::Error::into_compile_error);
    match position {
        MacroPosition::Expression => quote! {{ #(#errors)* }},
        MacroPosition::Item(Item { visibility, name, generics, .. }) => {
            let first = errors.next();
            let mentioned = mentioned(generics);
            quote! { #visibility type #name #generics = ([(); { #first }], #mentioned); #(#errors)* }
        }
    }
}

/// Returns a type that mentions all parameters, as required for a type alias.
fn mentioned(generics: &Generics) -> TokenStream {
    let types = generics.type_params().map(|parameter| &parameter.ident);
    let lifetimes = generics.lifetimes().map(|parameter| &parameter.lifetime);
    quote! { (#(*const #types,)* #(&#lifetimes (),)*) }
}
