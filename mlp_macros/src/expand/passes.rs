//! What a person would write by hand: forward and backward, one call a layer.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::Ident;
use syn::spanned::Spanned as _;

use super::{Code, types};
use crate::graph::Value;

impl Code<'_> {
    pub(super) fn forward(&self) -> TokenStream {
        let steps = self.steps().map(|step| self.forward_step(step));
        let samples = self.samples(&code! { input });
        code! {
            fn forward(
                &self,
                options: &Self::Options,
                mode: __mlp::Mode,
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
        let name = self.step_name(step);
        let input = match self.graph.steps[step].input {
            Value::Input => code! { input },
            Value::Step(from) => {
                let from = self.step_name(from);
                code! { #from.as_tile() }
            }
        };
        let call = |output| {
            code! { __mlp::Layer::forward(&self.#name, &options.#name, mode, #input, #output, &mut cache.layers.#name); }
        };
        if self.is_last(step) {
            return call(code! { output });
        }
        let call = call(code! { #name.reborrow() });
        code! {
            let mut #name = cache.values.#name.tile_mut(__mlp::Layer::outputs(&self.#name), samples);
            #call
        }
    }

    pub(super) fn backward(&self) -> TokenStream {
        let samples = self.samples(&code! { pass.input });
        let values = self.inner_names();
        let steps = self.steps().rev().map(|step| self.backward_step(step));
        code! {
            fn backward(&self, options: &Self::Options, pass: __mlp::Backward<'_, Self>, cache: &mut Self::Cache) {
                #samples
                #(let #values = cache.values.#values.tile(__mlp::Layer::outputs(&self.#values), samples);)*
                #(#steps)*
            }
        }
    }

    fn backward_step(&self, step: usize) -> TokenStream {
        let name = self.step_name(step);
        let (place, input, input_gradient) = self.backward_input(step);
        let (output, output_gradient) = self.backward_output(step);
        code! {
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

    /// The place of the input's gradient, the input, and the gradient.
    fn backward_input(&self, step: usize) -> (TokenStream, TokenStream, TokenStream) {
        let Value::Step(from) = self.graph.steps[step].input else {
            return (TokenStream::new(), code! { pass.input }, code! { pass.input_gradient });
        };
        let (name, slot) = (self.step_name(from), self.gradient(from));
        let place = code! { let mut #slot = cache.#slot.tile_mut(__mlp::Layer::outputs(&self.#name), samples); };
        (place, code! { #name }, code! { ::core::option::Option::Some(#slot.reborrow()) })
    }

    fn backward_output(&self, step: usize) -> (TokenStream, TokenStream) {
        if self.is_last(step) {
            return (code! { pass.output }, code! { pass.output_gradient });
        }
        let (name, slot) = (self.step_name(step), self.gradient(step));
        (code! { #name }, code! { #slot })
    }

    pub(super) fn predict_one(&self) -> TokenStream {
        let steps = self.steps().map(|step| self.predict_step(step));
        code! {
            #[inline(always)]
            fn predict_one(
                &self,
                options: &Self::Options,
                input: &<Self::Input as __mlp::Shape>::Sample<Self::Scalar>,
            ) -> <Self::Output as __mlp::Shape>::Sample<Self::Scalar> {
                #(#steps)*
            }
        }
    }

    fn predict_step(&self, step: usize) -> TokenStream {
        let name = self.step_name(step);
        let input = match self.graph.steps[step].input {
            Value::Input => code! { input },
            Value::Step(from) => self.connection(from, step),
        };
        let output = code! { __mlp::Layer::predict_one(&self.#name, &options.#name, #input) };
        if self.is_last(step) {
            output
        } else {
            code! { let #name = #output; }
        }
    }

    /// One layer's output as the next one's input. Where the macro cannot compare the sizes, the compiler does, and what
    /// it says points at the size that the second layer takes.
    fn connection(&self, from: usize, to: usize) -> TokenStream {
        let value = self.step_name(from);
        if !self.graph.steps[to].compare {
            return code! { &#value };
        }
        let (gives, takes) = (self.given(from), self.taken(to));
        let span = takes.span();
        quote_spanned! { span=> &<__mlp::Connection as __mlp::Fits<#gives, #takes>>::fit(#value) }
    }

    fn given(&self, step: usize) -> TokenStream {
        let layer = self.graph.steps[step].layer;
        let features = |ty| code! { { <<#ty as __mlp::Layer>::Output as __mlp::Shape>::FEATURES } };
        match self.graph.layers[layer].written.call.sizes() {
            Some(sizes) => types::constant(sizes.output()),
            None => features(&self.types[layer]),
        }
    }

    fn taken(&self, step: usize) -> TokenStream {
        let layer = self.graph.steps[step].layer;
        let call = &self.graph.layers[layer].written.call;
        let ty = &self.types[layer];
        match call.sizes() {
            Some(sizes) => types::constant(sizes.input()),
            None => {
                quote_spanned! { call.kind().span()=> { <<#ty as __mlp::Layer>::Input as __mlp::Shape>::FEATURES } }
            }
        }
    }

    fn steps(&self) -> std::ops::Range<usize> {
        0..self.graph.steps.len()
    }

    /// The name under which the layer of a step is known.
    pub(super) fn step_name(&self, step: usize) -> &Ident {
        self.names[self.graph.steps[step].layer]
    }

    fn is_last(&self, step: usize) -> bool {
        step + 1 == self.graph.steps.len()
    }

    fn samples(&self, input: &TokenStream) -> Option<TokenStream> {
        (self.graph.steps.len() > 1).then(|| code! { let samples = #input.samples(); })
    }
}
