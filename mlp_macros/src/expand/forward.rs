//! Generates `forward`: one call per layer.

use proc_macro2::TokenStream;
use quote::ToTokens as _;

use super::cache::{joined, numbered, own};
use super::{Expansion, Layer};
use crate::graph::{Source, Value};

impl Expansion<'_> {
    pub(super) fn forward(&self) -> TokenStream {
        let steps = self.steps().map(|step| self.forward_step(step));
        let samples = self.joins().next().map(|_| code! { let samples = input.samples(); });
        let is_output =
            |index: usize| self.graph.outputs.iter().any(|output| output.value.source == Source::Input(index));
        let inputs = self.input_parts(&code! { input }, |index| self.is_taken(index, |_| true) || is_output(index));
        let outputs = self.output_parts(&code! { output });
        let copies = self.plan.copies.iter().map(|&(output, _)| self.copy(output));
        code! {
            fn forward<__M: __mlp::Memory>(
                &self,
                options: &Self::Options,
                mut mode: __mlp::Mode<'_>,
                input: __mlp::Tile<'_, Self::Scalar>,
                output: __mlp::TileMut<'_, Self::Scalar>,
                cache: &mut Self::Cache<__M>,
            ) {
                if options.__frozen {
                    mode = mode.frozen();
                }
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
            if index == last {
                return code! { let mut #name = #tile; };
            }
            code! { let (mut #name, #tile) = #tile.split_at(#features); }
        });
        parts.collect()
    }

    /// Returns the variable of an output's tile: that of the step that writes it.
    pub(super) fn output_name(&self, output: usize) -> TokenStream {
        match self.plan.output_of_step.iter().position(|written| *written == Some(output)) {
            Some(step) => self.graph.steps[step].name.to_token_stream(),
            None => numbered("output", output).to_token_stream(),
        }
    }

    /// Returns whether the last step writes the only output.
    pub(super) fn has_one_output_at_the_end(&self) -> bool {
        let last = self.graph.steps.len().checked_sub(1);
        let is_last = |value: &Value| last.is_some_and(|last| *value == Value::whole(Source::Step(last)));
        matches!(self.graph.outputs.as_slice(), [output] if is_last(&output.value))
    }

    fn forward_step(&self, step: usize) -> TokenStream {
        let Layer { name: layer, call, alias, .. } = self.called(step);
        let name = &self.graph.steps[step].name;
        let (concatenation, input) = self.forward_input(step);
        let output = match self.plan.output_of_step[step] {
            None => {
                let shared = numbered("inference", self.plan.inference_buffer(step));
                return code_at! { call=>
                    #concatenation
                    let #name = __mlp::Step::<_, #alias>::forward(
                        &mut cache.#name,
                        (&self.#layer, &options.#layer),
                        mode.reborrow(),
                        #input,
                        &mut cache.#shared,
                    );
                };
            }
            Some(_) if self.has_one_output_at_the_end() => code! { output },
            Some(_) => code! { #name.reborrow() },
        };
        code_at! { call=>
            #concatenation
            __mlp::forward::<_, #alias>(
                (&self.#layer, &options.#layer),
                mode.reborrow(),
                #input,
                #output,
                &mut cache.#name,
            );
        }
    }

    /// Returns the concatenation of several arguments, and the tile that the layer reads.
    fn forward_input(&self, step: usize) -> (Option<TokenStream>, TokenStream) {
        let arguments = &self.graph.steps[step].arguments;
        let tiles: Vec<_> = arguments.iter().map(|argument| self.forward_tile(&argument.value)).collect();
        if let [tile] = tiles.as_slice() {
            return (None, tile.clone());
        }
        let Layer { name: layer, call, alias, .. } = self.called(step);
        let (field, shared) = (joined(&self.graph.steps[step].name), own("inference_joined"));
        let concatenation = code_at! { call=>
            let mut joined = __mlp::TileBuffer::tile_mut_or_shared(
                &mut cache.#field,
                &mut cache.#shared,
                <#alias as __mlp::Module>::inputs(&self.#layer),
                samples,
            );
            __mlp::concatenate(joined.reborrow(), [#(#tiles),*]);
        };
        (Some(concatenation), code! { joined.as_tile() })
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

    /// Copies a value to an output.
    fn copy(&self, output: usize) -> TokenStream {
        let (name, tile) = (self.output_name(output), self.forward_tile(&self.graph.outputs[output].value));
        code! { #name.copy_from(#tile); }
    }

    /// Returns the steps with several arguments.
    pub(super) fn joins(&self) -> impl Iterator<Item = usize> {
        self.steps().filter(|&step| self.graph.steps[step].arguments.len() > 1)
    }
}
