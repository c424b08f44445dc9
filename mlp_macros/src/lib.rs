//! The macros of `mlp`. Use the `mlp` crate, which has the runtime too.

mod ast;
mod errors;
mod expand;
mod graph;
mod plan;

use graph::Graph;
use proc_macro::TokenStream;
use syn::parse_macro_input;

/// A network that is a chain of layers.
#[proc_macro]
pub fn sequential(input: TokenStream) -> TokenStream {
    parse_macro_input!(input as ast::Sequential)
        .networks
        .iter()
        .map(sequential_network)
        .collect::<proc_macro2::TokenStream>()
        .into()
}

fn sequential_network(network: &ast::Network) -> proc_macro2::TokenStream {
    Graph::chain(network).map_or_else(|errors| errors.emit(&network.place), |graph| expand::network(&graph))
}
