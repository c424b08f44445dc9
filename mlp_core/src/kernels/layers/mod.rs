//! Loops of the layers that are no products: normalizations, merges, functions of single features, noise.
//!
//! Samples are lanes, so that a sum over the features of a sample is a sum of registers, and a value of a feature is in
//! every lane.

mod block;
mod by_feature;
mod dot;
mod gather;
mod merge;
mod noise;
mod normalization;
mod one_sample;
mod standardization;
mod unfused;

pub(crate) use gather::vector_at;
pub use gather::{RowIndices, RowMajorColumns};
pub use merge::MergeOperation;
pub use noise::Noise;
pub use normalization::{Normalization, NormalizationGradient};
pub use one_sample::SampleKernels;
pub(crate) use one_sample::{
    DotSample, FourierSample, LeakySample, MergeSample, NormalizeSample, PeriodicSample, ScaleSample, StandardizeSample,
};
pub use standardization::Standardization;

use super::Dispatch;
use crate::random::NoiseKey;
use crate::tile::{Tile, TileMut};

/// The kernels of layers, for one scalar type.
///
/// Tiles of one call have the same number of samples. Padding of a gradient is zero on entry and on return.
///
/// # Panics
/// All of them, if the sizes of their arguments do not go together.
pub trait LayerKernels: Sized {
    /// Normalizes each sample over its features: see [`Normalization`].
    fn normalize(rule: Normalization<'_, Self>, x: Tile<'_, Self>, y: TileMut<'_, Self>);
    /// Adds to the gradients of scale and offset, and sets the gradient of the input: see [`Normalization`].
    fn normalize_backward(
        rule: Normalization<'_, Self>,
        x: Tile<'_, Self>,
        dy: Tile<'_, Self>,
        gradient: NormalizationGradient<'_, Self>,
    );
    /// Merges values of `y.features()` features each, which lie in `x` one after another.
    fn merge(operation: MergeOperation, x: Tile<'_, Self>, y: TileMut<'_, Self>);
    /// Sets the gradient of all values that [`merge`](LayerKernels::merge) has merged into `y`.
    fn merge_backward(
        operation: MergeOperation,
        x: Tile<'_, Self>,
        y: Tile<'_, Self>,
        dy: Tile<'_, Self>,
        dx: TileMut<'_, Self>,
    );
    /// Sets each sample to the vector with its index, or to zeros if the index is invalid. `vectors` follow each other, with an
    /// element for each feature of `y`.
    fn gather(vectors: &[Self], indices: Tile<'_, Self>, y: TileMut<'_, Self>);
    /// Copies rows of a matrix to the samples of a tile. The padding becomes zero.
    ///
    /// # Panics
    /// If a row or a column does not exist.
    fn copy_rows(columns: RowMajorColumns<'_, Self>, rows: RowIndices<'_>, y: TileMut<'_, Self>);
    /// Adds the gradient of each sample to the vector with its index.
    fn scatter_add(indices: Tile<'_, Self>, dy: Tile<'_, Self>, sums: &mut [Self]);
    /// Computes `Σᵢ aᵢ bᵢ` of the two values in `x`, divided by their norms if `normalize` is set.
    fn dot_product(normalize: bool, x: Tile<'_, Self>, y: TileMut<'_, Self>);
    /// Sets the gradient of both values of [`dot_product`](LayerKernels::dot_product).
    fn dot_product_backward(normalize: bool, x: Tile<'_, Self>, dy: Tile<'_, Self>, dx: TileMut<'_, Self>);
    /// Computes `y = (x − center) factor + offset` with these three constants.
    fn shift_and_scale(constants: [Self; 3], x: &[Self], y: &mut [Self]);
    /// Normalizes each feature over the samples, and sets their means and variances or uses them: see [`Standardization`].
    fn standardize(
        rule: Standardization<'_, Self>,
        statistics: [&mut [Self]; 2],
        x: Tile<'_, Self>,
        y: TileMut<'_, Self>,
    );
    /// Adds to the gradients of scale and offset, and sets the gradient of the input: see [`Standardization`].
    fn standardize_backward(
        rule: Standardization<'_, Self>,
        statistics: [&[Self]; 2],
        x: Tile<'_, Self>,
        dy: Tile<'_, Self>,
        gradient: NormalizationGradient<'_, Self>,
    );
    /// Computes `y = x` where `x` is positive, and `alpha x` elsewhere.
    fn leaky(alpha: Self, x: &[Self], y: &mut [Self]);
    /// Computes `dx = dy` where `x` is positive, and `alpha dy` elsewhere.
    fn leaky_backward(alpha: Self, x: &[Self], dy: &[Self], dx: &mut [Self]);
    /// Returns `Σ dy min(x, 0)`.
    fn leaky_gradient(x: &[Self], dy: &[Self]) -> Self;
    /// Computes `y = factor · x + offset` with a random factor and offset for each value, and keeps the factors.
    fn disturb(noise: Noise, key: NoiseKey, x: Tile<'_, Self>, y: TileMut<'_, Self>, factors: TileMut<'_, Self>);
    /// Computes `y = a b`, padding included.
    fn multiply(a: Tile<'_, Self>, b: Tile<'_, Self>, y: TileMut<'_, Self>);
}

macro_rules! layer_kernels {
    ($($scalar:ty),*) => {$(
        impl LayerKernels for $scalar {
            fn normalize(rule: Normalization<'_, Self>, x: Tile<'_, Self>, y: TileMut<'_, Self>) {
                Self::dispatch(normalization::Forward::new(rule, x, y));
            }
            fn normalize_backward(
                rule: Normalization<'_, Self>,
                x: Tile<'_, Self>,
                dy: Tile<'_, Self>,
                gradient: NormalizationGradient<'_, Self>,
            ) {
                Self::dispatch(normalization::Backward::new(rule, x, dy, gradient));
            }
            fn merge(operation: MergeOperation, x: Tile<'_, Self>, y: TileMut<'_, Self>) {
                merge::forward(operation, x, y);
            }
            fn merge_backward(
                operation: MergeOperation,
                x: Tile<'_, Self>,
                y: Tile<'_, Self>,
                dy: Tile<'_, Self>,
                dx: TileMut<'_, Self>,
            ) {
                merge::backward(operation, [x, y, dy], dx);
            }
            fn gather(vectors: &[Self], indices: Tile<'_, Self>, y: TileMut<'_, Self>) {
                Self::dispatch(gather::Gather { vectors, indices, y });
            }
            fn copy_rows(columns: RowMajorColumns<'_, Self>, rows: RowIndices<'_>, y: TileMut<'_, Self>) {
                Self::dispatch(gather::CopyRows { columns, rows, y });
            }
            fn scatter_add(indices: Tile<'_, Self>, dy: Tile<'_, Self>, sums: &mut [Self]) {
                Self::dispatch(gather::ScatterAdd { indices, dy, sums });
            }
            fn dot_product(normalize: bool, x: Tile<'_, Self>, y: TileMut<'_, Self>) {
                Self::dispatch(dot::Forward { normalize, x, y });
            }
            fn dot_product_backward(normalize: bool, x: Tile<'_, Self>, dy: Tile<'_, Self>, dx: TileMut<'_, Self>) {
                Self::dispatch(dot::Backward { normalize, x, dy, dx });
            }
            fn shift_and_scale(constants: [Self; 3], x: &[Self], y: &mut [Self]) {
                Self::dispatch(by_feature::ShiftAndScale { constants, x, y });
            }
            fn standardize(
                rule: Standardization<'_, Self>,
                statistics: [&mut [Self]; 2],
                x: Tile<'_, Self>,
                y: TileMut<'_, Self>,
            ) {
                Self::dispatch(standardization::Forward::new(rule, statistics, x, y));
            }
            fn standardize_backward(
                rule: Standardization<'_, Self>,
                statistics: [&[Self]; 2],
                x: Tile<'_, Self>,
                dy: Tile<'_, Self>,
                gradient: NormalizationGradient<'_, Self>,
            ) {
                Self::dispatch(standardization::Backward::new(rule, statistics, x, dy, gradient));
            }
            fn leaky(alpha: Self, x: &[Self], y: &mut [Self]) {
                Self::dispatch(by_feature::Leaky { alpha, x, y });
            }
            fn leaky_backward(alpha: Self, x: &[Self], dy: &[Self], dx: &mut [Self]) {
                Self::dispatch(by_feature::LeakyBackward { alpha, x, dy, dx });
            }
            fn leaky_gradient(x: &[Self], dy: &[Self]) -> Self {
                Self::dispatch(by_feature::LeakyGradient { x, dy })
            }
            fn disturb(
                noise: Noise,
                key: NoiseKey,
                x: Tile<'_, Self>,
                y: TileMut<'_, Self>,
                factors: TileMut<'_, Self>,
            ) {
                f32::dispatch(noise::Disturb::new(noise, key, x, y, factors));
            }
            fn multiply(a: Tile<'_, Self>, b: Tile<'_, Self>, y: TileMut<'_, Self>) {
                Self::dispatch(by_feature::Multiply { a, b, y });
            }
        }
    )*};
}

layer_kernels!(f32, f64);
