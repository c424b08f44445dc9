//! The names that most programs need: `use mlp::prelude::*;`.

#[cfg(feature = "std")]
mod with_std;
#[cfg(not(feature = "std"))]
mod without_std;

#[cfg(feature = "std")]
pub use with_std::*;
#[cfg(not(feature = "std"))]
pub use without_std::*;

pub use crate::functional;
pub use crate::residual;
pub use crate::sequential;
pub use mlp_core::activations::*;
pub use mlp_core::initializers::{
    Initializer, constant, glorot_normal, glorot_uniform, he_normal, he_uniform, lecun_normal, lecun_uniform, normal,
    ones, siren_first, siren_hidden, siren_last, uniform, zeros,
};
pub use mlp_core::layers::{
    Activation, AlphaDropout, Average, Backward, BatchNormalization, Categories, Concatenate, Dense, Dot, Dropout,
    Embedding, Features, FourierFeatures, GaussianDropout, GaussianNoise, Layer, LayerNormalization, Maximum, Minimum,
    Mode, Multiply, NoAttention, NoConvolutions, NoRecurrentLayers, Normalization, PRelu, PeriodicEmbedding,
    PeriodicInputs, Rescaling, RmsNormalization, SamplesAreFlat, Shape, Subtract, UnitNormalization,
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
