//! The hyper-parameters of all layers.

use proc_macro2::TokenStream;

use super::{Expansion, Layer};
use crate::ast::Setting;

impl Expansion<'_> {
    pub(super) fn options(&self) -> TokenStream {
        let generics = &self.generics;
        let (impls, arguments, _) = generics.split_for_impl();
        let fields = self.each(|Layer { name, call, alias, .. }| {
            code_at! { call=> #name: __mlp::Options<#alias>, }
        });
        if self.layers.iter().all(|layer| settings(layer).next().is_none()) {
            return code! { #[derive(::core::default::Default)] pub struct __Options #generics { #fields } };
        }
        let values = self.each(value);
        code! {
            pub struct __Options #generics { #fields }
            impl #impls ::core::default::Default for __Options #arguments {
                fn default() -> Self {
                    Self { #values }
                }
            }
        }
    }
}

/// Returns the options that a layer is written with.
fn settings<'a>(layer: &Layer<'a>) -> impl Iterator<Item = &'a Setting> + use<'a> {
    layer.call.arguments.iter().flat_map(|arguments| &arguments.settings)
}

/// Returns the options of a layer: for each, a call of the method of its name.
fn value(layer: &Layer) -> TokenStream {
    let Layer { name, call, alias, .. } = layer;
    let calls: TokenStream = settings(layer)
        .map(|setting| {
            let (name, value) = (&setting.name, &setting.value);
            code! { .#name(#value) }
        })
        .collect();
    if calls.is_empty() {
        return code_at! { call=> #name: ::core::default::Default::default(), };
    }
    code_at! { call=> #name: <__mlp::Options<#alias> as ::core::default::Default>::default() #calls, }
}
