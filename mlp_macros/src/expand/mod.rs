//! Code for a checked graph. Nothing here can fail.

/// Like `quote!`, but local variables are the macro's own: a layer may be named `input`.
macro_rules! code {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}

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
mod sizes;
mod types;
mod values;

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, Generics, Ident};

use crate::ast::{LayerCall, MacroPosition};
use crate::graph::{self, Graph};
use crate::plan::Plan;

/// What all parts of the code are written from.
struct Code<'a> {
    graph: &'a Graph<'a>,
    types: values::Types<'a>,
    plan: Plan,
    name: Ident,
    generics: Generics,
    layers: Vec<Layer<'a>>,
}

/// A layer as the code mentions it.
struct Layer<'a> {
    name: &'a Ident,
    call: &'a LayerCall,
    attributes: &'a [Attribute],
    ty: TokenStream,
}

pub(crate) fn network(graph: &Graph) -> TokenStream {
    let code = Code::new(graph);
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

impl<'a> Code<'a> {
    fn new(graph: &'a Graph<'a>) -> Self {
        let (name, generics) = match &graph.head.position {
            MacroPosition::Item(item) => (item.name.clone(), item.generics.clone()),
            MacroPosition::Expression => {
                (Ident::new(&format!("__{}", graph.kind), Span::mixed_site()), Generics::default())
            }
        };
        let types = values::Types::new(graph, &name);
        let layers = graph.layers.iter().enumerate().map(|(index, layer)| {
            let graph::LayerNode { name, call, attributes, .. } = layer;
            Layer { name, call, attributes, ty: types.layer(index) }
        });
        let layers = layers.collect();
        Self { graph, types, plan: Plan::new(graph), name, layers, generics }
    }

    fn attributes(&self) -> &[Attribute] {
        match &self.graph.head.position {
            MacroPosition::Item(item) => &item.attributes,
            MacroPosition::Expression => &[],
        }
    }

    /// What leaves all of it out.
    fn cfg(&self) -> Vec<&Attribute> {
        self.attributes().iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
    }

    /// Everything but the struct itself. A network that is left out by `cfg` leaves nothing behind.
    fn impls(&self) -> TokenStream {
        let cfg = self.cfg();
        let scalar = self.scalar();
        let items = [
            self.check_constants(),
            self.parameters(),
            self.options(),
            self.cache(),
            self.layer(),
            self.network(),
            self.serde(),
        ];
        code! {
            #(#cfg)*
            const _: () = {
                use ::core::primitive::{#scalar, str, usize};
                use ::mlp::__private as __mlp;
                #(#items)*
            };
        }
    }

    /// The scalar's name: inside the constant it is that of `core`, whatever `f32` is to the user.
    fn scalar(&self) -> TokenStream {
        types::scalar(self.graph.scalar)
    }

    /// A piece of code for each layer.
    fn each(&self, piece: impl Fn(&Layer) -> TokenStream) -> TokenStream {
        self.layers.iter().map(piece).collect()
    }

    /// The layer that a step calls.
    fn called(&self, step: usize) -> &Layer<'a> {
        &self.layers[self.graph.steps[step].layer]
    }

    fn steps(&self) -> core::ops::Range<usize> {
        0..self.graph.steps.len()
    }
}
