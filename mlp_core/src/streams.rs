//! Graph of a network for streams: values that travel with their derivatives by the inputs.
//!
//! A layer describes its computation by a few operations, each of which has derivatives to third order. So the
//! graph has the derivatives of the whole network, forward and backward.

pub use crate::export::{Value, Values};
pub use crate::kernels::{ActivationDerivatives, StreamKernels, StreamTile, StreamTileMut, Streams};

use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// Computes an elementwise function and its first three derivatives from `z`: the function in `values[0]`, derivative `n` in
/// `values[n]`. Padding is included.
pub type Derivatives<T> = fn(z: Tile<'_, T>, values: [TileMut<'_, T>; 4]);

/// Affine map `W x + b` of a layer's parameters.
#[derive(Clone, Copy, Debug)]
pub struct Affine<'p, T> {
    /// Weights, column-major: one row for each output.
    pub weights: &'p [T],
    /// Bias of each output, or empty for none.
    pub bias: &'p [T],
    /// `true` if the parameters have a gradient.
    pub trained: bool,
}

/// One coefficient for each feature of a value.
#[derive(Clone, Copy, Debug)]
pub enum Coefficients<'p, T> {
    /// Parameters of the layer, which have a gradient.
    Trained(&'p [T]),
    /// Other numbers.
    Kept(&'p [T]),
    /// The same value for all features.
    Uniform(f64),
}

/// Graph under construction. Parameters are slices of the network that is traced.
pub trait StreamGraph<T: Scalar> {
    /// Returns the number of features of a value.
    fn features(&self, value: Value) -> usize;
    /// Adds `W x + b`.
    fn affine(&mut self, x: Value, affine: Affine<'_, T>) -> Value;
    /// Adds `f(z)`, feature by feature.
    fn elementwise(&mut self, z: Value, derivatives: Derivatives<T>) -> Value;
    /// Adds `factor · x + offset`, feature by feature.
    fn scale(&mut self, x: Value, factor: Coefficients<'_, T>, offset: Coefficients<'_, T>) -> Value;
    /// Adds `Σ c x` over some values of the same size and their coefficients.
    fn sum(&mut self, terms: &[(Value, f64)]) -> Value;
    /// Adds `a b`, feature by feature. A `b` of one feature is the factor of all.
    fn product(&mut self, a: Value, b: Value) -> Value;
    /// Adds `scale · Σ x` over the features of each sample.
    fn sum_features(&mut self, x: Value, scale: f64) -> Value;
    /// Adds `x` minus the maximum of each sample's features, which counts as a constant.
    fn subtract_maximum(&mut self, x: Value) -> Value;
    /// Adds `max(a, b)`, feature by feature. `a` is chosen if they are equal.
    fn maximum(&mut self, a: Value, b: Value) -> Value;
    /// Adds `count` features from `first` on.
    fn slice(&mut self, x: Value, first: usize, count: usize) -> Value;
    /// Adds the features of all values, one value after the other.
    fn concatenate(&mut self, values: &[Value]) -> Value;
}

impl<T: Scalar> dyn StreamGraph<T> + '_ {
    /// Adds `f · x` for a number `f`.
    pub fn multiple(&mut self, x: Value, factor: f64) -> Value {
        self.sum(&[(x, factor)])
    }

    /// Adds `scale · Σ a b` over the features of each sample.
    pub fn dot(&mut self, a: Value, b: Value, scale: f64) -> Value {
        let product = self.product(a, b);
        self.sum_features(product, scale)
    }
}

/// [`Derivatives`] of `1 / z`.
pub fn reciprocal<T: Scalar>(z: Tile<'_, T>, values: [TileMut<'_, T>; 4]) {
    for ((mut values, factor), power) in values.into_iter().zip([1.0, -1.0, 2.0, -6.0]).zip(1..) {
        let factor = T::from_f64(factor);
        values.map_from(z, |_, z| factor / z.powi(power));
    }
}

/// [`Derivatives`] of `1 / √z`.
pub fn inverse_root<T: Scalar>(z: Tile<'_, T>, values: [TileMut<'_, T>; 4]) {
    inverse_root_of_at_least(0.0, z, values);
}

/// Computes `1 / √max(z, least)` and its derivatives, which are zero where `z ≤ least`. Derivatives above the largest scalar
/// are the largest scalar, so that their products with zero are zero.
pub fn inverse_root_of_at_least<T: Scalar>(least: f64, z: Tile<'_, T>, values: [TileMut<'_, T>; 4]) {
    let least = T::from_f64(least);
    for ((mut values, factor), power) in values.into_iter().zip([1.0, -0.5, 0.75, -1.875]).zip(0..) {
        let (factor, at_least) = (T::from_f64(factor), if power == 0 { T::one() / least.sqrt() } else { T::zero() });
        values.map_from(z, |_, z| {
            let value = factor / (z.sqrt() * z.powi(power));
            if z <= least {
                at_least
            } else if value.is_infinite() {
                T::max_value() * value.signum()
            } else {
                value
            }
        });
    }
}
