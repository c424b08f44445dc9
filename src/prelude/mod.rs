//! The names that most programs need: `use mlp::prelude::*;`.

#[cfg(feature = "std")]
mod with_std;
#[cfg(not(feature = "std"))]
mod without_std;

#[cfg(feature = "std")]
pub use with_std::*;
#[cfg(not(feature = "std"))]
pub use without_std::*;

pub use mlp_core::activations::*;
pub use mlp_core::initializers::{
    Initializer, constant, glorot_normal, glorot_uniform, he_normal, he_uniform, lecun_normal, lecun_uniform, normal,
    ones, siren_first, siren_hidden, siren_last, uniform, zeros,
};
pub use mlp_core::layers::{
    Activation, Add, AlphaDropout, Average, Backward, BatchNormalization, Categories, Concatenate, Dense, Dot, Dropout,
    Embedding, Features, FourierFeatures, GaussianDropout, GaussianNoise, Layer, LayerNormalization, Maximum, Minimum,
    Mode, Multiply, Normalization, PRelu, PeriodicEmbedding, PeriodicInputs, Rescaling, RmsNormalization, Shape,
    Subtract, UnitNormalization,
};
pub use mlp_core::losses::*;
pub use mlp_core::optimizers::prelude::*;
pub use mlp_core::{DataError, Parameters, Rng, SampleTape, Scalar, Tile, TileMut, Trainer};
/// Implements `Parameters` for a struct of parameters.
///
/// # Examples
///
/// ```
/// use mlp::Scalar;
/// use mlp::prelude::*;
/// use nalgebra::SVector;
///
/// #[derive(Clone, Debug, PartialEq, Parameters)]
/// #[repr(C)]
/// pub struct Gain<const N: usize, T: Scalar = f32> {
///     pub factors: SVector<T, N>,
/// }
///
/// let gain = Gain { factors: SVector::from([1.0, 2.0, 3.0]) };
/// assert_eq!(gain.as_slice(), [1.0, 2.0, 3.0]);
/// ```
pub use mlp_macros::Parameters;
/// Creates a network from statements that call layers on values.
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
pub use mlp_macros::functional;
/// Defines the residual of equations, on which a network is trained.
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
pub use mlp_macros::residual;
/// Creates a network from a list of layers.
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
pub use mlp_macros::sequential;
