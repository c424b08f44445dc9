//! The hyper-parameters of all layers.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::ext::IdentExt as _;

use super::{Expansion, Layer, types};
use crate::ast::Setting;

impl Expansion<'_> {
    pub(super) fn options(&self) -> TokenStream {
        let generics = &self.generics;
        let (impls, arguments, _) = generics.split_for_impl();
        let fields = self.each(|Layer { name, call, alias, .. }| {
            code_at! { call=> pub #name: __mlp::Options<#alias>, }
        });
        let trainable = code! {
            impl #impls __Options #arguments {
                /// Sets whether training changes the network. With `trainable = false` it computes as in inference.
                #[must_use]
                pub fn trainable(self, trainable: bool) -> Self {
                    Self { __frozen: !trainable, ..self }
                }
            }
        };
        if self.layers.iter().all(|layer| settings(layer).next().is_none()) {
            return code! {
                #[derive(::core::default::Default)]
                pub struct __Options #generics { #fields __frozen: bool }
                #trainable
            };
        }
        let values = self.each(|layer| self.value(layer));
        code! {
            pub struct __Options #generics { #fields __frozen: bool }
            impl #impls ::core::default::Default for __Options #arguments {
                fn default() -> Self {
                    Self { #values __frozen: false }
                }
            }
            #trainable
        }
    }
}

impl Expansion<'_> {
    /// Returns the options of a layer.
    ///
    /// The type of the default options is erroneous if an option is unknown, so that the compiler reports that once, and lists
    /// the options that exist.
    fn value(&self, layer: &Layer) -> TokenStream {
        let Layer { name, call, alias, .. } = layer;
        let calls = calls(layer);
        if calls.is_empty() {
            return code_at! { call=> #name: ::core::default::Default::default(), };
        }
        let options = self.are_known(layer).map_or_else(
            || code_at! { call=> __mlp::Options<#alias> },
            |are_known| code_at! { call=> <#alias as __mlp::CheckedOptions<{ #are_known }>>::Options },
        );
        code_at! { call=> #name: <#options as ::core::default::Default>::default() #calls, }
    }

    /// Returns the check that a layer has its options. The names do not depend on const parameters, which stable Rust does not
    /// allow in such a check: there, they are 1. Without a check for parameters of other types.
    fn are_known(&self, layer: &Layer) -> Option<TokenStream> {
        let Layer { ty, alias, .. } = layer;
        let ones = types::ones(self.generics.const_params(), ty)?;
        let checks = settings(layer).map(|setting| {
            let name = setting.name.unraw().to_string();
            quote_spanned! { setting.name.span()=> __mlp::has_option::<#alias>(#name) }
        });
        Some(code! { #ones #(#checks)&&* })
    }
}

/// Returns the options that a layer is written with.
fn settings<'a>(layer: &Layer<'a>) -> impl Iterator<Item = &'a Setting> + use<'a> {
    layer.call.arguments.iter().flat_map(|arguments| &arguments.settings)
}

/// Returns the call of the method of each option.
fn calls(layer: &Layer) -> TokenStream {
    settings(layer)
        .map(|setting| {
            let (name, value) = (&setting.name, &setting.value);
            code! { .#name(#value) }
        })
        .collect()
}
