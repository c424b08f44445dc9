//! The macros of `mlp`. Use them through the `mlp` crate, which contains the layers that they mention.
//!
//! The macros for networks are a pipeline:
//!
//! - `ast` parses the input, one type per grammar rule.
//! - `graph` finds semantic errors and produces the checked graph, the same for both notations.
//! - `plan` assigns values and gradients to buffers.
//! - `expand` generates the code. It cannot fail.
//!
//! `residual` is a pipeline of its own, for equations.
//!
//! `onnx` is another front end: it translates a file to the statements of `functional!`, and reports what has no equivalent
//! layer. `parameters` is the derive macro. `errors` collects the errors of a macro call, and `recovery` emits them.
//!
//! No macro but `onnx` knows a layer, an activation or an option by its name.

#[macro_use]
mod tokens;

mod ast;
mod crate_path;
mod errors;
mod expand;
mod graph;
#[cfg(feature = "onnx")]
mod onnx;
mod parameters;
mod plan;
mod recovery;
mod residual;
mod robustness;
mod suggestion;

use std::collections::HashSet;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

use crate::ast::{Chain, Item, MacroPosition, Network, Networks, Statements};
use crate::crate_path::in_crate;
use crate::graph::Analyze;

/// Calls each layer on the output of the previous layer. See `mlp::sequential!`.
///
/// The input begins with the path of `mlp` in brackets, which the macro of that name in `mlp` adds.
#[proc_macro]
pub fn sequential(input: TokenStream) -> TokenStream {
    in_crate(input, parse_networks::<Chain>)
}

/// Connects layers to any graph without cycles. See `mlp::functional!`.
///
/// The input begins with the path of `mlp` in brackets, which the macro of that name in `mlp` adds.
#[proc_macro]
pub fn functional(input: TokenStream) -> TokenStream {
    in_crate(input, parse_networks::<Statements>)
}

/// Differentiates equations for the outputs of a network. See `mlp::residual!`.
///
/// The input begins with the path of `mlp` in brackets, which the macro of that name in `mlp` adds.
#[proc_macro]
pub fn residual(input: TokenStream) -> TokenStream {
    in_crate(input, residual::residuals)
}

/// Reads the ONNX file at compile time. See `mlp::onnx!`.
///
/// The input begins with the path of `mlp` in brackets, which the macro of that name in `mlp` adds.
#[cfg(feature = "onnx")]
#[proc_macro]
pub fn onnx(input: TokenStream) -> TokenStream {
    in_crate(input, onnx::imports)
}

/// # Requirements
///
/// - The struct is `#[repr(C)]` or `#[repr(transparent)]`.
/// - Every field implements `Parameters`, with one scalar type for all. Fields of type `PhantomData` are skipped.
/// - The scalar type is that of the first field, or that of `#[parameters(scalar = f32)]`.
/// - In a program that calls the crate by another name than `mlp`, write `#[parameters(crate = nn)]`.
///
/// # Scalar types of a layer
///
/// A layer with a type parameter `T: Scalar` works in networks of `f32` and of `f64`: in a network of `f64`, `Gain(3)` is
/// a `Gain<3, f64>`. A layer with a concrete scalar type works in networks of that type.
#[proc_macro_derive(Parameters, attributes(parameters))]
pub fn parameters(input: TokenStream) -> TokenStream {
    parameters::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Parses and expands all networks of a macro call.
fn parse_networks<B: Analyze>(input: proc_macro2::TokenStream) -> syn::Result<proc_macro2::TokenStream> {
    syn::parse2(input).map(networks::<B>)
}

/// Returns the code of all networks of a macro call.
fn networks<B: Analyze>(networks: Networks<B>) -> proc_macro2::TokenStream {
    let mut names = HashSet::new();
    let mut code = proc_macro2::TokenStream::new();
    for each in &networks.networks {
        code.extend(match &each.head.position {
            MacroPosition::Item(item) if !has_cfg(item) && !names.insert(item.name.to_string()) => {
                let message = format_args!("`{}` is already the name of another network", item.name);
                syn::Error::new_spanned(&item.name, message).into_compile_error()
            }
            _ => network(each),
        });
    }
    code
}

/// Returns whether an attribute may leave out the network.
fn has_cfg(item: &Item) -> bool {
    item.attributes.iter().any(|attribute| attribute.path().is_ident("cfg"))
}

/// Returns the code of a network, or its errors.
fn network<B: Analyze>(network: &Network<B>) -> proc_macro2::TokenStream {
    match B::analyze(network) {
        Ok(graph) => expand::network(&graph),
        Err(errors) => recovery::code(errors, &network.head.position, &network.body.fields()),
    }
}
