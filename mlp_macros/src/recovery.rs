//! Code for a network with errors, which causes no further errors.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Expr, Generics, Ident};

use crate::ast::{Item, LayerCall, MacroPosition, Sizes};
use crate::errors::Errors;
use crate::graph::Field;

/// Returns the errors as code for the position of the macro call.
///
/// The value of the expression and the type with the item's name are erroneous themselves, so the compiler reports
/// nothing else about their use. In an editor, the type is a struct of the layers that could be read, so that it knows the
/// fields and methods: the macro `recovered` of `mlp` selects one of the two.
pub(crate) fn code(errors: Errors, position: &MacroPosition, fields: &[Field]) -> TokenStream {
    let mut errors = errors.into_iter().map(syn::Error::into_compile_error);
    match position {
        MacroPosition::Expression => {
            let name = Ident::new("__Network", Span::mixed_site());
            let sketch = sketch(&quote! {}, &name, &Generics::default(), fields);
            quote! {
                ::mlp::__private::recovered! {
                    { { #(#sketch)* ::mlp::__private::new::<#name>() } }
                    { { #(#errors)* } }
                }
            }
        }
        MacroPosition::Item(Item { visibility, name, generics, .. }) => {
            let first = errors.next();
            let mentioned = mentioned(generics);
            let sketch = sketch(&quote! { #visibility }, name, generics, fields);
            quote! {
                ::mlp::__private::recovered! {
                    { #(#sketch)* }
                    { #visibility type #name #generics = ([(); { #first }], #mentioned); }
                }
                #(#errors)*
            }
        }
    }
}

/// Returns the struct of the layers that could be read, and the trait with the methods of a network.
fn sketch(visibility: &TokenStream, name: &Ident, generics: &Generics, fields: &[Field]) -> [TokenStream; 2] {
    let (impls, arguments, _) = generics.split_for_impl();
    // Without comments that show the layers: an editor completes a name where it is as far from the beginning as before.
    let (names, types): (Vec<_>, Vec<_>) = fields.iter().map(|field| (&field.name, ty(field.call))).unzip();
    [
        quote! { #visibility struct #name #generics { #(pub #names: #types,)* } },
        quote! {
            impl #impls ::mlp::__private::BaseNetwork for #name #arguments {
                const NAME: &'static str = "";
                const OUTPUTS: &'static [&'static str] = &[];
            }
        },
    ]
}

/// Returns the type of a layer as far as it is written.
fn ty(call: &LayerCall) -> TokenStream {
    let path = &call.path;
    let sizes = call.sizes().into_iter().flat_map(Sizes::iter).map(|size| match size {
        Expr::Lit(_) => quote! { #size },
        _ => quote! { { #size } },
    });
    let types = call.arguments.iter().flat_map(|arguments| &arguments.types).map(|ty| quote! { #ty });
    let arguments: Vec<_> = sizes.chain(types).collect();
    if arguments.is_empty() || call.has_generics() {
        quote! { #path }
    } else {
        quote! { #path<#(#arguments),*> }
    }
}

/// Returns a type that mentions all parameters, as required for a type alias.
fn mentioned(generics: &Generics) -> TokenStream {
    let types = generics.type_params().map(|parameter| &parameter.ident);
    let lifetimes = generics.lifetimes().map(|parameter| &parameter.lifetime);
    quote! { (#(*const #types,)* #(&#lifetimes (),)*) }
}
