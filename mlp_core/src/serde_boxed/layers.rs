//! `Serialize` and `Deserialize` for each type of layer.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{deserialize, write};
use crate::layers::{
    Activation, Add, AlphaDropout, Average, BatchNormalization, Concatenate, Dense, Dot, Dropout, Embedding,
    FourierFeatures, GaussianDropout, GaussianNoise, LayerNormalization, Maximum, Minimum, Module, Multiply,
    Normalization, PRelu, PeriodicChoice, PeriodicEmbedding, Rescaling, RmsNormalization, Subtract, UnitNormalization,
    Vectors,
};
use crate::scalar::Scalar;

macro_rules! layers {
    ($($generics:tt $($layer:ty),*;)*) => {$(same_generics! { $generics $($layer),* })*};
}

macro_rules! same_generics {
    ($generics:tt $($layer:ty),*) => {$(layer! { $generics $layer })*};
}

macro_rules! layer {
    ([$($generics:tt)*] $layer:ty) => {
        impl<$($generics)*> Serialize for $layer
        where
            Self: Module,
        {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                write::layer(self, serializer)
            }
        }

        impl<'de, $($generics)*> Deserialize<'de> for $layer
        where
            Self: Module,
        {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(*deserialize(deserializer)?)
            }
        }
    };
}

layers! {
    [const IN: usize, const OUT: usize, A, T: Scalar] Dense<IN, OUT, A, T>;
    [const IN: usize, const OUT: usize, C: Vectors<T, OUT>, T: Scalar] Embedding<IN, OUT, C, T>;
    [const IN: usize, const OUT: usize, T: Scalar] FourierFeatures<IN, OUT, T>;
    [const IN: usize, const OUT: usize, I: PeriodicChoice, T: Scalar] PeriodicEmbedding<IN, OUT, I, T>;
    [const N: usize, A, T: Scalar] Activation<N, A, T>;
    [const N: usize, T: Scalar]
        AlphaDropout<N, T>, BatchNormalization<N, T>, Dropout<N, T>, GaussianDropout<N, T>, GaussianNoise<N, T>,
        LayerNormalization<N, T>, Normalization<N, T>, PRelu<N, T>, RmsNormalization<N, T>, Rescaling<N, T>,
        UnitNormalization<N, T>;
    [I, T: Scalar]
        Add<I, T>, Average<I, T>, Concatenate<I, T>, Dot<I, T>, Maximum<I, T>, Minimum<I, T>, Multiply<I, T>,
        Subtract<I, T>;
}
