//! The network as a layer.

use proc_macro2::TokenStream;

use super::{Code, Layer, types};

impl Code<'_> {
    pub(super) fn layer(&self) -> TokenStream {
        let (impls, generics, _) = self.generics.split_for_impl();
        let (name, types) = (&self.name, self.associated_types());
        let methods = [
            self.new_cache(),
            self.initialize(),
            self.forward(),
            self.backward(),
            self.forward_one(),
            self.update(),
            self.penalty(),
            summarize(),
        ];
        code! {
            impl #impls __mlp::Layer for #name #generics {
                #types
                #(#methods)*
            }
        }
    }

    fn associated_types(&self) -> TokenStream {
        let (_, generics, _) = self.generics.split_for_impl();
        let input = types::input(self.called(0));
        let output = types::output(self.called(self.graph.steps.len() - 1));
        let whole_batch =
            self.layers.iter().map(|Layer { call, ty, .. }| code_at! { call=> <#ty as __mlp::Layer>::WHOLE_BATCH });
        code! {
            type Input = #input;
            type Output = #output;
            type Options = __Options #generics;
            type Cache = __Cache #generics;
            const WHOLE_BATCH: ::core::primitive::bool = #(#whole_batch)||*;
        }
    }

    fn initialize(&self) -> TokenStream {
        let layers = self.each(|Layer { name, call, .. }| {
            code_at! { call=> __mlp::Layer::initialize(&mut self.#name, &options.#name, generator); }
        });
        let checks = self.check_parameters();
        code! {
            fn initialize(&mut self, options: &Self::Options, generator: &mut __mlp::Generator) {
                #checks
                #layers
            }
        }
    }

    fn penalty(&self) -> TokenStream {
        let layers = self.layers.iter().map(|Layer { name, call, .. }| {
            code_at! { call=>
                __mlp::Layer::penalty(
                    &self.#name,
                    &options.#name,
                    gradient.as_deref_mut().map(|gradient| &mut gradient.#name),
                )
            }
        });
        code! {
            fn penalty(
                &self,
                options: &Self::Options,
                mut gradient: ::core::option::Option<&mut Self>,
            ) -> ::core::primitive::f64 {
                #(#layers)+*
            }
        }
    }

    fn update(&self) -> TokenStream {
        let scalar = self.scalar();
        let layers = self.each(|Layer { name, call, .. }| {
            code_at! { call=>
                __mlp::Layer::update(
                    &mut self.#name,
                    &options.#name,
                    &gradient.#name,
                    moments.each_mut().map(|moment| &mut moment.#name),
                    rule,
                );
            }
        });
        code! {
            fn update<const __MOMENTS: usize>(
                &mut self,
                options: &Self::Options,
                gradient: &Self,
                mut moments: [&mut Self; __MOMENTS],
                rule: &impl ::core::ops::Fn(&mut [#scalar], &[#scalar], [&mut [#scalar]; __MOMENTS]),
            ) {
                #layers
            }
        }
    }
}

/// Inside another network it is one row.
fn summarize() -> TokenStream {
    code! {
        fn summarize(name: &str, summary: &mut __mlp::Summary) {
            let outputs = <<Self as __mlp::Layer>::Output as __mlp::Shape>::FEATURES;
            let count = <Self as __mlp::Parameters>::COUNT;
            summary.row(name, <Self as __mlp::Network>::KIND, outputs, count);
        }
    }
}
