//! Activations of a whole sample.

use super::{ActivationFunction, SmoothActivation, exponential};
use crate::export::{Attribute, GraphBuilder, Unsupported, Value};
use crate::kernels::math;
use crate::kernels::{Dispatch, Kernel, MapSample, RegisterFunction, Vector, map_in_place, splat};
use crate::scalar::Scalar;
use crate::streams::{StreamGraph, reciprocal};
use crate::tile::{Tile, TileMut};

/// `yᵢ = exp(zᵢ) / Σⱼ exp(zⱼ)` over the features of a sample. Keras: `softmax`.
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum softmax {}

macro_rules! softmax {
    ($($scalar:ty),*) => {$(
        impl ActivationFunction<$scalar> for softmax {
            const KEEPS_INPUT: bool = false;
            const NAME: &'static str = "softmax";

            fn forward(values: TileMut<'_, $scalar>) {
                <$scalar>::dispatch(Forward(values));
            }

            fn backward(_: Option<Tile<'_, $scalar>>, y: Tile<'_, $scalar>, gradient: TileMut<'_, $scalar>) {
                <$scalar>::dispatch(Backward::new(y, gradient));
            }

            #[inline(always)]
            fn apply<V: Vector<Scalar = $scalar>>(sample: &mut [$scalar]) {
                // A register of one lane asks for a call: see `predict_one`.
                if V::LANES == 1 {
                    return OneSample(sample).run_outlined();
                }
                let max = sample.iter().fold(<$scalar>::NEG_INFINITY, |max, &value| value.max(max));
                map_in_place::<V>(
                    sample,
                    #[inline(always)]
                    |value| math::exp(value.sub(V::splat(max))),
                );
                let scale = V::splat(1.0 / sample.iter().sum::<$scalar>());
                map_in_place::<V>(
                    sample,
                    #[inline(always)]
                    |value| value.mul(scale),
                );
            }

            fn export(graph: &mut dyn GraphBuilder, z: Value) -> Result<Value, Unsupported> {
                Ok(graph.add_node("Softmax", &[z], &[Attribute::Int("axis", 1)]))
            }

            fn trace(graph: &mut dyn StreamGraph<$scalar>, z: Value) -> Value {
                let shifted = graph.subtract_maximum(z);
                let exponentials = exponential::trace(graph, shifted);
                let sum = graph.sum_features(exponentials, 1.0);
                let scale = graph.elementwise(sum, reciprocal);
                graph.product(exponentials, scale)
            }
        }

        impl SmoothActivation<$scalar> for softmax {}

        impl OneSample<'_, $scalar> {
            /// Runs the kernel, compiled in this crate.
            #[inline(never)]
            fn run_outlined(self) {
                <$scalar>::dispatch(self);
            }
        }
    )*};
}

softmax!(f32, f64);

/// Replaces `z` by `softmax(z)` for a single sample.
struct OneSample<'a, T>(&'a mut [T]);

impl<T: Scalar> Kernel<T> for OneSample<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let max = self.0.iter().fold(T::neg_infinity(), |max, &value| if value > max { value } else { max });
        MapSample { values: &mut *self.0, function: Exponential(max) }.run::<V>();
        let scale = T::one() / self.0.iter().copied().sum::<T>();
        self.0.iter_mut().for_each(|value| *value *= scale);
    }
}

/// `exp(z − m)`
struct Exponential<T>(T);

impl<T: Scalar> RegisterFunction<T> for Exponential<T> {
    #[inline(always)]
    fn of<V: Vector<Scalar = T>>(&self, values: V) -> V {
        math::exp(values.sub(V::splat(self.0)))
    }
}

/// Number of registers of samples side by side: a maximum and a sum over the features wait for the feature before.
const REGISTERS: usize = 4;

/// Replaces `z` by `softmax(z)` for `R` registers of samples. Feature `f` is at `f · stride`.
///
/// # Safety
/// The registers must be readable and writable at each feature.
// m = maxⱼ zⱼ: no exponential overflows
// eᵢ = exp(zᵢ − m)
// yᵢ = eᵢ / Σⱼ eⱼ
#[inline(always)]
unsafe fn normalize<V: Vector<Scalar: Scalar>, const R: usize>(values: *mut V::Scalar, features: usize, stride: usize) {
    // SAFETY: the caller's contract.
    unsafe {
        let mut max = [splat::<V>(f64::NEG_INFINITY); R];
        for feature in 0..features {
            for (register, max) in max.iter_mut().enumerate() {
                *max = max.max(V::load(values.add(feature * stride + register * V::LANES)));
            }
        }
        let mut sum = [splat::<V>(0.0); R];
        for feature in 0..features {
            for (register, (max, sum)) in max.iter().zip(&mut sum).enumerate() {
                let value = values.add(feature * stride + register * V::LANES);
                let exponential = math::exp(V::load(value).sub(*max));
                exponential.store(value);
                *sum = sum.add(exponential);
            }
        }
        for sum in &mut sum {
            *sum = splat::<V>(1.0).div(*sum);
        }
        for feature in 0..features {
            for (register, scale) in sum.iter().enumerate() {
                let value = values.add(feature * stride + register * V::LANES);
                V::load(value).mul(*scale).store(value);
            }
        }
    }
}

/// Replaces `z` by `softmax(z)`, including the padding.
pub(super) struct Forward<'a, T>(pub(super) TileMut<'a, T>);

impl<T: Scalar> Kernel<T> for Forward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let (features, stride, padded) = (self.0.features(), self.0.stride(), self.0.padded_samples());
        let blocks = padded - padded % (REGISTERS * V::LANES);
        // SAFETY: both loops step over whole registers of the padded tile.
        unsafe {
            for sample in (0..blocks).step_by(REGISTERS * V::LANES) {
                normalize::<V, REGISTERS>(self.0.as_mut_ptr().add(sample), features, stride);
            }
            for sample in (blocks..padded).step_by(V::LANES) {
                normalize::<V, 1>(self.0.as_mut_ptr().add(sample), features, stride);
            }
        }
    }
}

/// Replaces the gradient with respect to `y` by the gradient with respect to `z`, including the padding.
pub(super) struct Backward<'a, T> {
    y: Tile<'a, T>,
    gradient: TileMut<'a, T>,
}

impl<'a, T> Backward<'a, T> {
    pub(super) fn new(y: Tile<'a, T>, gradient: TileMut<'a, T>) -> Self {
        assert_eq!(y.features(), gradient.features(), "features of softmax");
        assert_eq!(y.padded_samples(), gradient.padded_samples(), "samples of softmax");
        Self { y, gradient }
    }
}

impl<T: Scalar> Kernel<T> for Backward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let padded = self.gradient.padded_samples();
        let blocks = padded - padded % (REGISTERS * V::LANES);
        // SAFETY: both loops step over whole registers of the padded tiles, whose sizes `new` has compared.
        unsafe {
            for sample in (0..blocks).step_by(REGISTERS * V::LANES) {
                self.block::<V, REGISTERS>(sample);
            }
            for sample in (blocks..padded).step_by(V::LANES) {
                self.block::<V, 1>(sample);
            }
        }
    }
}

impl<T: Scalar> Backward<'_, T> {
    /// Computes the gradient of `R` registers of samples.
    ///
    /// # Safety
    /// The registers must lie in the padded tiles.
    // mean = Σⱼ dyⱼ yⱼ
    // dzᵢ = yᵢ (dyᵢ − mean)
    #[inline(always)]
    unsafe fn block<V: Vector<Scalar = T>, const R: usize>(&mut self, sample: usize) {
        let (features, stride) = (self.gradient.features(), self.gradient.stride());
        // SAFETY: the caller's contract.
        unsafe {
            let y = self.y.as_ptr().add(sample);
            let gradient = self.gradient.as_mut_ptr().add(sample);
            let mut mean = [splat::<V>(0.0); R];
            for feature in 0..features {
                for (register, mean) in mean.iter_mut().enumerate() {
                    let at = feature * stride + register * V::LANES;
                    *mean = V::load(gradient.add(at)).mul_add(V::load(y.add(at)), *mean);
                }
            }
            for feature in 0..features {
                for (register, mean) in mean.iter().enumerate() {
                    let at = feature * stride + register * V::LANES;
                    let difference = V::load(gradient.add(at)).sub(*mean);
                    math::gradient_product(difference, V::load(y.add(at))).store(gradient.add(at));
                }
            }
        }
    }
}
