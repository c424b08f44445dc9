//! Layers, and the contracts that they implement.
//!
//! A custom layer is a struct of its parameters and an implementation of [`Layer`], and is used as the others are:
//! `Gain(64)` below is `y = factor · x`, with a trained factor for each feature.
//!
//! ```
//! # extern crate mlp_core as mlp;
//! use mlp::layers::{Backward, Features, Layer};
//! use mlp::{Parameters, Rng, Scalar, Tile, TileMut};
//! use nalgebra::SVector;
//!
//! #[derive(Clone, Debug, PartialEq)]
//! #[repr(C)]
//! pub struct Gain<const N: usize, T: Scalar = f32> {
//!     pub factors: SVector<T, N>,
//! }
//!
//! // SAFETY: `repr(C)`, a vector of the scalar. Users of `mlp` write `#[derive(Parameters)]` instead.
//! unsafe impl<const N: usize, T: Scalar> Parameters for Gain<N, T> {
//!     type Scalar = T;
//! }
//!
//! impl<const N: usize, T: Scalar> Layer for Gain<N, T> {
//!     type Input = Features<N>;
//!     type Output = Features<N>;
//!
//!     fn initialize(&mut self, _rng: &mut Rng) {
//!         self.factors.fill(T::one());
//!     }
//!
//!     fn forward(&self, x: Tile<'_, T>, mut y: TileMut<'_, T>) {
//!         y.map_from(x, |feature, x| self.factors[feature] * x);
//!     }
//!
//!     // dfactors += Σ dY ⊙ X,  dX = factors ⊙ dY
//!     fn backward(&self, pass: Backward<'_, Self>) {
//!         let (x, dy) = (pass.input, pass.output_gradient.as_tile());
//!         for feature in 0..N {
//!             let products = x.feature(feature).iter().zip(dy.feature(feature)).map(|(&x, &dy)| x * dy);
//!             pass.gradient.factors[feature] += products.sum::<T>();
//!         }
//!         if let Some(dx) = pass.input_gradient {
//!             self.forward(dy, dx);
//!         }
//!     }
//! }
//! ```

mod absent;
mod activation;
mod batch_normalization;
mod concatenate;
mod dense;
mod dense_options;
mod dot;
mod embedding;
mod fourier_features;
mod layer;
mod layer_normalization;
mod merge;
mod module;
mod noise;
mod normalization;
mod periodic_embedding;
mod prelu;
mod regularizer;
mod rescaling;
mod rms_normalization;
mod sample;
mod shape;
mod twice_differentiable;
mod unit_normalization;

pub use crate::options::InvalidValue;
pub use crate::variable::{ArrayShape, Role, Variable};
pub use absent::{NoAttention, NoConvolutions, NoRecurrentLayers, SamplesAreFlat};
pub use activation::Activation;
pub use batch_normalization::{BatchNormalization, BatchNormalizationOptions, BatchStatistics};
pub use dense::Dense;
pub use dense_options::DenseOptions;
pub use dot::DotOptions;
pub use embedding::{Categories, Embedding, EmbeddingOptions, NoCategories, Vectors};
pub use fourier_features::{FourierFeatures, FourierFeaturesOptions};
pub use layer::Layer;
pub use layer_normalization::{LayerNormalization, LayerNormalizationOptions};
pub use merge::{Add, Average, Concatenate, Dot, Maximum, Minimum, Multiply, Subtract};
pub use module::{
    Backward, BackwardInPlace, FusedDerivatives, LayerInfo, LayerVisitor, Mode, Module, UpdateRule, WithScalar,
};
pub use noise::{
    AlphaDropout, AlphaDropoutOptions, Dropout, DropoutOptions, GaussianDropout, GaussianDropoutOptions, GaussianNoise,
    GaussianNoiseOptions, NoiseCache,
};
pub use normalization::Normalization;
pub use periodic_embedding::{AllInputs, PeriodicChoice, PeriodicEmbedding, PeriodicEmbeddingOptions, PeriodicInputs};
pub use prelu::PRelu;
pub use regularizer::Regularizer;
pub use rescaling::{Rescaling, RescalingOptions};
pub use rms_normalization::{RmsNormalization, RmsNormalizationOptions};
pub use sample::IntoSample;
pub use shape::{Concatenated, Features, Pair, Part, Shape, ShapeTuple, TupleOf};
pub use twice_differentiable::TwiceDifferentiable;
pub use unit_normalization::UnitNormalization;

use crate::scalar::Scalar;

/// Size of a layer that is written without one, which the macros report: `Dropout(rate = 0.5)`.
const UNSIZED: usize = 0;

/// Compile-time check that a layer's input size matches.
#[diagnostic::on_unimplemented(
    message = "expected {EXPECTED} input features, found {FOUND}",
    label = "expects {EXPECTED}, found {FOUND}",
    note = "change this size to {FOUND}, or the output size of the previous layer to {EXPECTED}"
)]
pub trait InputMatches<const FOUND: usize, const EXPECTED: usize> {
    /// Returns the same elements as a sample of the expected shape.
    fn fit<T: Scalar, Found: Shape, Expected: Shape>(sample: &Found::Sample<T>) -> Expected::Sample<T>;
}

/// Marker type of [`InputMatches`].
#[doc(hidden)]
#[derive(Debug)]
pub enum Connection {}

// For all types: otherwise the compiler would list `Connection` as a type that matches.
impl<C, const N: usize> InputMatches<N, N> for C {
    #[inline(always)]
    fn fit<T: Scalar, Found: Shape, Expected: Shape>(sample: &Found::Sample<T>) -> Expected::Sample<T> {
        let mut fitted = Expected::sample();
        let (whole, target) = (Found::first_part(sample), Expected::first_part_mut(&mut fitted));
        if whole.len() == N && target.len() == N {
            target.copy_from_slice(whole);
            return fitted;
        }
        let mut first = 0;
        Expected::parts_mut(&mut fitted, &mut |part: &mut [T]| {
            copy_elements::<T, Found>(sample, first, part);
            first += part.len();
        });
        fitted
    }
}

/// Returns a closure that is marked for inlining, as a part of a kernel must be. The mark may stand at an argument alone.
#[inline(always)]
pub(crate) fn inlined<F>(closure: F) -> F {
    closure
}

/// Copies the elements of a sample from `first` on, across the borders of its parts.
#[inline(always)]
pub(crate) fn copy_elements<T: Scalar, S: Shape>(sample: &S::Sample<T>, first: usize, target: &mut [T]) {
    let mut begin = 0;
    S::parts(sample, &mut |part: &[T]| {
        // The elements from `start` to `end` of both. `get` instead of indexing: this code must not be able to panic. Slices
        // instead of iterators: each is a call for every element in a debug build.
        let (start, end) = (begin.max(first), (begin + part.len()).min(first + target.len()));
        if start < end
            && let Some(elements) = part.get(start - begin..end - begin)
            && let Some(target) = target.get_mut(start - first..end - first)
        {
            target.copy_from_slice(elements);
        }
        begin += part.len();
    });
}
