// The links of the front page: in rustdoc, to the pages of the guide.
#![cfg_attr(not(doctest), doc = include_str!("links.md"))]
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

#[cfg(feature = "serde")]
pub use mlp_core::boxed;
#[cfg(feature = "onnx")]
pub use mlp_core::onnx;
#[cfg(feature = "safetensors")]
pub use mlp_core::weights;
pub use mlp_core::{Buffer, Room, Scalar, Tile, TileMut};
pub use mlp_core::{activations, initializers, kernels, layers, losses, optimizers, training};
#[cfg(feature = "std")]
pub use mlp_core::{data, diagram, metrics};
/// Creates a network from an ONNX file while the program is compiled.
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
pub use mlp_macros::onnx;

pub use prelude::*;

#[cfg(any(doc, doctest))]
pub mod guide;
#[cfg(feature = "plot")]
pub mod plot;

/// All that a first program needs: `use mlp::prelude::*;`.
pub mod prelude {
    pub use mlp_core::activations::{
        ActivationFunction, Elementwise, elu, exponential, gelu, hard_sigmoid, identity, leaky_relu, relu, selu,
        sigmoid, silu, softmax, softplus, softsign, tanh,
    };
    #[cfg(feature = "std")]
    pub use mlp_core::initializers::orthogonal;
    pub use mlp_core::initializers::{
        Initializer, constant, glorot_normal, glorot_uniform, he_normal, he_uniform, lecun_normal, lecun_uniform,
        normal, ones, uniform, zeros,
    };
    pub use mlp_core::layers::{
        Activation, Add, AlphaDropout, Average, BatchNormalization, Categories, Concatenate, Dense, Dot, Dropout,
        Embedding, Features, GaussianDropout, GaussianNoise, Layer, LayerNormalization, Maximum, Minimum, Multiply,
        Normalization, PRelu, Rescaling, RmsNormalization, Shape, Subtract, Summary, UnitNormalization,
    };
    pub use mlp_core::losses::*;
    #[cfg(feature = "std")]
    pub use mlp_core::metrics::*;
    pub use mlp_core::optimizers::{
        Adadelta, Adagrad, Adam, AdamW, Adamax, Configure, CosineDecay, CosineDecayRestarts, ExponentialDecay, Ftrl,
        InverseTimeDecay, LinearWarmup, Lion, Nadam, OneCycle, Optimizer, OptimizerState, PolynomialDecay, RmsProp,
        Schedule, Sgd,
    };
    #[cfg(feature = "std")]
    pub use mlp_core::optimizers::{Lbfgs, PiecewiseConstantDecay};
    #[cfg(feature = "safetensors")]
    pub use mlp_core::training::ModelCheckpoint;
    #[cfg(feature = "std")]
    pub use mlp_core::training::{
        Callback, CallbackResult, Compiled, CsvLogger, EarlyStopping, Fit, GradientTape, History,
        LearningRateScheduler, MonitorMode, ReduceLrOnPlateau, Status, TensorBoard, TerminateOnNan, Training,
        TrainingError, Verbose, linspace,
    };
    pub use mlp_core::training::{Data, DataError, LossList, Network, Trainer};
    pub use mlp_core::{Parameters, Rng};
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
}

/// What the macros' expansions name. Not for direct use.
#[doc(hidden)]
pub mod __private {
    pub use crate::__if_onnx as if_onnx;
    pub use crate::__implement_serde as implement_serde;
    #[cfg(feature = "serde")]
    pub use mlp_core::generated::{Deserialize, Deserializer, Serialize, Serializer};
    pub use mlp_core::generated::{FitsAs, Made, count, count_marker, handed_on, join, largest, made, new, slice};
    pub use mlp_core::kernels::{Epilogue, Vector};
    pub use mlp_core::layers::{
        Arity, Backward, Call, Connection, Features, Fits, Layer, Mode, Origin, Part, Purpose, Shape, Summary,
        UpdateRule, WithScalar,
    };
    #[cfg(feature = "onnx")]
    pub use mlp_core::onnx;
    pub use mlp_core::training::{Data, Network, Rows};
    pub use mlp_core::{Buffer, Either, Parameters, Passing, Rng, Tile, TileMut};
}

/// A network for serde: its name with its generics, without and with a lifetime.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! __implement_serde {
    ([$($generics:tt)*] [$($deserialized:tt)*] $network:ty) => {
        impl $($generics)* $crate::__private::Serialize for $network {
            fn serialize<__S: $crate::__private::Serializer>(
                &self,
                serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                $crate::boxed::serialize(&self, serializer)
            }
        }

        impl $($deserialized)* $crate::__private::Deserialize<'__de> for $network {
            fn deserialize<__D: $crate::__private::Deserializer<'__de>>(
                deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                ::core::result::Result::map($crate::boxed::deserialize(deserializer), |network| *network)
            }
        }
    };
}

/// Nothing: serde is not asked for.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __implement_serde {
    ($($network:tt)*) => {};
}

/// What is written for ONNX, if it is asked for.
#[cfg(feature = "onnx")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_onnx {
    ($($code:tt)*) => { $($code)* };
}

/// Nothing: ONNX is not asked for.
#[cfg(not(feature = "onnx"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_onnx {
    ($($code:tt)*) => {};
}
