//! A model of ONNX as a network: `item` reads the macro's tokens, `model` the file, `patterns` finds what exporters have taken
//! apart, `lower` writes what someone would have written by hand, for `functional!`, and collects the weights.

mod arithmetic;
mod item;
mod layers;
mod lower;
mod model;
mod patterns;
mod structure;
#[cfg(test)]
mod tests;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::parse::Parser as _;

use crate::ast::{Networks, Place, Statements};
use crate::errors::Errors;
use crate::graph::Checked as _;
use item::Import;
use lower::Lowered;

/// The code of all models, or their errors.
pub(crate) fn imports(input: TokenStream) -> syn::Result<TokenStream> {
    let imports = Import::all.parse2(input)?;
    Ok(imports.iter().map(import).collect())
}

fn import(import: &Import) -> TokenStream {
    let lowered = model::read(&import.file()).and_then(|(bytes, model)| Ok((bytes, lower::lower(&model)?)));
    let (path, lowered) = match lowered {
        Ok((path, lowered)) => (path, lowered),
        Err(problems) => {
            let mut errors = Errors::default();
            problems.into_iter().for_each(|problem| errors.add(&import.path, problem));
            return errors.emit(&Place::Item(import.item()));
        }
    };
    let Lowered { statements, scalar, parameters } = lowered;
    let item = import.item();
    let (attributes, visibility, name) = (&item.attributes, &item.visibility, &item.name);
    let span = import.path.span();
    let statements = at(statements, span);
    let written = quote_spanned! { span=> #(#attributes)* #visibility struct #name: #scalar { #statements } };
    let network = match syn::parse2::<Networks<Statements>>(written) {
        Ok(written) => match written.networks.iter().map(Statements::check).collect::<Result<Vec<_>, _>>() {
            Ok(graphs) => graphs.iter().map(crate::expand::network).collect::<TokenStream>(),
            Err(errors) => return errors.emit(&Place::Item(item)),
        },
        Err(error) => return error.into_compile_error(),
    };
    let numbers = proc_macro2::Literal::byte_string(&parameters);
    let count = parameters.len();
    let doc = format!(" With the weights of `{}`.", import.path.value());
    quote_spanned! { span=>
        #network
        const _: () = {
            // Named, so that a change of the file is a change of this program.
            const _: &[::core::primitive::u8] = ::core::include_bytes!(#path);
            const PARAMETERS: &[::core::primitive::u8; #count] = #numbers;
            #[allow(dead_code)]
            impl #name {
                #[doc = #doc]
                #[must_use]
                pub fn pretrained() -> ::mlp::__private::Made<Self> {
                    ::mlp::__private::made(PARAMETERS)
                }

                #[doc = #doc]
                ///
                /// As a constant: a `static` of it lies in flash on a microcontroller.
                #[cfg(target_endian = "little")]
                // SAFETY: a network is nothing but its parameters, one after the other, and any scalar is one.
                pub const PRETRAINED: Self = unsafe { ::core::mem::transmute(*PARAMETERS) };
            }
        };
    }
}

/// The same tokens in another place: a message about any of them points there.
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
