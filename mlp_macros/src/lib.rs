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
mod errors;
mod expand;
mod graph;
#[cfg(feature = "onnx")]
mod onnx;
mod parameters;
mod plan;
mod recovery;
mod residual;
mod suggestion;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

use crate::ast::{Chain, Network, Networks, Statements};
use crate::graph::Analyze;

/// Calls each layer on the output of the previous layer.
///
/// # Grammar
///
/// ```text
/// input  = [ SCALAR ";" ] layers                                           an expression
///        | { ATTRIBUTE } VISIBILITY "struct" NAME [ GENERICS ]
///          [ ":" SCALAR ] "{" layers "}"                                   an item; several may follow each other
/// layers = named { "," named } [ "," ]
/// named  = { ATTRIBUTE } [ NAME ":" ] layer
/// layer  = PATH [ "(" [ sizes ] { "," TYPE } { "," OPTION "=" VALUE } ")" ]
/// sizes  = INPUTS "=>" OUTPUTS | SIZE
/// ```
///
/// `Dense(1 => 10, relu, init = he_normal)` is the type `Dense<1, 10, relu>` with the options
/// `DenseOptions::default().init(he_normal)`.
///
/// - Sizes come first: `inputs => outputs`, or one size for a layer with equal input and output sizes. A size is a constant
///   expression, or a const parameter of the struct: `pub struct Net<const H: usize> { … }`.
/// - Types come next, such as the activation of a `Dense`.
/// - Options come last, as `name = value`. A value cannot be a local variable.
/// - A layer without arguments, such as another network, is its path: `Encoder`, or `my::Scale<3>`.
/// - A layer without a name is called `dense_1`, `dense_2`, … after its type.
/// - The scalar type defaults to `f32`. For `f64` write `sequential![f64; …]` or `pub struct Net: f64 { … }`.
#[proc_macro]
pub fn sequential(input: TokenStream) -> TokenStream {
    networks::<Chain>(parse_macro_input!(input)).into()
}

/// Connects layers to any graph without cycles.
///
/// # Grammar
///
/// ```text
/// input      = [ SCALAR ";" ] statements                                    an expression
///            | { ATTRIBUTE } VISIBILITY "struct" NAME [ GENERICS ]
///              [ ":" SCALAR ] "{" statements "}"                            an item; several may follow each other
/// statements = { { ATTRIBUTE } "let" pattern "=" value ";" } "Model" "(" names "=>" names ")"
/// pattern    = NAME | "(" ( NAME | "_" ) { "," ( NAME | "_" ) } ")"
/// value      = "Input" "(" SIZE ")"                                         an input
///            | layer                                                        a layer that later statements call
///            | ( layer | NAME ) "(" value { "," value } ")"                 a call of a layer
///            | NAME                                                         a value, as an argument
///            | value "[" RANGE "]"                                          a slice of features
/// names      = NAME | "(" NAME { "," NAME } ")"
/// ```
///
/// A `layer` is written as in `sequential!`.
///
/// - `Input(3)` is an input of the network with 3 features.
/// - A layer is called on values: `let hidden = Dense(1 => 10, relu)(input);`. The layer's field has the name of the value.
/// - A layer that is defined by itself can be called several times, and shares its parameters:
///   `let encode = Dense(4 => 2); let a = encode(x); let b = encode(y);`.
/// - A layer in empty parentheses has the sizes of the values that it is called on: `Add()(a, b)`,
///   `Concatenate()(a, b)`.
/// - `x[0..4]` is a slice of features.
/// - Another network is a layer, written as its path: `let code = Encoder(x);`. With several outputs, it returns a tuple:
///   `let (mean, variance) = Encoder(x);`.
/// - `Model(input => output)` comes last. Several inputs or outputs are tuples, `Model((a, b) => (c, d))`. Data, targets,
///   losses and predictions are tuples too.
/// - An item `Net` with several inputs or outputs also defines structs with their names. `NetInputs { a: &x, b: &z }` is
///   data, and `NetOutputs::from(prediction)` names the predictions.
#[proc_macro]
pub fn functional(input: TokenStream) -> TokenStream {
    networks::<Statements>(parse_macro_input!(input)).into()
}

/// Differentiates equations for the outputs of a network, and computes how far the network is from satisfying them.
///
/// # Grammar
///
/// ```text
/// input     = { { ATTRIBUTE } VISIBILITY "struct" NAME ( ";" | "{" fields "}" )
///               "(" names [ ";" names ] ")" "->" outputs "{" { statement } "}" }
/// fields    = { { ATTRIBUTE } VISIBILITY NAME ":" "f64" "," }
/// names     = ( NAME | "_" ) { "," ( NAME | "_" ) }                    inputs, and columns of data after `;`
/// outputs   = output | "(" output { "," output } ")"
/// output    = ( NAME | "_" ) [ "=" value ]                             a transform of the network's output `net`
/// statement = "let" NAME "=" value ";" | [ NAME ":" ] equation ","
/// equation  = value [ "=" value ]                                      `left = right`, or what is zero
/// value     = NUMBER | NAME | CONSTANT | "(" value ")" | "-" value
///           | value ( "+" | "-" | "*" | "/" ) value
///           | value "." INPUTS | value "." "d" "(" NAME { "," NAME } ")"        a derivative
///           | "laplacian" "(" value { "," NAME } ")"
///           | value "." FUNCTION "(" { value "," } ")" | PATH "(" { value "," } ")"
/// ```
///
/// The struct implements `mlp::residuals::Residual`. Its fields are the parameters of the equations.
///
/// - **Derivatives**: `u.x`, `u.xx` and `u.xy` are derivatives by inputs, up to the second order. `u.d(time, radius)` is for
///   names of several letters. `laplacian(u)` is over all inputs, and `laplacian(u, x, y)` over some. Any value can be
///   differentiated: `(k * u.x).x`.
/// - **Numbers** have the type `f64`, also `2`, so `1 / 2` is 0.5. A constant is a name in upper case, or a path:
///   `std::f64::consts::PI`.
/// - **Functions**: `abs`, `cos`, `cosh`, `exp`, `ln`, `max`, `min`, `powf`, `powi`, `recip`, `sin`, `sinh`, `sqrt`, `tan`,
///   `tanh`, as methods or as calls. The exponent of `powi` is an integer. At a kink, `max` and `min` have the derivative of
///   one side, and `abs` has 0.
/// - Any other call is a function in scope, `fn(f64, …) -> f64`. It is called for each point on its own. Its derivative is not
///   known, so its arguments contain no outputs and no trained parameters.
/// - **Trained parameters** are fields with `#[trainable]`: an inverse problem. They are trained with the network.
/// - **Data**: names after `;` are columns of data that each point has, such as measured values.
/// - **Transforms**: with `-> u = x * net`, the output `u` in the equations is `x * net`, and so are its derivatives, by the
///   product rule. Boundary conditions hold exactly by `g(x) + d(x) * net`, where `d` is zero at the boundary.
/// - **Names**: the names of inputs, outputs, fields and data differ. All of them but inputs are used, or written as `_`.
///
/// # Streams
///
/// The network computes the derivatives that the equations contain, and the first derivatives that second ones need. Second
/// derivatives that always occur as a sum are computed as one, such as those of a Laplacian. So Poisson's equation in two
/// dimensions needs four streams: `u`, `u.x`, `u.y` and `u.xx + u.yy`.
#[proc_macro]
pub fn residual(input: TokenStream) -> TokenStream {
    residual::residuals(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Reads the ONNX file at compile time.
///
/// # Reference
///
/// The path is relative to the package's directory. The program contains the weights of the file:
///
/// - `pretrained()` returns a network with these weights, for inference or further training.
/// - `PRETRAINED` is the same network as a constant.
/// - `new(seed)` returns a network with new weights.
///
/// The fields have the names of the file, converted to Rust identifiers. A model in double precision becomes a network of
/// `f64`.
///
/// Matrix products with weights become `Dense`, together with their bias and activation. Other activations, merges, slices
/// and normalizations are supported too. An operator without an exactly equivalent layer is a compile error that names the
/// node.
#[cfg(feature = "onnx")]
#[proc_macro]
pub fn onnx(input: TokenStream) -> TokenStream {
    onnx::imports(input.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// # Requirements
///
/// - The struct is `#[repr(C)]` or `#[repr(transparent)]`.
/// - Every field implements `Parameters`, with one scalar type for all. Fields of type `PhantomData` are skipped.
/// - The scalar type is that of the first field, or that of `#[parameters(scalar = f32)]`.
///
/// # Scalar types of a layer
///
/// A layer with a type parameter `T: Scalar` works in networks of `f32` and of `f64`: in a network of `f64`, `Gain(3)` is
/// a `Gain<3, f64>`. A layer with a concrete scalar type works in networks of that type.
#[proc_macro_derive(Parameters, attributes(parameters))]
pub fn parameters(input: TokenStream) -> TokenStream {
    parameters::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Returns the code of all networks of a macro call.
fn networks<B: Analyze>(networks: Networks<B>) -> proc_macro2::TokenStream {
    networks.networks.iter().map(network).collect()
}

/// Returns the code of a network, or its errors.
fn network<B: Analyze>(network: &Network<B>) -> proc_macro2::TokenStream {
    match B::analyze(network) {
        Ok(graph) => expand::network(&graph),
        Err(errors) => recovery::code(errors, &network.head.position),
    }
}
