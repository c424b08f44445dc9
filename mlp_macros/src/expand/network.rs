//! The network as a network: what it is called and what it consists of.

use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;

use super::{Code, Layer};
use crate::ast::MacroPosition;
use crate::graph::{Source, Step};

impl Code<'_> {
    pub(super) fn network(&self) -> TokenStream {
        let (impls, generics, _) = self.generics.split_for_impl();
        let (name, kind) = (&self.name, self.graph.kind);
        let title = match &self.graph.head.position {
            MacroPosition::Item(item) => item.name.unraw().to_string(),
            MacroPosition::Expression => kind.to_lowercase(),
        };
        let outputs = self.graph.outputs.iter().map(|output| output.name.unraw().to_string());
        let inputs = self.graph.inputs.iter().enumerate().filter_map(|(index, input)| {
            let (name, shape) = (input.name?.unraw().to_string(), self.input_shape(index));
            Some(code! { summary.input::<#shape>(#name); })
        });
        let rows = self.each(|Layer { name, call, ty, .. }| {
            let (field, name) = (name, name.unraw().to_string());
            code_at! { call=> <#ty as __mlp::Layer>::summarize(#name, &options.#field, summary); }
        });
        let calls = self.graph.steps.iter().map(|step| self.call(step));
        code! {
            impl #impls __mlp::Network for #name #generics {
                const NAME: &'static str = #title;
                const KIND: &'static str = #kind;
                const OUTPUTS: &'static [&'static str] = &[#(#outputs),*];
                const CALLS: &'static [__mlp::Call] = &[#(#calls),*];

                fn rows(options: &Self::Options, summary: &mut __mlp::Summary) {
                    #(#inputs)*
                    #rows
                }
            }
        }
    }

    fn input_shape(&self, index: usize) -> TokenStream {
        self.shape(&crate::graph::Value::whole(Source::Input(index)))
    }

    /// Which row is called on which values. The inputs' rows come first, and each is a call without arguments.
    fn call(&self, step: &Step) -> TokenStream {
        let inputs = self.graph.inputs.iter().filter(|input| input.name.is_some()).count();
        let arguments = step.arguments.iter().filter_map(|argument| {
            let part = argument.value.part.unwrap_or(0);
            match argument.value.source {
                Source::Input(input) => (inputs > 0).then(|| code! { __mlp::Origin { call: #input, value: #part } }),
                Source::Step(step) => {
                    let call = inputs + step;
                    Some(code! { __mlp::Origin { call: #call, value: #part } })
                }
            }
        });
        let row = inputs + step.layer;
        code! { __mlp::Call { row: #row, arguments: &[#(#arguments),*] } }
    }
}
