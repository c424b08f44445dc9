//! What a person would write by hand: forward and backward, one call a layer.

use proc_macro2::TokenStream;

use super::{Code, Layer};
use crate::graph::Value;

impl Code<'_> {
    pub(super) fn forward(&self) -> TokenStream {
        let steps = self.steps().map(|step| self.forward_step(step));
        let samples = self.samples(&code! { input });
        code! {
            fn forward(
                &self,
                options: &Self::Options,
                mut mode: __mlp::Mode<'_>,
                input: __mlp::Tile<'_, Self::Scalar>,
                output: __mlp::TileMut<'_, Self::Scalar>,
                cache: &mut Self::Cache,
            ) {
                #samples
                #(#steps)*
            }
        }
    }

    fn forward_step(&self, step: usize) -> TokenStream {
        let Layer { name, call, .. } = self.called(step);
        let input = match self.graph.steps[step].input {
            Value::Input => code! { input },
            Value::Step(from) => {
                let from = self.called(from).name;
                code! { #from.as_tile() }
            }
        };
        let tile = code_at! { call=> cache.values.#name.tile_mut(__mlp::Layer::outputs(&self.#name), samples) };
        let (place, output) = if self.is_last(step) {
            (None, code! { output })
        } else {
            (Some(code! { let mut #name = #tile; }), code! { #name.reborrow() })
        };
        code_at! { call=>
            #place
            __mlp::Layer::forward(&self.#name, &options.#name, mode.reborrow(), #input, #output, &mut cache.layers.#name);
        }
    }

    pub(super) fn backward(&self) -> TokenStream {
        let samples = self.samples(&code! { pass.input });
        let values = self.steps().filter(|step| !self.is_last(*step)).map(|step| {
            let Layer { name, call, .. } = self.called(step);
            code_at! { call=> let #name = cache.values.#name.tile(__mlp::Layer::outputs(&self.#name), samples); }
        });
        let steps = self.steps().rev().map(|step| self.backward_step(step));
        code! {
            fn backward(&self, options: &Self::Options, pass: __mlp::Backward<'_, Self>, cache: &mut Self::Cache) {
                #samples
                #(#values)*
                #(#steps)*
            }
        }
    }

    fn backward_step(&self, step: usize) -> TokenStream {
        let Layer { name, call, .. } = self.called(step);
        let (place, input, input_gradient) = self.backward_input(step);
        let (output, output_gradient) = self.backward_output(step);
        code_at! { call=>
            #place
            __mlp::Layer::backward(
                &self.#name,
                &options.#name,
                __mlp::Backward {
                    input: #input,
                    output: #output,
                    output_gradient: #output_gradient,
                    input_gradient: #input_gradient,
                    gradient: &mut pass.gradient.#name,
                },
                &mut cache.layers.#name,
            );
        }
    }

    /// The place of the gradient by the input, the input, and that gradient.
    fn backward_input(&self, step: usize) -> (Option<TokenStream>, TokenStream, TokenStream) {
        let Value::Step(from) = self.graph.steps[step].input else {
            return (None, code! { pass.input }, code! { pass.input_gradient });
        };
        let (Layer { name, call, .. }, slot) = (self.called(from), self.gradient(from));
        let place = code_at! { call=>
            let mut #slot = cache.#slot.tile_mut(__mlp::Layer::outputs(&self.#name), samples);
        };
        (Some(place), code! { #name }, code! { ::core::option::Option::Some(#slot.reborrow()) })
    }

    fn backward_output(&self, step: usize) -> (TokenStream, TokenStream) {
        if self.is_last(step) {
            return (code! { pass.output }, code! { pass.output_gradient });
        }
        let (name, slot) = (self.called(step).name, self.gradient(step));
        (code! { #name }, code! { #slot })
    }

    fn samples(&self, input: &TokenStream) -> Option<TokenStream> {
        (self.graph.steps.len() > 1).then(|| code! { let samples = #input.samples(); })
    }
}
