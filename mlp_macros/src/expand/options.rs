//! The hyper-parameters of all layers.

use proc_macro2::TokenStream;

use super::{Code, Layer};

impl Code<'_> {
    pub(super) fn options(&self) -> TokenStream {
        let (impls, arguments, _) = self.generics.split_for_impl();
        let generics = &self.generics;
        let fields = self.each(|Layer { name, call, ty, .. }| {
            code_at! { call=> #name: <#ty as __mlp::Layer>::Options, }
        });
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

/// Each option is a call of the method of its name.
fn value(Layer { name, call, ty, .. }: &Layer) -> TokenStream {
    let settings = call.arguments.iter().flat_map(|arguments| &arguments.settings);
    let calls: TokenStream = settings
        .map(|setting| {
            let (name, value) = (&setting.name, &setting.value);
            code! { .#name(#value) }
        })
        .collect();
    if calls.is_empty() {
        return code_at! { call=> #name: ::core::default::Default::default(), };
    }
    code_at! { call=> #name: <<#ty as __mlp::Layer>::Options as ::core::default::Default>::default() #calls, }
}
