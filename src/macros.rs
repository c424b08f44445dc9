//! The macros for networks, equations and ONNX files. They pass the path of this crate to the macros of `mlp_macros`.

/// Creates a network from statements that call layers on values.
///
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
///            | COUNT "*" layer "(" value ")"                                calls of several layers, one after the other
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
///
/// # Examples
///
/// An expression is a network with initial weights.
///
/// ```
/// use mlp::prelude::*;
///
/// let network = functional! {
///     let input = Input(1);
///     let first = Dense(1 => 10, relu)(input);
///     let second = Dense(10 => 10, relu)(first);
///     let sum = Add()(first, second);
///     let output = Dense(10 => 1)(sum);
///     Model(input => output)
/// };
/// let output = network.predict_one([0.5]);
/// ```
///
/// An item is a struct with a public field for each layer.
///
/// ```
/// use mlp::prelude::*;
///
/// functional! {
///     /// Scores an item for a user.
///     pub struct TwoTowers {
///         let user = Input(3);
///         let item = Input(2);
///         let left = Dense(3 => 4, tanh)(user);
///         let right = Dense(2 => 4, tanh)(item);
///         let score = Dot()(left, right);
///         Model((user, item) => score)
///     }
/// }
///
/// let network = TwoTowers::new(0);
/// let bias = network.left.bias;
/// ```
#[macro_export]
macro_rules! functional {
    ($($input:tt)*) => {
        $crate::__private::functional! { [$crate] $($input)* }
    };
}

/// Creates a network from an ONNX file while the program is compiled.
///
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
///
/// # Examples
///
/// ```
/// use mlp::prelude::*;
///
/// mlp::onnx! {
///     /// Trained with PyTorch.
///     pub struct Imported = "tests/data/onnx/pytorch_sequential.onnx";
/// }
///
/// let network = Imported::pretrained();
/// assert_eq!(*network, Imported::PRETRAINED);
/// ```
#[cfg(feature = "onnx-import")]
#[macro_export]
macro_rules! onnx {
    ($($input:tt)*) => {
        $crate::__private::onnx! { [$crate] $($input)* }
    };
}

/// Defines the residual of equations, on which a network is trained.
///
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
///
/// # Examples
///
/// ```
/// use mlp::prelude::*;
///
/// residual! {
///     /// Viscous Burgers' equation.
///     pub struct Burgers { pub nu: f64 }
///     (x, t) -> u { u.t + u * u.x = nu * u.xx }
/// }
///
/// let network = sequential![Dense(2 => 20, tanh), Dense(20 => 20, tanh), Dense(20 => 1)];
/// let term = Term::uniform(Burgers { nu: 0.01 }, [(-1.0, 1.0), (0.0, 1.0)], 500);
/// let mut model = network.compile_residuals(Adam::default(), term);
/// let history = model.solve(Fit::new().epochs(3).verbose(Verbose::Silent))?;
/// # Ok::<(), mlp::TrainingError>(())
/// ```
///
/// A system has several outputs and equations.
///
/// ```
/// use mlp::prelude::*;
///
/// residual! {
///     /// Steady flow of an incompressible fluid.
///     pub struct Flow { pub reynolds: f64 }
///     (x, y) -> (u, v, p) {
///         continuity: u.x + v.y = 0,
///         momentum_x: u * u.x + v * u.y = laplacian(u) / reynolds - p.x,
///         momentum_y: u * v.x + v * v.y = laplacian(v) / reynolds - p.y,
///     }
/// }
/// ```
///
/// A transform makes boundary values exact: here `u = sin(πx)` at `t = 0`, and 0 at both ends.
///
/// ```
/// use mlp::prelude::*;
/// use std::f64::consts::PI;
///
/// residual! {
///     /// Heat in a rod from 0 to 1.
///     pub struct Heat;
///     (x, t) -> u = (PI * x).sin() + t * x * (1 - x) * net { u.t = u.xx }
/// }
/// ```
///
/// An inverse problem finds parameters of an equation from measured values.
///
/// ```
/// use mlp::prelude::*;
///
/// residual! {
///     /// Radioactive decay.
///     pub struct Decay { #[trainable] pub rate: f64 }
///     (t) -> u { u.t = -rate * u }
///
///     /// Measured values.
///     pub struct Measured;
///     (t; value) -> u { u = value }
/// }
///
/// # fn terms() -> Result<(), mlp::DataError> {
/// # let (times, values) = ([[0.0_f32], [1.0]], [[1.0_f32], [0.4]]);
/// let terms = (Term::uniform(Decay { rate: 1.0 }, [(0.0, 2.0)], 100), Term::with_data(Measured, &times, &values)?);
/// # let network = sequential![Dense(1 => 8, tanh), Dense(8 => 1)];
/// # network.compile_residuals(Adam::default(), terms);
/// # Ok(()) }
/// ```
#[macro_export]
macro_rules! residual {
    ($($input:tt)*) => {
        $crate::__private::residual! { [$crate] $($input)* }
    };
}

/// Creates a network from a list of layers.
///
/// Calls each layer on the output of the previous layer.
///
/// # Grammar
///
/// ```text
/// input  = [ SCALAR ";" ] layers                                           an expression
///        | { ATTRIBUTE } VISIBILITY "struct" NAME [ GENERICS ]
///          [ ":" SCALAR ] "{" layers "}"                                   an item; several may follow each other
/// layers = named { "," named } [ "," ]
/// named  = { ATTRIBUTE } [ NAME ":" ] [ COUNT "*" ] layer
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
/// - `7 * Dense(20 => 20, tanh)` is seven layers. With a name, `hidden: 2 * Dense(20 => 20)`, they are `hidden_1` and
///   `hidden_2`.
/// - The scalar type defaults to `f32`. For `f64` write `sequential![f64; …]` or `pub struct Net: f64 { … }`.
///
/// # Examples
///
/// An expression is a network with initial weights.
///
/// ```
/// use mlp::prelude::*;
///
/// let network = sequential![Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1)];
/// let output = network.predict_one([0.5]);
/// ```
///
/// An item is a struct with a public field for each layer.
///
/// ```
/// use mlp::prelude::*;
///
/// sequential! {
///     /// Approximates sin on [0, 2π].
///     pub struct SineNet {
///         Dense(1 => 10, relu),
///         hidden: Dense(10 => 10, relu),
///         Dense(10 => 1),
///     }
/// }
///
/// let network = SineNet::new(0);
/// let bias = network.hidden.bias;
/// ```
#[macro_export]
macro_rules! sequential {
    ($($input:tt)*) => {
        $crate::__private::sequential! { [$crate] $($input)* }
    };
}
