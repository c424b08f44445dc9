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
            inputs => self.together((0..inputs.len()).map(|input| Value::whole(Source::Input(input)))),
        }
    }

    /// The shape of all outputs together.
    fn whole_output(&self) -> TokenStream {
        match self.graph.outputs.as_slice() {
            [output] if self.has_one_output_at_the_end() => match output.value.source {
                Source::Step(step) => self.output_shape(step),
                Source::Input(_) => self.shape(&output.value),
            },
            outputs => self.together(outputs.iter().map(|output| output.value.clone())),
        }
    }

    fn together(&self, values: impl Iterator<Item = Value>) -> TokenStream {
        let shapes: Vec<_> = values.map(|value| self.shape(&value)).collect();
        match shapes.as_slice() {
            [shape] => shape.clone(),
            _ => code! { (#(#shapes),*) },
        }
    }

    /// Where sizes are known, how many features: `Concatenate` gives several values joined, whose users want a number.
    fn output_shape(&self, step: usize) -> TokenStream {
        types::output(self.called(step))
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
            summary.network::<Self>(name);
        }
    }
}
