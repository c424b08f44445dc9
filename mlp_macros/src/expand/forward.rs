//! What a person would write by hand: one call a layer.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens as _;
use syn::Ident;

use super::{Code, Layer};
use crate::graph::{Source, Value};

impl Code<'_> {
    pub(super) fn forward(&self) -> TokenStream {
        let steps = self.steps().map(|step| self.forward_step(step));
        let samples = self.samples(&code! { input }, false);
        let is_given =
            |index: usize| self.graph.outputs.iter().any(|output| output.value.source == Source::Input(index));
        let inputs = self.input_parts(&code! { input }, |index| self.is_taken(index, |_| true) || is_given(index));
        let outputs = self.output_parts(&code! { output });
        let copies = self.plan.copies.iter().map(|&(output, _)| self.copy(output));
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
                #inputs
                #outputs
                #(#steps)*
                #(#copies)*
            }
        }
    }

    /// Splits a tile into the network's outputs, unless the last step alone writes all of it.
    fn output_parts(&self, tile: &TokenStream) -> TokenStream {
        if self.has_one_output_at_the_end() {
            return TokenStream::new();
        }
        let last = self.graph.outputs.len() - 1;
        let parts = (0..=last).map(|index| {
            let name = self.output_name(index);
            let features = self.run_time_features(&self.graph.outputs[index].value);
            match index == last {
                true => code! { let mut #name = #tile; },
                false => code! { let (mut #name, #tile) = #tile.split_at(#features); },
            }
        });
        parts.collect()
    }

    /// The variable of an output's tile: that of the step whose value lies there.
    pub(super) fn output_name(&self, output: usize) -> TokenStream {
        match self.plan.output_of_step.iter().position(|home| *home == Some(output)) {
            Some(step) => self.graph.steps[step].name.to_token_stream(),
            None => numbered("output", output).to_token_stream(),
        }
    }

    /// Whether the only output is what the last step gives, and nothing else takes it.
    pub(super) fn has_one_output_at_the_end(&self) -> bool {
        let last = self.graph.steps.len().checked_sub(1);
        let is_last = |value: &Value| last.is_some_and(|last| *value == Value::whole(Source::Step(last)));
        matches!(self.graph.outputs.as_slice(), [output] if is_last(&output.value))
    }

    fn forward_step(&self, step: usize) -> TokenStream {
        let Layer { name: layer, call, .. } = self.called(step);
        let name = &self.graph.steps[step].name;
        let (joined, input) = self.forward_input(step);
        let (place, output) = match self.plan.output_of_step[step] {
            Some(_) if self.has_one_output_at_the_end() => (None, code! { output }),
            Some(_) => (None, code! { #name.reborrow() }),
            None => {
                let passing = numbered("passing", self.plan.inference_buffer(step));
                let place = code_at! { call=>
                    let mut #name = cache
                        .values
                        .#name
                        .tile_mut_or(&mut cache.#passing, __mlp::Layer::outputs(&self.#layer), samples);
                };
                (Some(place), code! { #name.reborrow() })
            }
        };
        code_at! { call=>
            #joined
            #place
            __mlp::Layer::forward(
                &self.#layer,
                &options.#layer,
                mode.reborrow(),
                #input,
                #output,
                &mut cache.layers.#name,
            );
        }
    }

    /// The place where several arguments are put together, and the tile that the layer takes.
    fn forward_input(&self, step: usize) -> (Option<TokenStream>, TokenStream) {
        let arguments = &self.graph.steps[step].arguments;
        let tiles: Vec<_> = arguments.iter().map(|argument| self.forward_tile(&argument.value)).collect();
        if let [tile] = tiles.as_slice() {
            return (None, tile.clone());
        }
        let Layer { name: layer, call, .. } = self.called(step);
        let name = &self.graph.steps[step].name;
        let place = code_at! { call=>
            let mut joined = cache
                .joined
                .#name
                .tile_mut_or(&mut cache.passing_joined, __mlp::Layer::inputs(&self.#layer), samples);
            __mlp::join(joined.reborrow(), [#(#tiles),*]);
        };
        (Some(place), code! { joined.as_tile() })
    }

    fn forward_tile(&self, value: &Value) -> TokenStream {
        let whole = match value.source {
            Source::Input(input) => self.input_tile(input, &code! { input }),
            Source::Step(from) => {
                let from = &self.graph.steps[from].name;
                code! { #from.as_tile() }
            }
        };
        self.part(value, &whole)
    }

    /// An output that is a copy.
    fn copy(&self, output: usize) -> TokenStream {
        let (name, tile) = (self.output_name(output), self.forward_tile(&self.graph.outputs[output].value));
        code! { #name.copy_from(#tile); }
    }

    /// The number of samples, where a tile has to be made.
    pub(super) fn samples(&self, input: &TokenStream, with_scratch: bool) -> Option<TokenStream> {
        let makes_tiles = |step: usize| {
            self.plan.output_of_step[step].is_none()
                || self.graph.steps[step].arguments.len() > 1
                || (with_scratch && self.plan.needs_scratch(step))
        };
        self.steps().any(makes_tiles).then(|| code! { let samples = #input.samples(); })
    }

    /// The steps that take several values.
    pub(super) fn joins(&self) -> impl Iterator<Item = usize> {
        self.steps().filter(|&step| self.graph.steps[step].arguments.len() > 1)
    }
}

/// `gradient_1`, counted from 1.
pub(super) fn numbered(name: &str, index: usize) -> Ident {
    Ident::new(&format!("{name}_{}", index + 1), Span::mixed_site())
}
