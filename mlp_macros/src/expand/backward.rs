//! The chain rule, one call a layer, from the outputs to the inputs.

use proc_macro2::TokenStream;
use quote::ToTokens as _;

use super::forward::numbered;
use super::{Code, Layer};
use crate::graph::{Source, Value};
use crate::plan::Write;

impl Code<'_> {
    pub(super) fn backward(&self) -> TokenStream {
        let samples = self.samples(&code! { pass.input }, true);
        // What several values are put together to was kept.
        let inputs =
            self.input_parts(&code! { pass.input }, |index| self.is_taken(index, |step| step.arguments.len() == 1));
        let values = self.steps().filter(|&step| self.plan.output_of_step[step].is_none()).map(|step| {
            let (Layer { name: layer, call, .. }, name) = (self.called(step), &self.graph.steps[step].name);
            code_at! { call=> let #name = cache.values.#name.tile(__mlp::Layer::outputs(&self.#layer), samples); }
        });
        let outputs = self.outputs_again();
        let gradient = (!self.passes_input_gradient_on() && self.takes_input())
            .then(|| code! { let mut input_gradient = pass.input_gradient; });
        let copies = self.plan.copies.iter().map(|&(output, write)| {
            let (name, value) = (numbered("output_gradient", output), &self.graph.outputs[output].value);
            self.deliver(value, write, &code! { #name.as_tile() })
        });
        let steps = self.steps().rev().map(|step| self.backward_step(step));
        code! {
            fn backward(&self, options: &Self::Options, pass: __mlp::Backward<'_, Self>, cache: &mut Self::Cache) {
                #samples
                #inputs
                #(#values)*
                #outputs
                #gradient
                #(#copies)*
                #(#steps)*
            }
        }
    }

    /// The outputs and the gradients by them, unless they are the last step's alone.
    fn outputs_again(&self) -> TokenStream {
        if self.has_one_output_at_the_end() {
            return TokenStream::new();
        }
        let last = self.graph.outputs.len() - 1;
        let parts = (0..=last).map(|index| {
            let (name, gradient) = (self.output_name(index), numbered("output_gradient", index));
            let features = self.run_time_features(&self.graph.outputs[index].value);
            let is_copy = self.plan.copies.iter().any(|&(output, _)| output == index);
            let value = (!is_copy).then(|| match last {
                0 => code! { let #name = pass.output; },
                _ => code! { let #name = pass.output.part(<Self::Output as __mlp::Part<#index>>::OFFSET, #features); },
            });
            // Only the gradient of a value that others take too is added to.
            let mutable = (!is_copy).then(|| code! { mut });
            let gradient = match (index == last, index) {
                (true, 0) => code! { let #mutable #gradient = pass.output_gradient; },
                (true, _) => code! { let #mutable #gradient = output_gradient; },
                (false, 0) => {
                    code! { let (#mutable #gradient, output_gradient) = pass.output_gradient.split_at(#features); }
                }
                (false, _) => {
                    code! { let (#mutable #gradient, output_gradient) = output_gradient.split_at(#features); }
                }
            };
            code! { #value #gradient }
        });
        parts.collect()
    }

    /// Whether the gradient by the input is one step's alone.
    fn passes_input_gradient_on(&self) -> bool {
        let arguments = self.graph.steps.iter().flat_map(|step| &step.arguments);
        let outputs = self.graph.outputs.iter().map(|output| &output.value);
        let inputs = arguments.map(|argument| &argument.value).chain(outputs);
        let inputs: Vec<_> = inputs.filter(|value| matches!(value.source, Source::Input(_))).collect();
        let is_direct = |step: &crate::graph::Step| matches!(step.arguments.as_slice(), [argument] if matches!(argument.value.source, Source::Input(_)));
        self.graph.inputs.len() == 1
            && matches!(inputs.as_slice(), [value] if value.is_whole())
            && self.graph.steps.iter().any(is_direct)
    }

    fn backward_step(&self, step: usize) -> TokenStream {
        let Layer { name: layer, call, .. } = self.called(step);
        let name = &self.graph.steps[step].name;
        let (place, input, input_gradient) = self.backward_input(step);
        let (output, output_gradient) = match self.plan.output_of_step[step] {
            Some(_) if self.has_one_output_at_the_end() => (code! { pass.output }, code! { pass.output_gradient }),
            _ => (name.to_token_stream(), self.gradient_tile(step)),
        };
        let output_gradient = match self.plan.output_of_step[step] {
            Some(_) if !self.has_one_output_at_the_end() => code! { #output_gradient.reborrow() },
            _ => output_gradient,
        };
        let deliveries = self.deliveries(step);
        let before = self.graph.steps[step].arguments.iter().find_map(|argument| argument.value.source.step());
        let before = before.filter(|&before| self.plan.only_user(self.graph, before) == Some(step));
        let input_epilogue = self.handed_on(before, Some(step));
        let output_epilogue = self.handed_on(Some(step), self.plan.only_user(self.graph, step));
        code_at! { call=>
            #place
            __mlp::Layer::backward(
                &self.#layer,
                &options.#layer,
                __mlp::Backward {
                    input: #input,
                    output: #output,
                    output_gradient: #output_gradient,
                    input_gradient: #input_gradient,
                    input_epilogue: #input_epilogue,
                    output_epilogue: #output_epilogue,
                    gradient: &mut pass.gradient.#layer,
                },
                &mut cache.layers.#name,
            );
            #deliveries
        }
    }

    /// What one step does last and the next goes back through.
    fn handed_on(&self, step: Option<usize>, next: Option<usize>) -> TokenStream {
        let (Some(step), Some(next)) = (step, next) else { return code! { __mlp::Epilogue::Identity } };
        let (Layer { name, .. }, Layer { name: next, call, .. }) = (self.called(step), self.called(next));
        code_at! { call=> __mlp::handed_on(&self.#name, &self.#next) }
    }

    /// The place of the gradient by the input, the input, and that gradient.
    fn backward_input(&self, step: usize) -> (Option<TokenStream>, TokenStream, TokenStream) {
        let Layer { name: layer, call, .. } = self.called(step);
        let (name, arguments) = (&self.graph.steps[step].name, &self.graph.steps[step].arguments);
        let input = match arguments.as_slice() {
            [argument] => self.backward_tile(&argument.value),
            _ => code_at! { call=> cache.joined.#name.tile(__mlp::Layer::inputs(&self.#layer), samples) },
        };
        if self.plan.needs_scratch(step) {
            let place = code_at! { call=>
                let mut scratch = cache.scratch.tile_mut(__mlp::Layer::inputs(&self.#layer), samples);
            };
            let is_wanted = arguments.iter().any(|argument| matches!(argument.value.source, Source::Step(_)));
            let gradient = match is_wanted {
                true => code! { ::core::option::Option::Some(scratch.reborrow()) },
                false => code! { input_gradient.is_some().then(|| scratch.reborrow()) },
            };
            return (Some(place), input, gradient);
        }
        match arguments[0].value.source {
            Source::Input(_) if self.passes_input_gradient_on() => (None, input, code! { pass.input_gradient }),
            Source::Input(index) => {
                let part = self.input_part(index);
                (None, input, code! { input_gradient.as_mut().map(|gradient| gradient.reborrow() #part) })
            }
            Source::Step(from) => {
                let (place, gradient) = (self.gradient_place(from), self.gradient_tile(from));
                (Some(place), input, code! { ::core::option::Option::Some(#gradient.reborrow()) })
            }
        }
    }

    fn backward_tile(&self, value: &Value) -> TokenStream {
        let whole = match value.source {
            Source::Input(input) => self.input_tile(input, &code! { pass.input }),
            Source::Step(from) => self.graph.steps[from].name.to_token_stream(),
        };
        self.part(value, &whole)
    }

    /// The variable of the gradient by a step's value.
    fn gradient_tile(&self, step: usize) -> TokenStream {
        let name = match self.plan.output_of_step[step] {
            Some(output) => numbered("output_gradient", output),
            None => numbered("gradient", self.plan.gradient_buffer(step)),
        };
        name.to_token_stream()
    }

    /// Makes the tile of the gradient by a step's value.
    fn gradient_place(&self, step: usize) -> TokenStream {
        let (Layer { name, call, .. }, tile) = (self.called(step), self.gradient_tile(step));
        code_at! { call=> let mut #tile = cache.#tile.tile_mut(__mlp::Layer::outputs(&self.#name), samples); }
    }

    /// Brings the gradients that were written aside where they belong.
    fn deliveries(&self, step: usize) -> TokenStream {
        if !self.plan.needs_scratch(step) {
            return TokenStream::new();
        }
        let arguments = self.graph.steps[step].arguments.iter().zip(&self.plan.writes[step]);
        let several = self.graph.steps[step].arguments.len() > 1;
        let mut offset = code! { 0 };
        let pieces = arguments.map(|(argument, write)| {
            let features = self.run_time_features(&argument.value);
            let piece = match several {
                true => code! { scratch.as_tile().part(#offset, #features) },
                false => code! { scratch.as_tile() },
            };
            offset = code! { #offset + #features };
            self.deliver(&argument.value, *write, &piece)
        });
        pieces.collect()
    }

    /// Writes the gradient by a value where it belongs.
    fn deliver(&self, value: &Value, write: Write, piece: &TokenStream) -> TokenStream {
        let (gradient, place) = match value.source {
            Source::Input(index) => {
                let part = self.input_part(index);
                (code! { gradient.reborrow() #part }, None)
            }
            Source::Step(from) => {
                let gradient = self.gradient_tile(from);
                (code! { #gradient.reborrow() }, Some(self.gradient_place(from)).filter(|_| write != Write::Add))
            }
        };
        let part = self.part(value, &gradient);
        let writing = match write {
            Write::Set => code! { #part.copy_from(#piece); },
            Write::Clear => code! { #gradient.fill(0.0); #part.add(#piece); },
            Write::Add => code! { #part.add(#piece); },
        };
        match value.source {
            Source::Input(_) => code! {
                if let ::core::option::Option::Some(gradient) = &mut input_gradient {
                    #writing
                }
            },
            Source::Step(_) => code! { #place #writing },
        }
    }
}
