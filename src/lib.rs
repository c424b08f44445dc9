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
#[cfg(feature = "onnx-import")]
pub use mlp_macros::onnx;

pub use prelude::*;

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
    pub use mlp_core::optimizers::prelude::*;
    #[cfg(feature = "std")]
    pub use mlp_core::training::{
        Callback, CallbackResult, Compiled, CsvLogger, EarlyStopping, Fit, GradientTape, History,
        LearningRateScheduler, ModelCheckpoint, MonitorMode, ReduceLrOnPlateau, Status, TensorBoard, TerminateOnNan,
        Training, TrainingError, Verbose, linspace,
    };
    pub use mlp_core::training::{Data, DataError, LossList, Network, Trainer};
    pub use mlp_core::{Parameters, Rng};
    pub use mlp_macros::{Parameters, functional, sequential};
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
