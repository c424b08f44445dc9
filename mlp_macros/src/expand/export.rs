//! Generates `export` and `trace`: the network as a graph of operators, and of operations on streams.

use proc_macro2::TokenStream;
use syn::parse_quote;

use super::cache::numbered;
use super::values::length;
use super::{Expansion, Layer};
use crate::graph::{Source, Value};

/// The graph that the network's layers are added to.
#[derive(Clone, Copy)]
enum Walk {
    Export,
    Trace,
}

impl Expansion<'_> {
    pub(super) fn export(&self) -> TokenStream {
        let steps = self.steps().map(|step| self.export_step(step));
        let (slices, outputs) = self.graph_outputs(Walk::Export);
        code! {
            fn export(
                &self,
                options: &Self::Options,
                graph: &mut dyn __mlp::GraphBuilder,
                inputs: &[__mlp::Value],
            ) -> __mlp::Exported {
                let mut exporter = __mlp::Exporter::new::<Self>(graph);
                #(#steps)*
                #(#slices)*
                ::core::result::Result::Ok(__mlp::Values::concat(&[#(#outputs),*]))
            }
        }
    }

    fn export_step(&self, step: usize) -> TokenStream {
        let Layer { name: layer, call, alias, .. } = self.called(step);
        let name = &self.graph.steps[step].name;
        let index = self.layer_index(self.graph.steps[step].layer);
        let (slices, arguments) = self.graph_arguments(step, Walk::Export);
        code_at! { call=>
            #(#slices)*
            let #name = exporter.layer::<#alias>(#index, &self.#layer, &options.#layer, &[#(#arguments),*])?;
        }
    }

    /// Returns the implementation of `TwiceDifferentiable`, which holds if it holds for every layer.
    pub(super) fn twice_differentiable(&self) -> TokenStream {
        let mut generics = self.generics.clone();
        generics.params.push(parse_quote!(__Any));
        let bounds = generics.make_where_clause();
        for Layer { call, alias, .. } in &self.layers {
            let bound = code_at! { call=> #alias: __mlp::TwiceDifferentiable<__Any> };
            bounds.predicates.push(parse_quote!(#bound));
        }
        let (impls, _, bounds) = generics.split_for_impl();
        let (_, generics, _) = self.generics.split_for_impl();
        let name = &self.name;
        code! { impl #impls __mlp::TwiceDifferentiable<__Any> for #name #generics #bounds {} }
    }

    pub(super) fn trace(&self) -> TokenStream {
        let steps = self.steps().map(|step| self.trace_step(step));
        let (slices, outputs) = self.graph_outputs(Walk::Trace);
        code! {
            fn trace(
                &self,
                options: &Self::Options,
                graph: &mut dyn __mlp::StreamGraph<Self::Scalar>,
                inputs: &[__mlp::Value],
            ) -> __mlp::Values {
                #(#steps)*
                #(#slices)*
                __mlp::Values::concat(&[#(#outputs),*])
            }
        }
    }

    fn trace_step(&self, step: usize) -> TokenStream {
        let Layer { name: layer, call, alias, .. } = self.called(step);
        let name = &self.graph.steps[step].name;
        let (slices, arguments) = self.graph_arguments(step, Walk::Trace);
        code_at! { call=>
            #(#slices)*
            let #name = __mlp::trace::<#alias>((&self.#layer, &options.#layer), graph, &[#(#arguments),*]);
        }
    }

    /// Returns the outputs in a graph, and the slices among them.
    fn graph_outputs(&self, walk: Walk) -> (Vec<Option<TokenStream>>, Vec<TokenStream>) {
        let outputs = self.graph.outputs.iter().enumerate();
        outputs.map(|(index, output)| self.graph_value(&output.value, index, walk)).unzip()
    }

    /// Returns the arguments of a step in a graph, and the slices among them.
    fn graph_arguments(&self, step: usize, walk: Walk) -> (Vec<Option<TokenStream>>, Vec<TokenStream>) {
        let arguments = self.graph.steps[step].arguments.iter().enumerate();
        arguments.map(|(index, argument)| self.graph_value(&argument.value, index, walk)).unzip()
    }

    /// Returns the slice of a value, if it is one, and the values of each part.
    fn graph_value(&self, value: &Value, index: usize, walk: Walk) -> (Option<TokenStream>, TokenStream) {
        let whole = match value.source {
            Source::Input(input) if self.graph.inputs[input].size.is_none() => code! { inputs },
            Source::Input(input) => code! { &inputs[#input..=#input] },
            Source::Step(step) => {
                let name = &self.graph.steps[step].name;
                code! { &#name }
            }
        };
        let part = match value.part {
            Some(part) => code! { &(#whole)[#part..=#part] },
            None => whole,
        };
        let Some(slice) = &value.slice else { return (None, part) };
        let name = numbered("slice", index);
        let (first, length) = (&slice.first, length(slice));
        let slice = match walk {
            Walk::Export => code! { exporter.slice(#part, #first, #length) },
            Walk::Trace => code! { __mlp::trace_slice(graph, #part, #first, #length) },
        };
        (Some(code! { let #name = #slice; }), code! { &#name })
    }
}
