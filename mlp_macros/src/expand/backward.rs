//! Generates `backward`: one call per layer, from the outputs to the inputs.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::Ident;
use syn::ext::IdentExt as _;

use super::cache::{joined, numbered, own};
use super::{Expansion, Layer};
use crate::graph::{Source, Value};
use crate::plan::Write;

impl Expansion<'_> {
    pub(super) fn backward(&self) -> TokenStream {
        // The concatenated arguments were kept by `forward`.
        let inputs =
            self.input_parts(&code! { pass.input }, |index| self.is_taken(index, |step| step.arguments.len() == 1));
        let outputs = self.outputs_again();
        let gradient = (!self.passes_input_gradient_on() && self.takes_input())
            .then(|| code! { let mut input_gradient = pass.input_gradient; });
        let samples = self.reads_samples().then(|| code! { let samples = pass.input.samples(); });
        // A value with a single reader is split off where that reader sets its gradient.
        let is_split = |&step: &usize| self.plan.output_of_step[step].is_none() && self.reader(step).is_none();
        let values = self.steps().filter(is_split).map(|step| {
            let (Layer { call, .. }, name) = (self.called(step), &self.graph.steps[step].name);
            let cache = self.cache_of(step);
            code_at! { call=> let (#name, #cache) = cache.#name.split(samples); }
        });
        let copies = self.plan.copies.iter().map(|&(output, write)| {
            let (name, value) = (numbered("output_gradient", output), &self.graph.outputs[output].value);
            self.accumulate_gradient(value, write, &code! { #name.as_tile() })
        });
        let steps = self.steps().rev().map(|step| self.backward_step(step));
        code! {
            fn backward<__M: __mlp::Memory>(
                &self,
                options: &Self::Options,
                mut pass: __mlp::Backward<'_, Self>,
                cache: &mut Self::Cache<__M>,
            ) {
                pass.needs_gradient &= !options.__frozen;
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

    /// Returns whether the number of samples is read.
    fn reads_samples(&self) -> bool {
        let reads = |step: usize| {
            self.plan.output_of_step[step].is_none()
                || self.graph.steps[step].arguments.len() > 1
                || self.plan.needs_scratch(step)
        };
        self.steps().any(reads)
    }

    /// Splits the outputs and the gradients by them, unless they belong to the last step alone.
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
            // Only the gradient of a value with other readers is added to.
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

    /// Returns whether exactly one step reads the network's input.
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
        let Layer { name: layer, call, alias, .. } = self.called(step);
        let name = &self.graph.steps[step].name;
        let (buffer, input) = self.backward_input(step);
        let gradient = self.gradient_tile(step);
        let cache = self.cache_of(step);
        let (output, cache) = match self.plan.output_of_step[step] {
            None if self.reader(step).is_some() => (code! { #name.as_output() }, code! { #cache }),
            None => (code! { (#name, #gradient) }, code! { #cache }),
            Some(_) if self.has_one_output_at_the_end() => {
                (code! { (pass.output, pass.output_gradient) }, code! { &mut cache.#name })
            }
            Some(_) => (code! { (#name, #gradient.reborrow()) }, code! { &mut cache.#name }),
        };
        let accumulations = self.accumulations(step);
        let fused = self.fused(step);
        code_at! { call=>
            #buffer
            __mlp::backward::<_, #alias>(
                (&self.#layer, &options.#layer),
                #input,
                #output,
                (&mut pass.gradient.#layer, pass.needs_gradient),
                #fused,
                #cache,
            );
            #accumulations
        }
    }

    /// Returns the only step that reads a value.
    fn reader(&self, step: usize) -> Option<usize> {
        self.plan.only_user(self.graph, step)
    }

    /// Returns the variable of the cache of a step.
    fn cache_of(&self, step: usize) -> Ident {
        own(&format!("{}_cache", self.graph.steps[step].name.unraw()))
    }

    /// Returns the derivatives of a step and of the step before it that the next step applies.
    fn fused(&self, step: usize) -> TokenStream {
        let before = self.graph.steps[step].arguments.iter().find_map(|argument| argument.value.source.step());
        let before = before.filter(|&before| self.reader(before) == Some(step));
        let next = self.reader(step);
        let Layer { alias, call, .. } = self.called(step);
        let alias_of = |step: usize| &self.called(step).alias;
        match (before.map(alias_of), next.map(alias_of)) {
            (None, None) => code! { __mlp::FusedDerivatives::NONE },
            (None, Some(next)) => code_at! { call=> __mlp::fused_before::<#alias, #next>() },
            (Some(before), None) => code_at! { call=> __mlp::fused_after::<#before, #alias>() },
            (Some(before), Some(next)) => code_at! { call=> __mlp::fused_between::<#before, #alias, #next>() },
        }
    }

    /// Returns the place of the gradient by the input, and the input with that gradient.
    fn backward_input(&self, step: usize) -> (Option<TokenStream>, TokenStream) {
        let Layer { name: layer, call, alias, .. } = self.called(step);
        let name = &self.graph.steps[step].name;
        let arguments = &self.graph.steps[step].arguments;
        let input = match arguments.as_slice() {
            [argument] => self.backward_tile(&argument.value),
            _ => {
                let field = joined(name);
                code_at! { call=> __mlp::TileBuffer::tile(&cache.#field, <#alias as __mlp::Module>::inputs(&self.#layer), samples) }
            }
        };
        if self.plan.needs_scratch(step) {
            let buffer = own("scratch");
            let place = code_at! { call=>
                let mut scratch =
                    __mlp::TileBuffer::tile_mut(&mut cache.#buffer, <#alias as __mlp::Module>::inputs(&self.#layer), samples);
            };
            let is_wanted = arguments.iter().any(|argument| matches!(argument.value.source, Source::Step(_)));
            let gradient = if is_wanted {
                code! { __Some(scratch.reborrow()) }
            } else {
                code! { input_gradient.is_some().then(|| scratch.reborrow()) }
            };
            return (Some(place), code! { __mlp::BackwardInput::Kept(#input, #gradient) });
        }
        match arguments[0].value.source {
            Source::Input(_) if self.passes_input_gradient_on() => {
                (None, code! { __mlp::BackwardInput::Kept(#input, pass.input_gradient) })
            }
            Source::Input(index) => {
                let part = self.input_part(index);
                let gradient = code! { input_gradient.as_mut().map(|gradient| gradient.reborrow() #part) };
                (None, code! { __mlp::BackwardInput::Kept(#input, #gradient) })
            }
            Source::Step(from) if self.reader(from) == Some(step) => {
                let Layer { call, .. } = self.called(from);
                let (value, cache) = (&self.graph.steps[from].name, self.cache_of(from));
                let gradient = self.gradient_tile(from);
                let place = code_at! { call=>
                    let (mut #value, #cache) =
                        cache.#value.split_with_gradient::<#alias>(samples, &mut cache.#gradient);
                };
                (Some(place), code! { #value.as_input() })
            }
            Source::Step(from) => {
                let (place, gradient) = (self.gradient_place(from), self.gradient_tile(from));
                (Some(place), code! { __mlp::BackwardInput::Kept(#input, __Some(#gradient.reborrow())) })
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

    /// Returns the variable of the gradient by a step's output.
    fn gradient_tile(&self, step: usize) -> TokenStream {
        let name = match self.plan.output_of_step[step] {
            Some(output) => numbered("output_gradient", output),
            None => numbered("gradient", self.plan.gradient_buffer(step)),
        };
        name.to_token_stream()
    }

    /// Creates the tile of the gradient by a step's output.
    fn gradient_place(&self, step: usize) -> TokenStream {
        let Layer { call, .. } = self.called(step);
        let tile = self.gradient_tile(step);
        let value = &self.graph.steps[step].name;
        code_at! { call=> let mut #tile = __mlp::tile_like(&mut cache.#tile, #value); }
    }

    /// Copies or adds scratch gradients to their destinations.
    fn accumulations(&self, step: usize) -> TokenStream {
        if !self.plan.needs_scratch(step) {
            return TokenStream::new();
        }
        let arguments = self.graph.steps[step].arguments.iter().zip(&self.plan.writes[step]);
        let several = self.graph.steps[step].arguments.len() > 1;
        let mut offset = code! { 0 };
        let pieces = arguments.map(|(argument, write)| {
            let features = self.run_time_features(&argument.value);
            let piece = if several {
                code! { scratch.as_tile().part(#offset, #features) }
            } else {
                code! { scratch.as_tile() }
            };
            offset = code! { #offset + #features };
            self.accumulate_gradient(&argument.value, *write, &piece)
        });
        pieces.collect()
    }

    /// Writes the gradient by a value to its destination.
    fn accumulate_gradient(&self, value: &Value, write: Write, piece: &TokenStream) -> TokenStream {
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
