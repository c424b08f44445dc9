//! Generates `export`: the network as a graph of operators.

use proc_macro2::TokenStream;

use super::cache::numbered;
use super::values::length;
use super::{Expansion, Layer};
use crate::graph::{Source, Value};

impl Expansion<'_> {
    pub(super) fn export(&self) -> TokenStream {
        let steps = self.steps().map(|step| self.export_step(step));
        let outputs = self.graph.outputs.iter().enumerate();
        let (slices, outputs): (Vec<_>, Vec<_>) =
            outputs.map(|(index, output)| self.exported(&output.value, index)).unzip();
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
        let Layer { name: layer, call, .. } = self.called(step);
        let name = &self.graph.steps[step].name;
        let index = self.layer_index(self.graph.steps[step].layer);
        let arguments = self.graph.steps[step].arguments.iter().enumerate();
        let (slices, arguments): (Vec<_>, Vec<_>) =
            arguments.map(|(index, argument)| self.exported(&argument.value, index)).unzip();
        code_at! { call=>
            #(#slices)*
            let #name = exporter.layer(#index, &self.#layer, &options.#layer, &[#(#arguments),*])?;
        }
    }

    /// Returns the slice of a value, if it is one, and the values of each part.
    fn exported(&self, value: &Value, index: usize) -> (Option<TokenStream>, TokenStream) {
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
        (Some(code! { let #name = exporter.slice(#part, #first, #length); }), code! { &#name })
    }
}
