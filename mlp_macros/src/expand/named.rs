//! The values of a network with several inputs or outputs, by name.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens as _;
use syn::Ident;
use syn::ext::IdentExt as _;

use super::Code;
use crate::ast::Place;

impl Code<'_> {
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
        let Place::Item(item) = &self.graph.head.place else { return TokenStream::new() };
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

    /// A struct of values is what the tuple of them is.
    fn data(&self, name: &Ident, names: &[Ident], types: &[Ident], shapes: &[Ident]) -> TokenStream {
        let scalar = self.scalar();
        let scalar = code! { ::core::primitive::#scalar };
        let shape = code! { (#(#shapes),*) };
        let tuple = code! { (#(&self.#names),*) };
        let as_data = code! { <(#(&#types),*) as ::mlp::__private::Data<#scalar, #shape>> };
        let cfg = self.attributes().iter().filter(|attribute| attribute.path().is_ident("cfg"));
        code! {
            #(#cfg)*
            const _: () = {
                impl<#(#types),*> ::core::convert::From<(#(#types),*)> for #name<#(#types),*> {
                    fn from((#(#names),*): (#(#types),*)) -> Self {
                        Self { #(#names),* }
                    }
                }
                impl<#(#shapes: ::mlp::__private::Shape,)* #(#types: ::mlp::__private::Data<#scalar, #shapes>),*>
                    ::mlp::__private::Data<#scalar, #shape> for #name<#(#types),*>
                {
                    fn samples(&self) -> ::core::primitive::usize {
                        #as_data::samples(&#tuple)
                    }
                    fn get(
                        &self,
                        sample: ::core::primitive::usize,
                        feature: ::core::primitive::usize,
                    ) -> #scalar {
                        #as_data::get(&#tuple, sample, feature)
                    }
                    fn copy_to(&self, rows: ::mlp::__private::Rows<'_>, tile: ::mlp::__private::TileMut<'_, #scalar>) {
                        #as_data::copy_to(&#tuple, rows, tile);
                    }
                    fn mismatched_rows(
                        &self,
                    ) -> ::core::option::Option<(::core::primitive::usize, ::core::primitive::usize)> {
                        #as_data::mismatched_rows(&#tuple)
                    }
                    fn is_finite(&self) -> ::core::primitive::bool {
                        #as_data::is_finite(&#tuple)
                    }
                }
            };
        }
    }
}
