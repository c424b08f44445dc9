//! One sample from layer to layer. Here the compiler compares the sizes that the macro cannot see, and only here, so
//! that it complains once.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote_spanned};

use super::values::length;
use super::{Expansion, Layer, types};
use crate::ast::Sizes;
use crate::graph::{Argument, Comparison, Source, Value};

impl Expansion<'_> {
    pub(super) fn forward_one(&self) -> TokenStream {
        let steps = self.steps().map(|step| self.predict_step(step));
        let outputs = self.predicted();
        code! {
            #[inline(always)]
            fn forward_one<__V: __mlp::Vector<Scalar = Self::Scalar>>(
                &self,
                options: &Self::Options,
                input: &<Self::Input as __mlp::Shape>::Sample<Self::Scalar>,
            ) -> <Self::Output as __mlp::Shape>::Sample<Self::Scalar> {
                #(#steps)*
                #outputs
            }
        }
    }

    fn predict_step(&self, step: usize) -> TokenStream {
        let Layer { name: layer, call, alias, .. } = self.called(step);
        let (name, input) = (&self.graph.steps[step].name, self.predict_input(step));
        let output = code_at! { call=> __mlp::infer::<__V, #alias>(&self.#layer, &options.#layer, #input) };
        let output = self.counted(step, output);
        if self.has_one_output_at_the_end() && step + 1 == self.graph.steps.len() {
            return output;
        }
        code! { let #name = #output; }
    }

    /// Returns the network's output, unless its last step has returned it.
    fn predicted(&self) -> Option<TokenStream> {
        if self.has_one_output_at_the_end() {
            return None;
        }
        let outputs = self.graph.outputs.iter().map(|output| {
            let value = self.sample(&output.value);
            code! { ::core::clone::Clone::clone(#value) }
        });
        let outputs: Vec<_> = outputs.collect();
        Some(match outputs.as_slice() {
            [output] => output.clone(),
            _ => code! { (#(#outputs),*) },
        })
    }

    /// Returns the output of a step, with the number of features that a constant names where there is one.
    fn counted(&self, step: usize, output: TokenStream) -> TokenStream {
        let value = Value::whole(Source::Step(step));
        let Some(constant) = self.types.constant(&value) else { return output };
        let (gives, shape) = (types::output(self.called(step)), self.shape(&value));
        code! { <__mlp::Connection as __mlp::InputMatches<{ #constant }, { #constant }>>::fit::<_, #gives, #shape>(&#output) }
    }

    fn predict_input(&self, step: usize) -> TokenStream {
        let arguments = &self.graph.steps[step].arguments;
        if let [argument] = arguments.as_slice() {
            return match argument.comparison {
                // Nothing of the input's shape is known in a chain.
                _ if self.is_all(&argument.value) => self.sample(&argument.value),
                Comparison::Done => self.sample(&argument.value),
                _ => {
                    let fitted = self.fit(argument, &self.takes(step), &types::input(self.called(step)));
                    code! { &#fitted }
                }
            };
        }
        let (layer, count) = (self.called(step), arguments.len());
        let shape = types::input(layer);
        let samples = arguments.iter().enumerate().map(|(index, argument)| {
            let part =
                code_at! { layer.call=> <<#shape as __mlp::TupleOf<#count>>::Whole as __mlp::Part<#index>>::Shape };
            self.fit(argument, &code! { { <#part as __mlp::Shape>::FEATURES } }, &part)
        });
        let samples: Vec<_> = samples.collect();
        code_at! { layer.call=> &<#shape as __mlp::TupleOf<#count>>::from_parts((#(#samples),*)) }
    }

    /// Returns whether a value is all of a chain's input.
    fn is_all(&self, value: &Value) -> bool {
        matches!(value.source, Source::Input(input) if self.graph.inputs[input].size.is_none()) && value.is_whole()
    }

    /// Returns a value as the input of a layer. A message points at the size that the layer expects.
    fn fit(&self, argument: &Argument, takes: &TokenStream, shape: &TokenStream) -> TokenStream {
        let (value, given) = (self.sample(&argument.value), self.shape(&argument.value));
        match argument.comparison {
            Comparison::Types => quote_spanned! { argument.span=>
                <__mlp::Connection as __mlp::ShapeMatches<#given, #shape>>::fit(::core::clone::Clone::clone(#value))
            },
            Comparison::Done | Comparison::Numbers => {
                let gives = self.features(&argument.value);
                quote_spanned! { argument.span=>
                    <__mlp::Connection as __mlp::InputMatches<#gives, #takes>>::fit::<_, #given, #shape>(#value)
                }
            }
        }
    }

    /// Returns how many features a step's layer expects.
    fn takes(&self, step: usize) -> TokenStream {
        let layer = self.called(step);
        let shape = types::input(layer);
        let of_type = || code_at! { layer.call=> { <#shape as __mlp::Shape>::FEATURES } };
        layer.call.sizes().map(Sizes::input).map_or_else(of_type, |size| self.types.size(size))
    }

    /// Returns a sample of a value, by reference.
    fn sample(&self, value: &Value) -> TokenStream {
        let whole = match value.source {
            Source::Input(_) if self.graph.inputs.len() == 1 => code! { input },
            Source::Input(input) => {
                let index = syn::Index::from(input);
                code! { &input.#index }
            }
            Source::Step(step) => {
                let name = &self.graph.steps[step].name;
                code! { &#name }
            }
        };
        let part = match value.part {
            Some(part) => {
                let as_part = self.as_part(value, part);
                code! { #as_part::part(#whole) }
            }
            None => whole,
        };
        let Some(slice) = &value.slice else { return part };
        let (shape, first, length) = (self.shape(&Value { slice: None, ..value.clone() }), &slice.first, length(slice));
        let scalar = self.scalar().into_token_stream();
        code! { &__mlp::slice::<#scalar, #shape, #length>(#part, #first) }
    }
}
