//! Kernels of streams: values of a tile together with their derivatives along some directions.
//!
//! ```text
//! value:       z
//! first:       zᵢ                        for each direction i
//! second:      zₖ = Σ z_ij               over the pairs (i, j) of each second derivative k
//! ```
//!
//! An affine layer treats every stream alike, so it runs on the kernels of training. The files here have the operations
//! that mix streams:
//!
//! | file | operation |
//! |---|---|
//! | `elementwise` | `y = f(z)`, by the chain rule to second order |
//! | `pattern` | the formulas of `elementwise` for one register |
//! | `product` | `y = a b`, by the product rule |
//! | `jacobian` | the gradient of each sample by the weights of an affine layer |

mod elementwise;
mod jacobian;
mod pattern;
mod product;
#[cfg(test)]
mod tests;

use super::dispatch::Dispatch;
use crate::real::Real;
use crate::tile::{Tile, TileMut};

/// The derivatives that travel with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams<'s> {
    /// Number of first derivatives.
    pub directions: usize,
    /// Second derivatives: each is the sum over some pairs of directions. `∂²/∂x∂y` is one pair, a Laplacian one pair
    /// `(i, i)` for each direction.
    pub second: &'s [&'s [(usize, usize)]],
}

impl Streams<'_> {
    /// The value alone.
    pub const VALUE: Self = Self { directions: 0, second: &[] };

    /// Returns the number of derivatives.
    pub fn derivatives(&self) -> usize {
        self.directions + self.second.len()
    }

    /// Returns the number of streams: the value and its derivatives.
    pub fn count(&self) -> usize {
        1 + self.derivatives()
    }
}

/// Value and derivatives of a tile, for reading.
///
/// The derivatives are one tile of `derivatives · padded samples` samples: the padded samples of the first derivative, then
/// those of the next.
#[derive(Clone, Copy, Debug)]
pub struct StreamTile<'a, T> {
    /// Values.
    pub value: Tile<'a, T>,
    /// All derivatives.
    pub derivatives: Tile<'a, T>,
}

/// Value and derivatives of a tile, for writing.
#[derive(Debug)]
pub struct StreamTileMut<'a, T> {
    /// Values.
    pub value: TileMut<'a, T>,
    /// All derivatives.
    pub derivatives: TileMut<'a, T>,
}

impl<'a, T> StreamTile<'a, T> {
    /// Returns one stream of a feature: stream 0 is the value. The padding is included.
    pub fn stream(&self, stream: usize, feature: usize) -> &'a [T] {
        let padded = self.value.padded_samples();
        match stream.checked_sub(1) {
            None => self.value.padded_feature(feature),
            Some(derivative) => &self.derivatives.padded_feature(feature)[derivative * padded..][..padded],
        }
    }

    /// Returns one stream as a tile: stream 0 is the value.
    pub fn tile(self, stream: usize) -> Tile<'a, T> {
        match stream.checked_sub(1) {
            None => self.value,
            Some(derivative) => {
                self.derivatives.columns(derivative * self.value.padded_samples(), self.value.samples())
            }
        }
    }

    /// Returns where a stream of a feature is, from a sample on.
    ///
    /// # Safety
    /// All three must lie inside the tile.
    #[inline(always)]
    pub(crate) unsafe fn register(&self, stream: usize, feature: usize, sample: usize) -> *const T {
        // SAFETY: the caller's contract.
        unsafe {
            let streams = self.pointer().at(feature, sample);
            if stream == 0 { streams.value } else { streams.derivative(stream - 1) }
        }
    }

    #[inline(always)]
    fn pointer(&self) -> Pointer<*const T> {
        Pointer {
            value: self.value.as_ptr(),
            derivatives: self.derivatives.as_ptr(),
            value_stride: self.value.stride(),
            derivative_stride: self.derivatives.stride(),
            padded: self.value.padded_samples(),
        }
    }
}

impl<'a, T> StreamTileMut<'a, T> {
    /// Returns one stream of a feature: stream 0 is the value. The padding is included.
    pub fn stream(&mut self, stream: usize, feature: usize) -> &mut [T] {
        let padded = self.value.padded_samples();
        match stream.checked_sub(1) {
            None => self.value.padded_feature(feature),
            Some(derivative) => &mut self.derivatives.padded_feature(feature)[derivative * padded..][..padded],
        }
    }

    /// Returns one stream as a tile: stream 0 is the value.
    pub fn tile(self, stream: usize) -> TileMut<'a, T> {
        let (samples, padded) = (self.value.samples(), self.value.padded_samples());
        match stream.checked_sub(1) {
            None => self.value,
            Some(derivative) => self.derivatives.columns(derivative * padded, samples),
        }
    }

    /// Returns the same tile for reading.
    pub fn as_tile(&self) -> StreamTile<'_, T> {
        StreamTile { value: self.value.as_tile(), derivatives: self.derivatives.as_tile() }
    }

    /// Reborrows the tile for a shorter lifetime.
    pub fn reborrow(&mut self) -> StreamTileMut<'_, T> {
        StreamTileMut { value: self.value.reborrow(), derivatives: self.derivatives.reborrow() }
    }

    /// Repeats the last sample in the padding of every stream.
    pub fn pad_with_last_sample(&mut self)
    where
        T: Copy,
    {
        self.for_each_padding(|last, padding| padding.fill(last));
    }

    /// Sets the padding of every stream to zero, as gradients require.
    pub fn clear_padding(&mut self)
    where
        T: Real,
    {
        self.for_each_padding(|_, padding| padding.fill(T::zero()));
    }

    /// Calls `each` with the last sample of each stream of each feature, and the padding after it.
    fn for_each_padding(&mut self, each: impl Fn(T, &mut [T]))
    where
        T: Copy,
    {
        let (samples, padded) = (self.value.samples(), self.value.padded_samples());
        if samples == padded {
            return;
        }
        for feature in 0..self.value.features() {
            for stream in 0..=self.derivatives.samples() / padded {
                let (real, padding) = self.stream(stream, feature).split_at_mut(samples);
                each(real[samples - 1], padding);
            }
        }
    }

    /// Returns where a stream of a feature is, from a sample on.
    ///
    /// # Safety
    /// All three must lie inside the tile.
    #[inline(always)]
    pub(crate) unsafe fn register(&mut self, stream: usize, feature: usize, sample: usize) -> *mut T {
        // SAFETY: the caller's contract.
        unsafe {
            let streams = self.pointer().at(feature, sample);
            if stream == 0 { streams.value } else { streams.derivative(stream - 1) }
        }
    }

    #[inline(always)]
    fn pointer(&mut self) -> Pointer<*mut T> {
        let padded = self.value.padded_samples();
        Pointer {
            value_stride: self.value.stride(),
            derivative_stride: self.derivatives.stride(),
            value: self.value.as_mut_ptr(),
            derivatives: self.derivatives.as_mut_ptr(),
            padded,
        }
    }
}

/// Start of the streams of a tile.
#[derive(Clone, Copy)]
struct Pointer<P> {
    value: P,
    derivatives: P,
    value_stride: usize,
    derivative_stride: usize,
    padded: usize,
}

macro_rules! pointer {
    ($($mutability:ident),*) => {$(
        impl<T> Pointer<*$mutability T> {
            /// Returns the streams of a feature from a sample on.
            ///
            /// # Safety
            /// Feature and sample must lie inside the tile.
            #[inline(always)]
            unsafe fn at(self, feature: usize, sample: usize) -> Self {
                // SAFETY: the caller's contract.
                unsafe {
                    Self {
                        value: self.value.add(feature * self.value_stride + sample),
                        derivatives: self.derivatives.wrapping_add(feature * self.derivative_stride + sample),
                        ..self
                    }
                }
            }

            /// Returns where a derivative is.
            ///
            /// # Safety
            /// The derivative must be one of the tile's.
            #[inline(always)]
            unsafe fn derivative(self, index: usize) -> *$mutability T {
                // SAFETY: the caller's contract.
                unsafe { self.derivatives.add(index * self.padded) }
            }
        }
    )*};
}

pointer!(const, mut);

/// The first three derivatives of an elementwise function at each value of a tile.
#[derive(Clone, Copy, Debug)]
pub struct ActivationDerivatives<'a, T> {
    /// `f'(z)`.
    pub first: Tile<'a, T>,
    /// `f''(z)`.
    pub second: Tile<'a, T>,
    /// `f'''(z)`.
    pub third: Tile<'a, T>,
}

/// The kernels that mix streams, for one scalar type.
pub trait StreamKernels: Sized {
    /// Computes the derivatives of `y = f(z)` from those of `z`.
    fn chain_rule(
        streams: Streams<'_>,
        orders: ActivationDerivatives<'_, Self>,
        z: Tile<'_, Self>,
        y: TileMut<'_, Self>,
    );
    /// Replaces the gradient with respect to the streams of `y = f(z)` by that with respect to the streams of `z`.
    /// `z` has the derivatives.
    fn chain_rule_backward(
        streams: Streams<'_>,
        orders: ActivationDerivatives<'_, Self>,
        z: Tile<'_, Self>,
        gradient: StreamTileMut<'_, Self>,
    );
    /// Computes the streams of `y = a b`. If `b` has one feature and `a` more, it is the factor of all.
    fn product(streams: Streams<'_>, a: StreamTile<'_, Self>, b: StreamTile<'_, Self>, y: StreamTileMut<'_, Self>);
    /// Adds the gradient with respect to the streams of `a` to `target`, where `y = a b`.
    fn add_product_gradient(
        streams: Streams<'_>,
        gradient: StreamTile<'_, Self>,
        b: StreamTile<'_, Self>,
        target: StreamTileMut<'_, Self>,
    );
    /// Adds the gradient of each sample by the weights and biases of `y = W x + b`: row `i · outputs + o` is that of the
    /// weight between input `i` and output `o`.
    fn add_weight_rows(
        x: StreamTile<'_, Self>,
        gradient: StreamTile<'_, Self>,
        weights: TileMut<'_, f64>,
        bias: TileMut<'_, f64>,
    );
}

macro_rules! stream_kernels {
    ($($scalar:ty),*) => {$(
        impl StreamKernels for $scalar {
            fn chain_rule(streams: Streams<'_>, orders: ActivationDerivatives<'_, Self>, z: Tile<'_, Self>, y: TileMut<'_, Self>) {
                Self::dispatch(elementwise::Forward::new(streams, orders, z, y));
            }
            fn chain_rule_backward(
                streams: Streams<'_>,
                orders: ActivationDerivatives<'_, Self>,
                z: Tile<'_, Self>,
                gradient: StreamTileMut<'_, Self>,
            ) {
                Self::dispatch(elementwise::Backward::new(streams, orders, z, gradient));
            }
            fn product(
                streams: Streams<'_>,
                a: StreamTile<'_, Self>,
                b: StreamTile<'_, Self>,
                y: StreamTileMut<'_, Self>,
            ) {
                Self::dispatch(product::Forward::new(streams, a, b, y));
            }
            fn add_product_gradient(
                streams: Streams<'_>,
                gradient: StreamTile<'_, Self>,
                b: StreamTile<'_, Self>,
                target: StreamTileMut<'_, Self>,
            ) {
                Self::dispatch(product::Backward::new(streams, gradient, b, target));
            }
            fn add_weight_rows(
                x: StreamTile<'_, Self>,
                gradient: StreamTile<'_, Self>,
                weights: TileMut<'_, f64>,
                bias: TileMut<'_, f64>,
            ) {
                Self::dispatch(jacobian::WeightRows::new(x, gradient, weights, bias));
            }
        }
    )*};
}

stream_kernels!(f32, f64);

/// Panics unless the derivatives of a tile are those of some streams.
fn check_derivatives<T: Real>(streams: Streams<'_>, value: Tile<'_, T>, derivatives: Tile<'_, T>) {
    assert_eq!(value.features(), derivatives.features(), "features of a stream tile");
    assert_eq!(derivatives.samples(), streams.derivatives() * value.padded_samples(), "samples of a stream tile");
    let directions = streams.second.iter().copied().flatten().map(|&(i, j)| i.max(j) + 1).max().unwrap_or(0);
    assert!(directions <= streams.directions, "directions of the second derivatives");
}
