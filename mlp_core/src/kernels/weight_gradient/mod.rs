//! The weight gradient of a dense layer: `dW += dZᵀ X` and `db += Σ dZ`, sums over samples.
//!
//! Tiles have samples in SIMD lanes, so this product sums over lanes. There are two algorithms:
//!
//! - [`BySamples`] keeps samples in the lanes and reduces each accumulator register at the end. With few samples, the
//!   reductions take as long as the sums.
//! - [`ByOutputs`] transposes `dZ` first. Then outputs lie in the lanes and nothing has to be reduced. For
//!   784-128 and batches of 128, it reaches 96% of the peak of a Zen 5 core.

mod by_outputs;
mod by_samples;

use core::marker::PhantomData;

use super::micro_kernel::cache_lines;
use super::parallel::Split;
use super::vector::Vector;
use crate::real::Real;
use crate::tile::{LANES, Tile};

/// Arguments of a weight gradient, with checked sizes. `L` is [`BySamples`] or [`ByOutputs`].
pub(crate) struct WeightGradient<'a, T, L> {
    x: Tile<'a, T>,
    dz: Tile<'a, T>,
    /// Column-major: the weights of an input are contiguous.
    weights: &'a mut [T],
    /// Empty in all parts of a split gradient but the first.
    bias: &'a mut [T],
    lanes: PhantomData<fn() -> L>,
}

/// Marker: samples lie in the lanes.
pub(crate) enum BySamples {}

/// Marker: outputs lie in the lanes.
pub(crate) enum ByOutputs {}

impl ByOutputs {
    /// Returns whether this algorithm needs fewer cycles. They are estimated from measurements with AVX-512 and AVX2.
    ///
    /// Expects the sizes of the whole gradient, so that its parts sum in the same order. Without `dispatch`, the stack may
    /// be too small for the transposed copy.
    pub(crate) fn is_faster<T>(inputs: usize, outputs: usize, samples: usize) -> bool {
        let (lines, padded_samples) = (cache_lines::<T>(outputs), cache_lines::<T>(samples.next_multiple_of(LANES)));
        let [inputs, outputs, samples] = [inputs, outputs, samples].map(|size| size as u64);
        // A multiply-add for each input and sample, the transpose, and the loads and stores of the weights.
        let by_outputs = lines * ((inputs + 8) * samples + 12 * inputs) + 140;
        // A multiply-add for each weight, and the reductions of four registers.
        let by_samples = inputs * (outputs * padded_samples + 14 * outputs.div_ceil(4));
        cfg!(feature = "dispatch") && by_outputs < by_samples
    }
}

impl<'a, T, L> WeightGradient<'a, T, L> {
    #[inline(always)]
    pub(crate) fn new(x: Tile<'a, T>, dz: Tile<'a, T>, weights: &'a mut [T], bias: &'a mut [T]) -> Self {
        assert_eq!(x.padded_samples(), dz.padded_samples(), "samples of a weight gradient");
        assert_eq!(weights.len(), x.features() * dz.features(), "weights of a weight gradient");
        assert!(bias.is_empty() || bias.len() == dz.features(), "biases of a weight gradient");
        Self { x, dz, weights, bias, lanes: PhantomData }
    }

    /// Creates the gradient of weights alone.
    pub(crate) fn without_bias(x: Tile<'a, T>, dz: Tile<'a, T>, weights: &'a mut [T]) -> Self {
        assert_eq!(x.padded_samples(), dz.padded_samples(), "samples of a weight gradient");
        assert_eq!(weights.len(), x.features() * dz.features(), "weights of a weight gradient");
        Self { x, dz, weights, bias: &mut [], lanes: PhantomData }
    }
}

// Each weight is a sum of its own, so the parts compute the same bits as the whole. It is split between inputs, whose
// weights are contiguous.
impl<T: Real, L> Split for WeightGradient<'_, T, L> {
    fn work(&self) -> usize {
        self.weights.len() * self.x.padded_samples()
    }

    fn length(&self) -> usize {
        self.x.features()
    }

    fn split_at(self, input: usize) -> (Self, Self) {
        let Self { x, dz, weights, bias, lanes } = self;
        let (first_x, second_x) = x.split_at(input);
        let (first, second) = weights.split_at_mut(input * dz.features());
        let part = |x, weights, bias| Self { x, dz, weights, bias, lanes };
        (part(first_x, first, bias), part(second_x, second, &mut []))
    }
}

impl<T: Real, L> WeightGradient<'_, T, L> {
    /// Adds the bias gradients of `COUNT` outputs, at most 4.
    ///
    /// # Safety
    /// `dz` must have `COUNT` outputs from `output` on.
    #[inline(always)]
    unsafe fn biases<V: Vector<Scalar = T>, const COUNT: usize>(&mut self, output: usize) {
        let mut sums = [V::splat(T::zero()); 4];
        for sample in (0..self.dz.padded_samples()).step_by(V::LANES) {
            for (row, sum) in sums[..COUNT].iter_mut().enumerate() {
                // SAFETY: the caller's contract. Padded samples are a multiple of `LANES`.
                *sum = sum.add(unsafe { V::load(self.dz.as_ptr().add((output + row) * self.dz.stride() + sample)) });
            }
        }
        for (bias, sum) in self.bias[output..output + COUNT].iter_mut().zip(V::sum_each(sums)) {
            *bias += sum;
        }
    }
}
