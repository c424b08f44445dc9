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

mod cache;
#[cfg(test)]
mod golden;
mod item;
mod layer;
mod network;
mod options;
mod passes;
mod predict;
mod sizes;
mod types;

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, Generics, Ident};

use crate::ast::{Call, Place};
use crate::graph::Graph;
use crate::plan::Plan;

/// What all parts of the code are written from.
struct Code<'a> {
    graph: &'a Graph<'a>,
    plan: Plan,
    name: Ident,
    generics: Generics,
    layers: Vec<Layer<'a>>,
}

/// A layer as the code mentions it.
struct Layer<'a> {
    name: &'a Ident,
    call: &'a Call,
    attributes: &'a [Attribute],
    ty: TokenStream,
}

pub(crate) fn network(graph: &Graph) -> TokenStream {
    let code = Code::new(graph);
    let (item, impls, name) = (code.item(), code.impls(), &code.name);
    match graph.place {
        Place::Item(_) => code! { #item #impls },
        Place::Expression => code! {{ #item #impls <#name as ::mlp::__private::Network>::new(0) }},
    }
}

impl<'a> Code<'a> {
    fn new(graph: &'a Graph<'a>) -> Self {
        let (name, generics) = match graph.place {
            Place::Item(item) => (item.name.clone(), item.generics.clone()),
            Place::Expression => (Ident::new("__Sequential", Span::mixed_site()), Generics::default()),
        };
        let layers = graph.layers.iter().map(|layer| {
            let (call, attributes) = (&layer.written.call, layer.written.attributes.as_slice());
            Layer { name: &layer.name, call, attributes, ty: types::layer(call, graph.scalar, &generics) }
        });
        Self { graph, plan: Plan::new(&graph.steps), name, layers: layers.collect(), generics }
    }

    fn attributes(&self) -> &[Attribute] {
        match self.graph.place {
            Place::Item(item) => &item.attributes,
            Place::Expression => &[],
        }
    }

    /// Everything but the struct itself. A network that is left out by `cfg` leaves nothing behind.
    fn impls(&self) -> TokenStream {
        let cfg = self.attributes().iter().filter(|attribute| attribute.path().is_ident("cfg"));
        let scalar = self.scalar();
        let items =
            [self.check_constants(), self.parameters(), self.options(), self.cache(), self.layer(), self.network()];
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

    fn is_last(&self, step: usize) -> bool {
        step + 1 == self.graph.steps.len()
    }
}
