//! The network as a layer.

use proc_macro2::TokenStream;

use super::{Code, types};

impl Code<'_> {
    pub(super) fn layer(&self) -> TokenStream {
        let (impls, generics, _) = self.generics.split_for_impl();
        let (name, first, last) = (&self.name, &self.types[0], &self.types[self.types.len() - 1]);
        let new_cache = self.new_cache();
        let methods = [self.initialize(), self.forward(), self.backward(), self.predict_one(), self.update()];
        code! {
            impl #impls __mlp::Layer for #name #generics {
                type Input = <#first as __mlp::Layer>::Input;
                type Output = <#last as __mlp::Layer>::Output;
                type Options = __Options #generics;
                type Cache = __Cache #generics;

                fn cache(samples: usize) -> Self::Cache {
                    #new_cache
                }

                #(#methods)*

                fn summarize(name: &str, summary: &mut __mlp::Summary) {
                    summary.row(name, <Self as __mlp::Network>::KIND, __mlp::outputs::<Self>(), <Self as __mlp::Parameters>::COUNT);
                }
            }
        }
    }

    fn initialize(&self) -> TokenStream {
        let names = &self.names;
        code! {
            fn initialize(&mut self, options: &Self::Options, generator: &mut __mlp::Generator) {
                #(__mlp::Layer::initialize(&mut self.#names, &options.#names, generator);)*
            }
        }
    }

    fn update(&self) -> TokenStream {
        let names = &self.names;
        let scalar = types::scalar(self.graph.scalar);
        code! {
            fn update<const __MOMENTS: usize>(
                &mut self,
                options: &Self::Options,
                gradient: &Self,
                mut moments: [&mut Self; __MOMENTS],
                rule: &impl ::core::ops::Fn(&mut [#scalar], &[#scalar], [&mut [#scalar]; __MOMENTS]),
            ) {
                #(
                    __mlp::Layer::update(
                        &mut self.#names,
                        &options.#names,
                        &gradient.#names,
                        moments.each_mut().map(|moment| &mut moment.#names),
                        rule,
                    );
                )*
            }
        }
    }
}
