//! Stochastic layers (dropout, noise): active in training, the identity at inference.

use core::marker::PhantomData;

use nalgebra::SVector;

use super::{Backward, Features, InvalidValue, LayerVisitor, Mode, Module, TwiceDifferentiable, UNSIZED, WithScalar};
use crate::export::{Exported, GraphBuilder, Value};
use crate::kernels::{Noise, Vector};
use crate::memory::{Allocator, Memory, TileBuffer};
use crate::parameters::Parameters;
use crate::scalar::Scalar;
use crate::streams::{StreamGraph, Values};
use crate::tile::{Tile, TileMut};

/// Random factors of a forward pass, reused by `backward`.
#[derive(Debug)]
pub struct NoiseCache<B> {
    factors: B,
}

/// Defines layers `y = factor · x + offset` with a random factor and offset for each value. An entry has the option, its
/// valid values, and the distribution of factor and offset.
macro_rules! layers {
    ($($(#[$doc:meta])* $name:ident, $(#[$options_doc:meta])* $options:ident,
        $(#[$option_doc:meta])* $option:ident, $needed:literal, $holds:expr, $noise:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[repr(C)]
        pub struct $name<const N: usize = UNSIZED, T = f32>(PhantomData<fn() -> T>);

        $(#[$options_doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $options {
            $(#[$option_doc])*
            pub $option: f64,
        }

        impl Default for $options {
            fn default() -> Self {
                Self { $option: 0.5 }
            }
        }

        impl $options {
            $(#[$option_doc])*
            #[must_use]
            pub fn $option(self, $option: f64) -> Self {
                Self { $option }
            }
        }

        // SAFETY: `repr(C)`, zero-sized.
        unsafe impl<const N: usize, T: Scalar> Parameters for $name<N, T> {
            type Scalar = T;
        }

        impl<const N: usize, S, T: Scalar> WithScalar<T> for $name<N, S> {
            type Layer = $name<N, T>;
        }

        impl<const N: usize, T: Scalar> Module for $name<N, T> {
            type Input = Features<N>;
            type Output = Features<N>;
            type Options = $options;
            type Cache<M: Memory> = NoiseCache<M::Buffer<T, Features<N>>>;

            const KIND: &'static str = stringify!($name);
            const READS_OUTPUT: bool = false;
            const OPTIONS: &'static [&'static str] = &[stringify!($option)];

            fn cache<M: Memory>(allocator: Allocator<M>) -> Self::Cache<M> {
                NoiseCache { factors: allocator.training(N) }
            }

            fn forward<M: Memory>(
                &self,
                options: &$options,
                mode: Mode<'_>,
                input: Tile<'_, T>,
                mut output: TileMut<'_, T>,
                cache: &mut Self::Cache<M>,
            ) {
                if let Mode::Training(rng) = mode {
                    let noise: fn(f64) -> Noise = $noise;
                    let factors = cache.factors.tile_mut(N, input.samples());
                    return T::disturb(noise(options.$option), rng.noise_key(), input, output, factors);
                }
                output.copy_from(input);
                if mode.backward_follows() {
                    cache.factors.tile_mut(N, input.samples()).fill(T::one());
                }
            }

            // dX = factor dY
            fn backward<M: Memory>(&self, _options: &$options, pass: Backward<'_, Self>, cache: &mut Self::Cache<M>) {
                if let Some(gradient) = pass.input_gradient {
                    let factors = cache.factors.tile(N, pass.input.samples());
                    T::multiply(pass.output_gradient.as_tile(), factors, gradient);
                }
            }

            #[inline(always)]
            fn forward_one<V: Vector<Scalar = T>>(&self, _options: &$options, input: &SVector<T, N>) -> SVector<T, N> {
                *input
            }

            fn export(
                &self,
                _options: &Self::Options,
                _graph: &mut dyn GraphBuilder,
                inputs: &[Value],
            ) -> Exported {
                Ok(inputs.iter().copied().collect())
            }

            fn configure(options: &$options, visitor: &mut dyn LayerVisitor) {
                let is_valid: fn(f64) -> bool = $holds;
                let value = options.$option;
                let check = InvalidValue::require(is_valid(value), stringify!($option), value, $needed);
                visitor.layer(&|_| unreachable!("no variables"), check);
            }

            fn trace(&self, _options: &$options, _graph: &mut dyn StreamGraph<T>, inputs: &[Value]) -> Values {
                inputs.iter().copied().collect()
            }
        }

        impl<const N: usize, T: Scalar, Any> TwiceDifferentiable<Any> for $name<N, T> {}
    )*};
}

layers! {
    /// In training `y = 0` with probability `rate`, and `y = x / (1 − rate)` otherwise; `y = x` at inference.
    ///
    /// Written `Dropout(64, rate = 0.2)` in a network; the rate defaults to 0.5. Keras: `Dropout`. Source:
    /// Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014.
    Dropout,
    /// Hyper-parameters of [`Dropout`].
    DropoutOptions,
    /// Sets the fraction of values set to zero, in `[0, 1)`: `rate = 0.2`.
    rate, "a fraction in [0, 1)", |rate| (0.0..1.0).contains(&rate),
        |rate| Noise::Choice { rate, dropped: [0.0; 2], kept: [1.0 / (1.0 - rate), 0.0] };
    /// In training `y = x + stddev · z`, with a standard normal `z` for each value; `y = x` at inference.
    ///
    /// Written `GaussianNoise(64, stddev = 0.1)` in a network. Keras: `GaussianNoise`.
    GaussianNoise,
    /// Hyper-parameters of [`GaussianNoise`].
    GaussianNoiseOptions,
    /// Sets the standard deviation of the noise: `stddev = 0.1`.
    stddev, "a finite value of at least 0", |stddev| stddev >= 0.0 && stddev.is_finite(),
        |stddev| Noise::Normal { factor: 0.0, offset: stddev };
    /// In training `y = x · (1 + √(rate / (1 − rate)) · z)`, with a standard normal `z` for each value; `y = x` at inference.
    ///
    /// Written `GaussianDropout(64, rate = 0.2)` in a network. Keras: `GaussianDropout`. Source: Srivastava et al., 2014,
    /// section 10.
    GaussianDropout,
    /// Hyper-parameters of [`GaussianDropout`].
    GaussianDropoutOptions,
    /// Sets the rate of the dropout with the same variance: `rate = 0.2`.
    rate, "a fraction in [0, 1)", |rate| (0.0..1.0).contains(&rate),
        |rate| Noise::Normal { factor: (rate / (1.0 - rate)).sqrt(), offset: 0.0 };
    /// In training `y = a p + b` with probability `rate`, and `y = a x + b` otherwise; `y = x` at inference.
    ///
    /// `p = −1.758…` is the minimum of `selu`; `a = ((1 − rate) (1 + rate p²))^−½` and `b = −a p rate` preserve a mean of 0
    /// and a variance of 1.
    ///
    /// Written `AlphaDropout(64, rate = 0.2)` in a network, after `selu`. Keras: `AlphaDropout`. Source: Klambauer et al.,
    /// "Self-Normalizing Neural Networks", 2017.
    AlphaDropout,
    /// Hyper-parameters of [`AlphaDropout`].
    AlphaDropoutOptions,
    /// Sets the fraction of values replaced, in `[0, 1)`: `rate = 0.2`.
    rate, "a fraction in [0, 1)", |rate| (0.0..1.0).contains(&rate), alpha_dropout;
}

/// Returns the noise of [`AlphaDropout`].
// p = −scale · alpha of selu,  a = ((1 − rate) (1 + rate p²))^−½,  b = −a p rate
// y = a x + b, or y = a p + b
fn alpha_dropout(rate: f64) -> Noise {
    let minimum = -1.050_700_987_355_480_5 * 1.673_263_242_354_377_3;
    let scale = ((1.0 - rate) * (1.0 + rate * minimum * minimum)).sqrt().recip();
    let shift = -scale * minimum * rate;
    Noise::Choice { rate, dropped: [0.0, scale * minimum + shift], kept: [scale, shift] }
}
