//! What a person would write by hand: one call a layer, forward and backward.

use proc_macro2::TokenStream;
use syn::Ident;

use super::Code;
use super::cache::gradient;
use crate::graph::Value;

impl Code<'_> {
    pub(super) fn forward(&self) -> TokenStream {
        let steps = (0..self.graph.steps.len()).map(|step| self.forward_step(step));
        let samples = self.samples(code! { input });
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
        let input = self.value(self.graph.steps[step].input, code! { input });
        let output = if self.is_last(step) {
            code! { output }
        } else {
            code! { cache.values.#name.tile_mut(__mlp::Layer::outputs(&self.#name), samples) }
        };
        code! {
            __mlp::Layer::forward(&self.#name, &options.#name, mode, #input, #output, &mut cache.layers.#name);
        }
    }

    pub(super) fn backward(&self) -> TokenStream {
        let steps = (0..self.graph.steps.len()).rev().map(|step| self.backward_step(step));
        let samples = self.samples(code! { pass.input });
        code! {
            fn backward(&self, options: &Self::Options, pass: __mlp::Backward<'_, Self>, cache: &mut Self::Cache) {
                #samples
                #(#steps)*
            }
        }
    }

    fn backward_step(&self, step: usize) -> TokenStream {
        let name = self.step_name(step);
        let from = self.graph.steps[step].input;
        let input = self.value(from, code! { pass.input });
        let (output, output_gradient) = if self.is_last(step) {
            (code! { pass.output }, code! { pass.output_gradient })
        } else {
            (self.value(Value::Step(step), TokenStream::new()), self.gradient(step))
        };
        let input_gradient = match from {
            Value::Input => code! { pass.input_gradient },
            Value::Step(step) => {
                let gradient = self.gradient(step);
                code! { ::core::option::Option::Some(#gradient) }
            }
        };
        code! {
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

    pub(super) fn predict_one(&self) -> TokenStream {
        let last = self.graph.steps.len() - 1;
        let steps = (0..last).map(|step| {
            let (name, value) = (self.step_name(step), self.predict_step(step));
            code! { let #name = #value; }
        });
        let output = self.predict_step(last);
        code! {
            #[inline(always)]
            fn predict_one(
                &self,
                options: &Self::Options,
                input: &<Self::Input as __mlp::Shape>::Sample<Self::Scalar>,
            ) -> <Self::Output as __mlp::Shape>::Sample<Self::Scalar> {
                #(#steps)*
                #output
            }
        }
    }

    fn predict_step(&self, step: usize) -> TokenStream {
        let name = self.step_name(step);
        let input = match self.graph.steps[step].input {
            Value::Input => code! { input },
            Value::Step(from) => {
                let name = self.step_name(from);
                code! { &#name }
            }
        };
        code! { __mlp::Layer::predict_one(&self.#name, &options.#name, #input) }
    }

    /// The name under which the layer of a step is known.
    pub(super) fn step_name(&self, step: usize) -> &Ident {
        self.names[self.graph.steps[step].layer]
    }

    fn is_last(&self, step: usize) -> bool {
        step + 1 == self.graph.steps.len()
    }

    fn samples(&self, input: TokenStream) -> Option<TokenStream> {
        (self.graph.steps.len() > 1).then(|| code! { let samples = #input.samples(); })
    }

    fn value(&self, value: Value, input: TokenStream) -> TokenStream {
        match value {
            Value::Input => input,
            Value::Step(step) => {
                let name = self.step_name(step);
                code! { cache.values.#name.tile(__mlp::Layer::outputs(&self.#name), samples) }
            }
        }
    }

    fn gradient(&self, step: usize) -> TokenStream {
        let (name, slot) = (self.step_name(step), gradient(self.plan.slot(step)));
        code! { cache.#slot.tile_mut(__mlp::Layer::outputs(&self.#name), samples) }
    }
}
