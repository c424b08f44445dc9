//! Expansion for a checked graph. Nothing here can fail.

/// The same about one layer: a message points at it.
macro_rules! code_at {
    ($call:expr=> $($tokens:tt)*) => {{
        let place = ::proc_macro2::Span::mixed_site().located_at($call.kind().span());
        ::quote::quote_spanned!(place=> $($tokens)*)
    }};
}

mod backward;
mod cache;
mod export;
mod forward;
#[cfg(test)]
mod golden;
mod item;
mod layer;
mod named;
mod network;
mod options;
mod predict;
mod size_constants;
mod sizes;
mod types;
mod values;

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, Generics, Ident};

use crate::ast::{LayerCall, MacroPosition};
use crate::graph::Graph;
use crate::plan::Plan;

/// The input of all parts of the code.
struct Expansion<'a> {
    graph: &'a Graph<'a>,
    types: values::Types<'a>,
    plan: Plan,
    name: Ident,
    generics: Generics,
    layers: Vec<Layer<'a>>,
}

/// Layer as the code refers to it.
struct Layer<'a> {
    name: &'a Ident,
    call: &'a LayerCall,
    attributes: &'a [Attribute],
    /// Type, in the user's scope.
    ty: TokenStream,
    /// Alias of the type, inside the generated block.
    alias: TokenStream,
    /// Definition of the alias.
    definition: TokenStream,
}

pub(crate) fn network(graph: &Graph) -> TokenStream {
    let code = Expansion::new(graph);
    let (item, impls, name) = (code.item(), code.impls(), &code.name);
    let constants = code.types.constants(&code.cfg());
    match &graph.head.position {
        MacroPosition::Item(_) => {
            let named = code.named();
            code! { #constants #item #impls #named }
        }
        MacroPosition::Expression => code! {{ #constants #item #impls ::mlp::__private::new::<#name>() }},
    }
}

impl<'a> Expansion<'a> {
    fn new(graph: &'a Graph<'a>) -> Self {
        let (name, generics) = match &graph.head.position {
            MacroPosition::Item(item) => (item.name.clone(), item.generics.clone()),
            MacroPosition::Expression => {
                (Ident::new(&format!("__{}", graph.kind), Span::mixed_site()), Generics::default())
            }
        };
        let types = values::Types::new(graph, &name);
        let layers = types::layers(graph, &types);
        Self { graph, types, plan: Plan::new(graph), name, layers, generics }
    }

    fn attributes(&self) -> &[Attribute] {
        match &self.graph.head.position {
            MacroPosition::Item(item) => &item.attributes,
            MacroPosition::Expression => &[],
        }
    }

    /// Returns the attributes `cfg` of the network.
    fn cfg(&self) -> Vec<&Attribute> {
        self.attributes().iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
    }

    /// Returns all items but the struct itself. A network that is left out by `cfg` has none.
    fn impls(&self) -> TokenStream {
        let cfg = self.cfg();
        let scalar = self.scalar();
        let items = [
            self.aliases(),
            self.check_constants(),
            self.parameters(),
            self.options(),
            self.cache(),
            self.layer(),
            self.twice_differentiable(),
            self.network(),
            self.serde(),
        ];
        code! {
            #(#cfg)*
            const _: () = {
                use ::core::option::Option::Some as __Some;
                use ::core::primitive::{#scalar, bool, str, usize};
                use ::mlp::__private as __mlp;
                #(#items)*
            };
        }
    }

    /// Returns the scalar's name: inside the constant it is that of `core`, whatever `f32` is to the user.
    fn scalar(&self) -> TokenStream {
        types::scalar(self.graph.scalar)
    }

    /// Returns the aliases of the layers' types.
    fn aliases(&self) -> TokenStream {
        self.each(|layer| layer.definition.clone())
    }

    /// Returns the pieces of code of all layers.
    fn each(&self, piece: impl Fn(&Layer) -> TokenStream) -> TokenStream {
        self.layers.iter().map(piece).collect()
    }

    /// Returns the layer that a step calls.
    fn called(&self, step: usize) -> &Layer<'a> {
        &self.layers[self.graph.steps[step].layer]
    }

    fn steps(&self) -> core::ops::Range<usize> {
        0..self.graph.steps.len()
    }
}
