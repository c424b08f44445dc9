//! `onnx!`: translates an ONNX file to the statements of `functional!`.
//!
//! - `item` parses the macro input.
//! - `model` reads the file.
//! - `patterns` recognizes activations that exporters decompose.
//! - `lower` writes the statements and collects the weights; `layers`, `arithmetic` and `structure` translate the nodes.

mod arithmetic;
mod item;
mod layers;
mod lower;
mod model;
mod patterns;
mod structure;
#[cfg(test)]
mod tests;

use proc_macro2::{Group, Literal, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::parse::Parser as _;

use crate::ast::{Item, MacroPosition, Networks, Statements};
use crate::errors::Errors;
use crate::graph::Analyze as _;
use crate::{expand, recovery};
use item::Import;
use lower::LoweredModel;

/// Returns the code of all models, or their errors.
pub(crate) fn imports(input: TokenStream) -> syn::Result<TokenStream> {
    let imports = Import::parse_all.parse2(input)?;
    Ok(imports.iter().map(import).collect())
}

/// Returns the code of a model, or its errors.
fn import(import: &Import) -> TokenStream {
    network(import).unwrap_or_else(|errors| recovery::code(errors, &MacroPosition::Item(import.item()), &[]))
}

fn network(import: &Import) -> Result<TokenStream, Errors> {
    let (path, model) = read(import)?;
    let statements = statements(import, &model)?;
    let graphs: Vec<_> = statements.networks.iter().map(Statements::analyze).collect::<Result<_, _>>()?;
    let network: TokenStream = graphs.iter().map(expand::network).collect();
    let pretrained = pretrained(import, &path, &model.parameters);
    Ok(quote_spanned! { import.path.span()=> #network #pretrained })
}

/// Returns the path of the file and its translation.
fn read(import: &Import) -> Result<(String, LoweredModel), Errors> {
    let lowered = model::read(&import.file(), import.limits).and_then(|(path, model)| Ok((path, lower::lower(model)?)));
    lowered.map_err(|messages| {
        let mut errors = Errors::default();
        messages.into_iter().for_each(|message| errors.add(&import.path, message));
        errors
    })
}

/// Returns the syntax tree of the model, as if it were written with `functional!`.
fn statements(import: &Import, model: &LoweredModel) -> Result<Networks<Statements>, Errors> {
    let LoweredModel { statements, scalar, .. } = model;
    let Item { attributes, visibility, name, .. } = import.item();
    let span = import.path.span();
    let statements = at(statements.clone(), span);
    let written = quote_spanned! { span=> #(#attributes)* #visibility struct #name: #scalar { #statements } };
    syn::parse2(written).map_err(|error| {
        let mut errors = Errors::default();
        errors.push(error);
        errors
    })
}

/// Returns the code for the weights of the file.
fn pretrained(import: &Import, path: &str, parameters: &[u8]) -> TokenStream {
    let name = import.item().name;
    let bytes = Literal::byte_string(parameters);
    let count = parameters.len();
    let doc = format!(" Returns a network with the weights of `{}`.", import.path.value());
    let constant_doc = format!(" The network with the weights of `{}`.", import.path.value());
    quote_spanned! { import.path.span()=>
        const _: () = {
            // The compiler rebuilds the program after a change of the file.
            const _: &[::core::primitive::u8] = ::core::include_bytes!(#path);
            const PARAMETERS: &[::core::primitive::u8; #count] = #bytes;
            #[allow(dead_code)]
            impl #name {
                #[doc = #doc]
                #[must_use]
                pub fn pretrained() -> ::mlp::__private::Made<Self> {
                    ::mlp::__private::made(PARAMETERS)
                }

                #[doc = #constant_doc]
                ///
                /// On a microcontroller, a `static` with this value is stored in flash.
                #[cfg(target_endian = "little")]
                // SAFETY: a network consists of its parameters only, contiguous in memory, and every bit pattern is a
                // valid scalar.
                pub const PRETRAINED: Self = unsafe { ::core::mem::transmute(*PARAMETERS) };
            }
        };
    }
}

/// Returns the same tokens with another span, where all errors about them point.
fn at(tokens: TokenStream, span: Span) -> TokenStream {
    let moved = |token| match token {
        TokenTree::Group(group) => {
            let mut group = Group::new(group.delimiter(), at(group.stream(), span));
            group.set_span(span);
            TokenTree::Group(group)
        }
        mut other => {
            other.set_span(span);
            other
        }
    };
    tokens.into_iter().map(moved).collect()
}
