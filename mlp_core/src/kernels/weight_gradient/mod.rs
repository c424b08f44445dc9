//! `dW += dZᵀ X` and `db += Σ dZ`: sums over samples.
//!
//! Samples lie in lanes. With many of them, they stay there, and the lanes are added up at the end. With few, that end
//! would take as long as the sums, so the slopes are turned round: then the lanes are outputs, and nothing is left to add.

mod by_outputs;
mod by_samples;

use core::marker::PhantomData;

use super::parallel::Divide;
use super::vector::Vector;
use crate::scalar::Scalar;
use crate::tile::{LANES, Tile};

/// The arguments of one weight gradient, their sizes checked. `L` is what lies in the lanes.
pub(crate) struct WeightGradient<'a, T, L> {
    x: Tile<'a, T>,
    dz: Tile<'a, T>,
    weights: &'a mut [T],
    /// Empty in all parts of a divided gradient but the first.
    bias: &'a mut [T],
    lanes: PhantomData<fn() -> L>,
}

/// The lanes are samples.
pub(crate) enum BySamples {}

/// The lanes are outputs.
pub(crate) enum ByOutputs {}

impl ByOutputs {
    /// Whether this was measured to be faster: enough inputs to use each slope that was turned round, and registers of
    /// outputs that are nearly full. To be asked about the whole, so that parts of it add up in the same order. Without `std`,
    /// the stack may be too small for the copy.
    pub(crate) fn suits(inputs: usize, outputs: usize, samples: usize) -> bool {
        let unused = outputs.next_multiple_of(LANES) - outputs;
        cfg!(feature = "std") && samples < inputs && 8 * unused <= outputs
    }
}

impl<'a, T, L> WeightGradient<'a, T, L> {
    pub(crate) fn new(x: Tile<'a, T>, dz: Tile<'a, T>, weights: &'a mut [T], bias: &'a mut [T]) -> Self {
        assert_eq!(x.padded_samples(), dz.padded_samples(), "samples of a weight gradient");
        assert_eq!(weights.len(), x.features() * dz.features(), "weights of a weight gradient");
        assert_eq!(bias.len(), dz.features(), "biases of a weight gradient");
        Self { x, dz, weights, bias, lanes: PhantomData }
    }
}

// Each weight is a sum of its own, so parts give what the whole gives. Those of an input lie together.
impl<T: Scalar, L> Divide for WeightGradient<'_, T, L> {
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

impl<T: Scalar, L> WeightGradient<'_, T, L> {
    /// The biases of some outputs, four at most.
    ///
    /// # Safety
    /// `COUNT` outputs from `output` on must exist.
    #[inline(always)]
    unsafe fn biases<V: Vector<Scalar = T>, const COUNT: usize>(&mut self, output: usize) {
        let mut sums = [V::splat(T::zero()); 4];
        for sample in (0..self.dz.padded_samples()).step_by(V::LANES) {
            for (row, sum) in sums[..COUNT].iter_mut().enumerate() {
                // SAFETY: whole registers of the padded tile.
                *sum = sum.add(unsafe { V::load(self.dz.as_ptr().add((output + row) * self.dz.stride() + sample)) });
            }
        }
        for (bias, sum) in self.bias[output..output + COUNT].iter_mut().zip(V::sum_each(sums)) {
            *bias += sum;
        }
    }
}
