//! The macros of `mlp`. Use the `mlp` crate, which has the layers that they speak of.
//!
//! What is written goes one way: `ast` reads it, one type a grammar rule; `graph` checks it and is the only file that
//! finds errors of meaning; `plan` lays out the memory; `expand` writes the code and cannot fail. No macro knows a
//! layer, an activation or an option by its name.

mod ast;
mod errors;
mod expand;
mod graph;
mod parameters;
mod plan;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

use crate::ast::{Network, Sequential};
use crate::graph::Graph;

/// A network that is a chain of layers.
///
/// As an expression it is a value, a `Box` with its initial parameters:
///
/// ```ignore
/// let mut model = sequential![Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1)];
/// ```
///
/// As an item it is a type with a name, a public field for each layer:
///
/// ```ignore
/// sequential! {
///     /// Approximates sin on [0, 2π].
///     pub struct SineNet {
///         Dense(1 => 10, relu),
///         hidden: Dense(10 => 10, relu),
///         Dense(10 => 1),
///     }
/// }
/// let net = SineNet::new(0);
/// ```
///
/// `Dense(1 => 10, relu, init = he_normal)` is the type `Dense<1, 10, relu>`, with the options
/// `DenseOptions::default().init(he_normal)`:
///
/// - Sizes come first: `inputs => outputs`, or one for a layer that gives as much as it takes. Each is any constant
///   expression, or a const parameter of the struct: `pub struct Net<const H: usize> { … }`.
/// - Types follow, as the activation of a `Dense`.
/// - Options come last, `name = value`. A value may not be a local variable.
/// - A layer that needs none of these, like another network, is its path: `Encoder`, or `my::Scale<3>`.
/// - A layer without a name is `dense_1`, `dense_2`, … by its type.
/// - For doubles write `sequential![f64; …]` and `pub struct Net: f64 { … }`.
#[proc_macro]
pub fn sequential(input: TokenStream) -> TokenStream {
    parse_macro_input!(input as Sequential).networks.iter().map(chain).collect::<proc_macro2::TokenStream>().into()
}

/// Implements `Parameters` for a struct whose fields all are.
///
/// ```ignore
/// #[derive(Clone, Debug, PartialEq, Parameters)]
/// #[repr(C)]
/// pub struct Scale<const N: usize> {
///     factors: SVector<f32, N>,
/// }
/// ```
///
/// The struct is `#[repr(C)]` or `#[repr(transparent)]`. Its fields are of one scalar, that of the first field or of
/// `#[parameters(scalar = f32)]`; `PhantomData` is left out.
#[proc_macro_derive(Parameters, attributes(parameters))]
pub fn parameters(input: TokenStream) -> TokenStream {
    parameters::derive(&parse_macro_input!(input as DeriveInput)).into()
}

fn chain(network: &Network) -> proc_macro2::TokenStream {
    Graph::chain(network).map_or_else(|errors| errors.emit(&network.place), |graph| expand::network(&graph))
}
