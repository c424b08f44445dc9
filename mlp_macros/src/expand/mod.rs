//! Code for a checked graph. Nothing here can fail.

/// Like `quote!`, but local variables are the macro's own: a layer may be named `input`.
macro_rules! code {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}

mod cache;
#[cfg(test)]
mod golden;
mod item;
mod layer;
mod network;
mod options;
mod passes;
mod types;

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, Generics, Ident};

use crate::ast::Place;
use crate::graph::Graph;
use crate::plan::Plan;

/// What all parts of the code are written from.
struct Code<'a> {
    graph: &'a Graph<'a>,
    plan: Plan,
    name: Ident,
    generics: Generics,
    /// The name of each layer.
    names: Vec<&'a Ident>,
    /// The type of each layer.
    types: Vec<TokenStream>,
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
        let names = graph.layers.iter().map(|layer| &layer.name).collect();
        let types = graph.layers.iter().map(|layer| types::layer(&layer.written.call, graph.scalar)).collect();
        Self { graph, plan: Plan::new(&graph.steps), name, generics, names, types }
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
        let items = [self.parameters(), self.options(), self.cache(), self.layer(), self.network()];
        code! {
            #(#cfg)*
            const _: () = {
                use ::mlp::__private as __mlp;
                #(#items)*
            };
        }
    }
}
