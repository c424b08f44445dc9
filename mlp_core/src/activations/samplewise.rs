//! The activation of a whole sample.

use super::ActivationFunction;
use crate::export::{Attribute, GraphBuilder, Unsupported, Value};
use crate::kernels::math;
use crate::kernels::{Dispatch, Kernel, Vector, map_in_place, splat};
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// `yᵢ = exp(zᵢ) / Σⱼ exp(zⱼ)` over the features of a sample. Keras: `softmax`.
#[allow(non_camel_case_types)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum softmax {}

macro_rules! softmax {
    ($($scalar:ty),*) => {$(
        impl ActivationFunction<$scalar> for softmax {
            const KEEPS_INPUT: bool = false;

            fn forward(values: TileMut<'_, $scalar>) {
                <$scalar>::dispatch(Forward(values));
            }

            fn backward(_: Option<Tile<'_, $scalar>>, after: Tile<'_, $scalar>, gradient: TileMut<'_, $scalar>) {
                <$scalar>::dispatch(Backward::new(after, gradient));
            }

            #[inline(always)]
            fn apply<V: Vector<Scalar = $scalar>>(sample: &mut [$scalar]) {
                let most = sample.iter().fold(<$scalar>::NEG_INFINITY, |most, &value| value.max(most));
                map_in_place::<V>(
                    sample,
                    #[inline(always)]
                    |value| math::exp(value.sub(V::splat(most))),
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
        }
    )*};
}

softmax!(f32, f64);

// m = maxⱼ zⱼ: the same quotient with every exponent at most 0
// eᵢ = exp(zᵢ − m)
// yᵢ = eᵢ / Σⱼ eⱼ
/// Computes softmax of one register of samples, feature `f` at `f · stride`.
///
/// # Safety
/// A whole register must be readable and writable at each of the features.
#[inline(always)]
unsafe fn normalize<V: Vector<Scalar: Scalar>>(values: *mut V::Scalar, features: usize, stride: usize) {
    // SAFETY: the caller's contract.
    unsafe {
        let mut most = splat::<V>(f64::NEG_INFINITY);
        for feature in 0..features {
            most = most.max(V::load(values.add(feature * stride)));
        }
        let mut sum = splat::<V>(0.0);
        for feature in 0..features {
            let value = values.add(feature * stride);
            let exponential = math::exp(V::load(value).sub(most));
            exponential.store(value);
            sum = sum.add(exponential);
        }
        let scale = splat::<V>(1.0).div(sum);
        for feature in 0..features {
            let value = values.add(feature * stride);
            V::load(value).mul(scale).store(value);
        }
    }
}

/// Replaces `z` by `softmax(z)`, in the padding too.
pub(super) struct Forward<'a, T>(pub(super) TileMut<'a, T>);

impl<T: Scalar> Kernel<T> for Forward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let (features, stride) = (self.0.features(), self.0.stride());
        for sample in (0..self.0.padded_samples()).step_by(V::LANES) {
            // SAFETY: whole registers of the padded tile.
            unsafe { normalize::<V>(self.0.as_mut_ptr().add(sample), features, stride) };
        }
    }
}

/// Replaces the gradient by `y` by the gradient by `z`, in the padding too.
pub(super) struct Backward<'a, T> {
    after: Tile<'a, T>,
    gradient: TileMut<'a, T>,
}

impl<'a, T> Backward<'a, T> {
    pub(super) fn new(after: Tile<'a, T>, gradient: TileMut<'a, T>) -> Self {
        assert_eq!(after.features(), gradient.features(), "features of softmax");
        assert_eq!(after.padded_samples(), gradient.padded_samples(), "samples of softmax");
        Self { after, gradient }
    }
}

impl<T: Scalar> Kernel<T> for Backward<'_, T> {
    type Output = ();

    // mean = Σⱼ dyⱼ yⱼ
    // dzᵢ = yᵢ (dyᵢ − mean)
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let (features, stride) = (self.gradient.features(), self.gradient.stride());
        for sample in (0..self.gradient.padded_samples()).step_by(V::LANES) {
            // SAFETY: whole registers of the padded tiles, which `new` has found to be of one size.
            unsafe {
                let after = self.after.as_ptr().add(sample);
                let gradient = self.gradient.as_mut_ptr().add(sample);
                let mut mean = splat::<V>(0.0);
                for feature in 0..features {
                    let at = feature * stride;
                    mean = V::load(gradient.add(at)).mul_add(V::load(after.add(at)), mean);
                }
                for feature in 0..features {
                    let at = feature * stride;
                    V::load(after.add(at)).mul(V::load(gradient.add(at)).sub(mean)).store(gradient.add(at));
                }
            }
        }
    }
}
