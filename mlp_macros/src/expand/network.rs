//! The network as a network: what it is called and what it consists of.

use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;

use super::Expansion;
use crate::ast::MacroPosition;
use crate::graph::{Source, Step, Value};

impl Expansion<'_> {
    pub(super) fn network(&self) -> TokenStream {
        let (impls, generics, _) = self.generics.split_for_impl();
        let name = &self.name;
        let kind = self.graph.kind;
        let title = match &self.graph.head.position {
            MacroPosition::Item(item) => item.name.unraw().to_string(),
            MacroPosition::Expression => kind.to_lowercase(),
        };
        let outputs = self.graph.outputs.iter().map(|output| output.name.unraw().to_string());
        let calls = (!self.is_chain()).then(|| {
            let calls = self.graph.steps.iter().map(|step| self.call(step));
            code! { const CALLS: &'static [__mlp::Call] = &[#(#calls),*]; }
        });
        code! {
            impl #impls __mlp::BaseNetwork for #name #generics {
                const NAME: &'static str = #title;
                const OUTPUTS: &'static [&'static str] = &[#(#outputs),*];
                #calls
            }
        }
    }

    /// Returns whether each layer is called once, on the output of the previous one, and no input has a row.
    pub(super) fn is_chain(&self) -> bool {
        let inputs = self.graph.inputs.iter().filter(|input| input.name.is_some()).count();
        let is_next = |(index, step): (usize, &Step)| {
            let source = index.checked_sub(1).map_or(Source::Input(0), Source::Step);
            step.layer == index
                && matches!(step.arguments.as_slice(), [argument] if argument.value == Value::whole(source))
        };
        inputs == 0 && self.graph.steps.iter().enumerate().all(is_next)
    }

    /// Returns the index of a layer in `LAYERS`, where the inputs with a row come first.
    pub(super) fn layer_index(&self, layer: usize) -> usize {
        self.graph.inputs.iter().filter(|input| input.name.is_some()).count() + layer
    }

    /// Returns the row that is called, and the values it is called on. The inputs' rows come first, and each is a call
    /// without arguments.
    fn call(&self, step: &Step) -> TokenStream {
        let inputs = self.graph.inputs.iter().filter(|input| input.name.is_some()).count();
        let arguments = step.arguments.iter().filter_map(|argument| {
            let part = argument.value.part.unwrap_or(0);
            match argument.value.source {
                Source::Input(input) => (inputs > 0).then(|| code! { __mlp::Argument::new(#input, #part) }),
                Source::Step(step) => {
                    let call = inputs + step;
                    Some(code! { __mlp::Argument::new(#call, #part) })
                }
            }
        });
        let row = inputs + step.layer;
        code! { __mlp::Call::new(#row, &[#(#arguments),*]) }
    }
}
