//! Layers that let chance in while a network is trained, and do nothing in prediction.

use core::marker::PhantomData;

use nalgebra::SVector;

use super::{Backward, Features, Layer, Mode, Purpose, Summary, WithScalar};
use crate::kernels::Vector;
#[cfg(feature = "onnx")]
use crate::onnx;
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Buffer, Tile, TileMut};

/// The factors of a pass, which `backward` multiplies by too.
#[derive(Debug)]
pub struct NoiseCache<T: Scalar, const N: usize> {
    factors: Buffer<T, Features<N>>,
}

/// Layers that make `y = factor · x + offset` of each number, with a factor and an offset drawn for each. An entry gives the
/// option, what its values may be, and how the two are drawn.
macro_rules! layers {
    ($($(#[$doc:meta])* $name:ident, $(#[$options_doc:meta])* $options:ident,
        $(#[$option_doc:meta])* $option:ident, $needed:literal, $holds:expr, $draw:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        #[repr(C)]
        pub struct $name<const N: usize, T = f32>(PhantomData<fn() -> T>);

        $(#[$options_doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $options {
            $option: f64,
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

        // SAFETY: `repr(C)`, nothing of size.
        unsafe impl<const N: usize, T: Scalar> Parameters for $name<N, T> {
            type Scalar = T;
        }

        impl<const N: usize, S, T: Scalar> WithScalar<T> for $name<N, S> {
            type Layer = $name<N, T>;
        }

        impl<const N: usize, T: Scalar> Layer for $name<N, T> {
            type Input = Features<N>;
            type Output = Features<N>;
            type Options = $options;
            type Cache = NoiseCache<T, N>;

            fn cache(samples: usize, purpose: Purpose) -> NoiseCache<T, N> {
                NoiseCache { factors: purpose.kept(N, samples) }
            }

            fn initialize(&mut self, _options: &$options, _generator: &mut Rng) {}

            fn forward(
                &self,
                options: &$options,
                mode: Mode<'_>,
                input: Tile<'_, T>,
                mut output: TileMut<'_, T>,
                cache: &mut NoiseCache<T, N>,
            ) {
                output.copy_from(input);
                if let Mode::Training(rng) = mode {
                    let draw = $draw;
                    let factors = cache.factors.tile_mut(N, input.samples());
                    disturb(output, factors, || draw(options.$option, &mut *rng));
                }
            }

            // dX = factor dY
            fn backward(&self, _options: &$options, pass: Backward<'_, Self>, cache: &mut NoiseCache<T, N>) {
                if let Some(gradient) = pass.input_gradient {
                    let factors = cache.factors.tile(N, pass.input.samples());
                    multiply(gradient, pass.output_gradient.as_tile(), factors);
                }
            }

            #[inline(always)]
            fn forward_one<V: Vector<Scalar = T>>(&self, _options: &$options, input: &SVector<T, N>) -> SVector<T, N> {
                *input
            }

            #[cfg(feature = "onnx")]
            fn export(
                &self,
                _options: &Self::Options,
                _graph: &mut onnx::Graph,
                inputs: &[onnx::Value],
            ) -> onnx::Exported {
                Ok(inputs.to_vec())
            }

            fn summarize(name: &str, options: &Self::Options, summary: &mut Summary) {
                let holds: fn(f64) -> bool = $holds;
                summary.need(holds(options.$option), name, (stringify!($option), options.$option), $needed);
                summary.row(name, stringify!($name), N, []);
            }
        }
    )*};
}

layers! {
    /// In training `y = 0` with probability `rate`, and `y = x / (1 − rate)` otherwise; `y = x` in prediction.
    ///
    /// Written `Dropout(64, rate = 0.2)` in a network; the rate is 0.5 if nothing is said. Keras: `Dropout`. Source:
    /// Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014.
    Dropout,
    /// The hyper-parameters of [`Dropout`].
    DropoutOptions,
    /// The share of numbers that is left out, from 0 up to 1, which is not among them: `rate = 0.2`.
    rate, "a share from 0 up to 1, without 1", |rate| (0.0..1.0).contains(&rate), |rate: f64, rng: &mut Rng| {
        (if rng.uniform() < rate { 0.0 } else { 1.0 / (1.0 - rate) }, 0.0)
    };
    /// In training `y = x + stddev · z`, with a normal `z` for each number; `y = x` in prediction.
    ///
    /// Written `GaussianNoise(64, stddev = 0.1)` in a network. Keras: `GaussianNoise`.
    GaussianNoise,
    /// The hyper-parameters of [`GaussianNoise`].
    GaussianNoiseOptions,
    /// The standard deviation of the noise: `stddev = 0.1`.
    stddev, "a finite number from 0 on", |stddev| stddev >= 0.0 && stddev.is_finite(),
        |stddev: f64, rng: &mut Rng| (1.0, stddev * rng.normal());
    /// In training `y = x · (1 + √(rate / (1 − rate)) · z)`, with a normal `z` for each number; `y = x` in prediction.
    ///
    /// Written `GaussianDropout(64, rate = 0.2)` in a network. Keras: `GaussianDropout`. Source: Srivastava et al., 2014,
    /// section 10.
    GaussianDropout,
    /// The hyper-parameters of [`GaussianDropout`].
    GaussianDropoutOptions,
    /// The rate of the dropout that has the same variance: `rate = 0.2`.
    rate, "a share from 0 up to 1, without 1", |rate| (0.0..1.0).contains(&rate),
        |rate: f64, rng: &mut Rng| (1.0 + (rate / (1.0 - rate)).sqrt() * rng.normal(), 0.0);
    /// In training `y = a p + b` with probability `rate`, and `y = a x + b` otherwise; `y = x` in prediction.
    ///
    /// `p = −1.758…` is the least that `selu` gives, and `a = ((1 − rate) (1 + rate p²))^−½` and `b = −a p rate` let the mean 0
    /// and the variance 1 stay.
    ///
    /// Written `AlphaDropout(64, rate = 0.2)` in a network, behind `selu`. Keras: `AlphaDropout`. Source: Klambauer et al.,
    /// "Self-Normalizing Neural Networks", 2017.
    AlphaDropout,
    /// The hyper-parameters of [`AlphaDropout`].
    AlphaDropoutOptions,
    /// The share of numbers that is replaced: `rate = 0.2`.
    rate, "a share from 0 up to 1, without 1", |rate| (0.0..1.0).contains(&rate), alpha_dropout;
}

// p = −scale · alpha of selu,  a = ((1 − rate) (1 + rate p²))^−½,  b = −a p rate
// y = a x + b, or y = a p + b
fn alpha_dropout(rate: f64, rng: &mut Rng) -> (f64, f64) {
    let least = -1.050_700_987_355_480_5 * 1.673_263_242_354_377_3;
    let scale = ((1.0 - rate) * (1.0 + rate * least * least)).sqrt().recip();
    let shift = -scale * least * rate;
    if rng.uniform() < rate { (0.0, scale * least + shift) } else { (scale, shift) }
}

fn disturb<T: Scalar>(mut values: TileMut<'_, T>, mut factors: TileMut<'_, T>, mut draw: impl FnMut() -> (f64, f64)) {
    for feature in 0..values.features() {
        for (value, kept) in values.feature(feature).iter_mut().zip(factors.feature(feature)) {
            let (factor, offset) = draw();
            *kept = T::from_f64(factor);
            *value = *value * *kept + T::from_f64(offset);
        }
    }
}

fn multiply<T: Scalar>(mut gradient: TileMut<'_, T>, slopes: Tile<'_, T>, factors: Tile<'_, T>) {
    for feature in 0..slopes.features() {
        let slopes = slopes.padded_feature(feature).iter().zip(factors.padded_feature(feature));
        for (target, (&slope, &factor)) in gradient.padded_feature(feature).iter_mut().zip(slopes) {
            *target = slope * factor;
        }
    }
}
