//! The network as a graph of ONNX, where that is asked for.

use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;

use super::values::length;
use super::{Code, Layer};
use crate::graph::{Source, Value};

impl Code<'_> {
    pub(super) fn export(&self) -> TokenStream {
        let steps = self.steps().map(|step| self.export_step(step));
        let outputs = self.graph.outputs.iter().map(|output| self.exported(&output.value));
        code! {
            __mlp::if_onnx! {
                fn export(
                    &self,
                    options: &Self::Options,
                    graph: &mut __mlp::onnx::Graph,
                    inputs: &[__mlp::onnx::Value],
                ) -> __mlp::onnx::Exported {
                    #(#steps)*
                    ::core::result::Result::Ok([#(#outputs),*].concat())
                }
            }
        }
    }

    fn export_step(&self, step: usize) -> TokenStream {
        let Layer { name: layer, call, .. } = self.called(step);
        let (name, text) = (&self.graph.steps[step].name, layer.unraw().to_string());
        let arguments = self.graph.steps[step].arguments.iter().map(|argument| self.exported(&argument.value));
        code_at! { call=>
            let arguments = [#(#arguments),*].concat();
            let #name = graph.layer(#text, |graph| {
                __mlp::Layer::export(&self.#layer, &options.#layer, graph, &arguments)
            })?;
        }
    }

    /// A value for each part.
    fn exported(&self, value: &Value) -> TokenStream {
        let whole = match value.source {
            Source::Input(input) if self.graph.inputs[input].size.is_none() => code! { inputs },
            Source::Input(input) => code! { inputs[#input..=#input] },
            Source::Step(step) => {
                let name = &self.graph.steps[step].name;
                code! { #name[..] }
            }
        };
        let part = match value.part {
            Some(part) => code! { (#whole)[#part..=#part] },
            None => whole,
        };
        let Some(slice) = &value.slice else { return code! { (#part).to_vec() } };
        let (first, length) = (&slice.first, length(slice));
        code! { [graph.slice(&(#part)[0], #first, #length)].to_vec() }
    }
}
