//! The network as a layer.

use proc_macro2::TokenStream;

use super::{Code, Layer, types};
use crate::graph::{Source, Value};

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
            self.export(),
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
        let (input, output) = (self.whole_input(), self.whole_output());
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

    /// The shape of the input: of a chain what the first layer takes, or else of all inputs together.
    fn whole_input(&self) -> TokenStream {
        match self.graph.inputs.as_slice() {
            [input] if input.size.is_none() => types::input(self.called(0)),
            inputs => {
                let shape = |input| self.shape(&Value::whole(Source::Input(input)));
                together(&(0..inputs.len()).map(shape).collect::<Vec<_>>())
            }
        }
    }

    /// The shape of all outputs together.
    fn whole_output(&self) -> TokenStream {
        let shapes: Vec<_> = self.graph.outputs.iter().map(|output| self.output_shape(&output.value)).collect();
        together(&shapes)
    }

    /// The shape of an output: of a chain what its last layer gives.
    fn output_shape(&self, value: &Value) -> TokenStream {
        match value.source {
            Source::Step(step) if self.has_one_output_at_the_end() && self.types.constant(value).is_none() => {
                types::output(self.called(step))
            }
            _ => self.shape(value),
        }
    }

    fn initialize(&self) -> TokenStream {
        let layers = self.each(|Layer { name, call, .. }| {
            code_at! { call=> __mlp::Layer::initialize(&mut self.#name, &options.#name, rng); }
        });
        let checks = self.check_parameters();
        code! {
            fn initialize(&mut self, options: &Self::Options, rng: &mut __mlp::Rng) {
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
        let layers = self.each(|Layer { name, call, .. }| {
            code_at! { call=>
                __mlp::Layer::update(
                    &mut self.#name,
                    &options.#name,
                    &gradient.#name,
                    rule,
                );
            }
        });
        code! {
            fn update(
                &mut self,
                options: &Self::Options,
                gradient: &Self,
                rule: __mlp::UpdateRule<'_, Self::Scalar>,
            ) {
                #layers
            }
        }
    }
}

fn together(shapes: &[TokenStream]) -> TokenStream {
    match shapes {
        [shape] => shape.clone(),
        _ => code! { (#(#shapes),*) },
    }
}

/// Inside another network it is one row.
fn summarize() -> TokenStream {
    code! {
        fn summarize(name: &str, options: &Self::Options, summary: &mut __mlp::Summary) {
            summary.network::<Self>(name, options);
        }
    }
}
