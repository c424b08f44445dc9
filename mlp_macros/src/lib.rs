//! The macros of `mlp`. Use the `mlp` crate, which has the layers that they speak of.
//!
//! What is written goes one way: `ast` reads it, one type a grammar rule; `graph` checks it and is the only file that
//! finds errors of meaning; `plan` lays out the memory; `expand` writes the code and cannot fail. No macro knows a
//! layer, an activation or an option by its name.

mod ast;
mod errors;
mod expand;
mod graph;
#[cfg(feature = "onnx")]
mod onnx;
mod parameters;
mod plan;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

use crate::ast::{Chain, Networks, Statements};
use crate::graph::Checked;

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
    networks::<Chain>(parse_macro_input!(input)).into()
}

/// A network that is any graph without cycles: layers are called on values.
///
/// As an expression it is a value, a `Box` with its initial parameters:
///
/// ```ignore
/// let mut model = functional! {
///     let input = Input(1);
///     let first = Dense(1 => 10, relu)(input);
///     let second = Dense(10 => 10, relu)(first);
///     let sum = Add()(first, second);
///     let output = Dense(10 => 1)(sum);
///     Model(input => output)
/// };
/// ```
///
/// As an item it is a type with a name, `functional! { pub struct Residual { … } }`, with a public field for each layer.
///
/// - `Input(3)` is what the network is given: so many features.
/// - A layer is written as in [`sequential!`] and called on values. Its field has the name of the value, or of the layer if
///   it is defined by itself: `let encode = Dense(4 => 2); let a = encode(x); let b = encode(y);`. A layer called twice
///   shares its parameters.
/// - A layer in empty parentheses has the sizes of the values it is called on: `Add()(a, b)`, `Concatenate()(a, b)`.
/// - `x[0..4]` is a slice of features.
/// - Another network is a layer by its path: `let code = Encoder(x);`. Where it gives several values:
///   `let (mean, variance) = Encoder(x);`.
/// - `Model(input => output)` ends it; several inputs or outputs are tuples, `Model((a, b) => (c, d))`. Data, targets,
///   losses and predictions are tuples then. An item `Net` has structs with their names too: `NetInputs { a: &x, b: &z }`
///   is data, and `NetOutputs::from(prediction)` names the predictions.
#[proc_macro]
pub fn functional(input: TokenStream) -> TokenStream {
    networks::<Statements>(parse_macro_input!(input)).into()
}

/// A model of ONNX, read while the program is compiled, as a network like those of [`functional!`].
///
/// ```ignore
/// onnx! {
///     /// Trained elsewhere.
///     pub struct Imported = "models/imported.onnx";
/// }
/// let network = Imported::pretrained();
/// ```
///
/// The path is relative to the package. The file's weights are in the program: `pretrained()` gives a network with them, to
/// predict or to be trained further, `PRETRAINED` is the same as a constant, and `new(seed)` is a network with fresh ones. The
/// layers' fields have the names of the file as
/// far as these can be names. A model of doubles becomes a network of `f64`.
///
/// Products with weights and their biases become `Dense`, with the activation behind it; then there are the activations,
/// merges, slices and normalizations. What has no layer that computes exactly the same is an error which names the node.
#[cfg(feature = "onnx")]
#[proc_macro]
pub fn onnx(input: TokenStream) -> TokenStream {
    onnx::imports(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
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

/// The code of all networks, or their errors.
fn networks<B: Checked>(networks: Networks<B>) -> proc_macro2::TokenStream {
    let code = |network| {
        B::check(network).map_or_else(|errors| errors.emit(&network.head.place), |graph| expand::network(&graph))
    };
    networks.networks.iter().map(code).collect()
}
