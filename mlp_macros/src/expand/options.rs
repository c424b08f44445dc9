//! The hyper-parameters of all layers.

use proc_macro2::TokenStream;

use super::Code;

impl Code<'_> {
    pub(super) fn options(&self) -> TokenStream {
        let Self { names, types, generics, .. } = self;
        let (impls, arguments, _) = generics.split_for_impl();
        let values = (0..names.len()).map(|layer| self.option(layer));
        code! {
            pub struct __Options #generics {
                #(#names: <#types as __mlp::Layer>::Options,)*
            }
            impl #impls ::core::default::Default for __Options #arguments {
                fn default() -> Self {
                    Self { #(#names: #values,)* }
                }
            }
        }
    }

    /// Each option is a call of the method of its name.
    fn option(&self, layer: usize) -> TokenStream {
        let arguments = self.graph.layers[layer].written.call.arguments.as_ref();
        let settings = arguments.into_iter().flat_map(|arguments| &arguments.settings);
        let calls = settings.map(|setting| {
            let (name, value) = (&setting.name, &setting.value);
            code! { .#name(#value) }
        });
        code! { ::core::default::Default::default() #(#calls)* }
    }
}
