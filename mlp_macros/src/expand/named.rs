//! The values of a network with several inputs or outputs, by name.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens as _;
use syn::Ident;
use syn::ext::IdentExt as _;

use super::Expansion;
use crate::ast::MacroPosition;

impl Expansion<'_> {
    /// `NetInputs { a, b }` and `NetOutputs { c, d }`, where there are several.
    pub(super) fn named(&self) -> TokenStream {
        let inputs: Vec<_> = self.graph.inputs.iter().filter_map(|input| input.name.cloned()).collect();
        let outputs: Vec<_> = self.graph.outputs.iter().map(|output| output.name.clone()).collect();
        let all = [(inputs, "Inputs", "inputs"), (outputs, "Outputs", "outputs")];
        all.iter()
            .filter(|(names, ..)| names.len() > 1)
            .map(|(names, suffix, what)| self.values(names, suffix, what))
            .collect()
    }

    fn values(&self, names: &[Ident], suffix: &str, what: &str) -> TokenStream {
        let MacroPosition::Item(item) = &self.graph.head.position else { return TokenStream::new() };
        let visibility = item.visibility.to_token_stream();
        let name = Ident::new(&format!("{}{suffix}", item.name.unraw()), item.name.span());
        let doc = format!(" The {what} of [`{}`] by name: data, targets or predictions.", item.name.unraw());
        let numbered = |letter: &str| -> Vec<Ident> {
            (0..names.len()).map(|index| Ident::new(&format!("__{letter}{index}"), Span::mixed_site())).collect()
        };
        let (types, shapes) = (numbered("X"), numbered("S"));
        let docs = names.iter().map(|name| format!(" Of `{}`.", name.unraw()));
        let data = self.data(&name, names, &types, &shapes);
        let cfg = self.attributes().iter().filter(|attribute| attribute.path().is_ident("cfg"));
        code! {
            #(#cfg)*
            #[doc = #doc]
            #[allow(dead_code)]
            #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug, ::core::cmp::PartialEq)]
            #visibility struct #name<#(#types),*> {
                #(#[doc = #docs] pub #names: #types,)*
            }
            #data
        }
    }

    /// Implements `Data` for a struct of values, as for the tuple of them. A macro of `mlp` omits it without std.
    fn data(&self, name: &Ident, names: &[Ident], types: &[Ident], shapes: &[Ident]) -> TokenStream {
        let scalar = self.scalar();
        let cfg = self.cfg();
        code! {
            #(#cfg)*
            impl<#(#types),*> ::core::convert::From<(#(#types),*)> for #name<#(#types),*> {
                fn from((#(#names),*): (#(#types),*)) -> Self {
                    Self { #(#names),* }
                }
            }
            #(#cfg)*
            ::mlp::__private::implement_data! {
                #name<#(#types),*> [#(#shapes),*] [#(#names),*] ::core::primitive::#scalar
            }
        }
    }
}
