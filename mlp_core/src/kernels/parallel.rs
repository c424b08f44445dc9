//! Splits large kernels over threads, with the same bits for any number of threads.
//!
//! ```text
//! run(kernel)
//!   if it has less than two times the minimum work: launch it
//!   else: split it in halves, run both on any two threads, and reduce their results
//! ```
//!
//! A kernel is split between its outputs and never within a sum, at places that depend on its sizes alone. So neither the
//! number of threads nor the feature `threads` changes the result, and no part needs memory of its own.

use super::dispatch::{Dispatch, Kernel};

/// A kernel that can be split into two parts.
///
/// The parts must compute the same bits as the whole, wherever it is split.
pub(crate) trait Split: Sized + Send {
    /// Returns the cost in multiply-adds.
    fn work(&self) -> usize;
    /// Returns the maximum number of parts.
    fn length(&self) -> usize;
    /// Splits the kernel before `index`, which is below the length.
    fn split_at(self, index: usize) -> (Self, Self);
}

/// The result of a part of a kernel.
pub(crate) trait Reduce: Send {
    /// Combines the results of two parts. The order must not matter.
    fn reduce(self, other: Self) -> Self;
}

impl Reduce for () {
    fn reduce(self, (): ()) {}
}

impl Reduce for bool {
    fn reduce(self, other: bool) -> bool {
        self && other
    }
}

/// Minimum work of a part, about 20 µs on one core. Less is not worth a thread.
const MIN_PARALLEL_WORK: usize = 1 << 20;

/// Parts start at multiples of this. So they consist of whole blocks and registers, and the partial ones at the end are
/// those of the whole kernel.
const GRAIN: usize = 16;

/// Cost per element of a loop that is bound by memory, in multiply-adds.
pub(super) const ELEMENT_WORK: usize = 64;

/// Runs a kernel. With the feature `threads`, a large one runs on the threads of rayon's current pool.
#[inline]
pub(crate) fn run<T: Dispatch, K: Split + Kernel<T, Output: Reduce>>(kernel: K) -> K::Output {
    if cfg!(feature = "threads") && kernel.work() >= 2 * MIN_PARALLEL_WORK {
        run_in_parts::<T, K>(kernel)
    } else {
        kernel.launch()
    }
}

fn run_in_parts<T: Dispatch, K: Split + Kernel<T, Output: Reduce>>(kernel: K) -> K::Output {
    let half = (kernel.length() / 2).next_multiple_of(GRAIN);
    if kernel.work() < 2 * MIN_PARALLEL_WORK || half >= kernel.length() {
        return kernel.launch();
    }
    let (first, second) = kernel.split_at(half);
    let (first, second) = join(|| run_in_parts::<T, K>(first), || run_in_parts::<T, K>(second));
    first.reduce(second)
}

#[cfg(feature = "threads")]
pub use super::fork_join::{join, threads};

#[cfg(not(feature = "threads"))]
pub use sequential::{join, threads};

#[cfg_attr(feature = "threads", expect(dead_code, reason = "threads replace it"))]
mod sequential {
    /// Runs both functions. With the feature `threads`, they run on any two threads of rayon's current pool.
    pub fn join<A, B: Send>(first: impl FnOnce() -> A, second: impl FnOnce() -> B + Send) -> (A, B) {
        (first(), second())
    }

    /// Returns the number of threads of rayon's current pool, 1 without the feature `threads`.
    pub fn threads() -> usize {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::adam::{Adam, AdamStep};
    use crate::kernels::epilogue::{Epilogue, OutputDerivative};
    use crate::kernels::gemm::Gemm;
    use crate::kernels::matrix::Matrix;
    use crate::kernels::weight_gradient::{ByOutputs, BySamples, WeightGradient};
    use crate::tile::Buffer;

    /// Widths that are no multiples of a block, samples that end in a partial register, and work for several parts.
    const INPUTS: usize = 261;
    const OUTPUTS: usize = 299;
    const SAMPLES: usize = 203;

    fn values(count: usize) -> Vec<f32> {
        (0..count).map(|i| (i as f32 * 0.7).sin()).collect()
    }

    fn tile(features: usize) -> Buffer<f32> {
        let mut buffer = Buffer::new(features, SAMPLES);
        let mut tile = buffer.tile_mut(features, SAMPLES);
        for feature in 0..features {
            let values = (0..SAMPLES).map(|sample| ((feature * 31 + sample) as f32).cos());
            tile.feature(feature).iter_mut().zip(values).for_each(|(x, value)| *x = value);
        }
        tile.pad_with_last_sample();
        buffer
    }

    fn assert_same_bits<R: PartialEq>(run: impl Fn(bool) -> R) {
        assert!(run(false) == run(true), "the parts compute other bits than the whole");
    }

    /// Runs a kernel as a whole or in parts.
    fn run_split<K: Split + Kernel<f32, Output = ()>>(kernel: K, split: bool) {
        assert!(kernel.work() >= 2 * MIN_PARALLEL_WORK, "too little work to be split");
        if split { run_in_parts::<f32, K>(kernel) } else { kernel.launch() }
    }

    #[test]
    fn products_in_parts_have_the_same_bits() {
        let (weights, bias) = (values(INPUTS * OUTPUTS), values(OUTPUTS));
        let (x, dz) = (tile(INPUTS), tile(OUTPUTS));
        let matrix = Matrix::new(&weights, OUTPUTS, INPUTS);
        assert_same_bits(|split| {
            let mut y = Buffer::new(OUTPUTS, SAMPLES);
            let tile = y.tile_mut(OUTPUTS, SAMPLES);
            run_split(Gemm::new(x.tile(INPUTS, SAMPLES), matrix, Some(&bias), Epilogue::Relu, tile), split);
            (0..OUTPUTS).map(|feature| y.tile(OUTPUTS, SAMPLES).feature(feature).to_vec()).collect::<Vec<_>>()
        });
        assert_same_bits(|split| {
            let mut dx = Buffer::new(INPUTS, SAMPLES);
            let (dz, tile) = (dz.tile(OUTPUTS, SAMPLES), dx.tile_mut(INPUTS, SAMPLES));
            let product = Gemm::of_gradient(dz, matrix, tile);
            run_split(product.through(OutputDerivative::Relu, x.tile(INPUTS, SAMPLES)), split);
            (0..INPUTS).map(|feature| dx.tile(INPUTS, SAMPLES).feature(feature).to_vec()).collect::<Vec<_>>()
        });
    }

    fn weight_gradients_in_parts<L>()
    where
        for<'a> WeightGradient<'a, f32, L>: Kernel<f32, Output = ()>,
    {
        let (x, dz) = (tile(INPUTS), tile(OUTPUTS));
        assert_same_bits(|split| {
            let (mut weights, mut bias) = (values(INPUTS * OUTPUTS), values(OUTPUTS));
            let (x, dz) = (x.tile(INPUTS, SAMPLES), dz.tile(OUTPUTS, SAMPLES));
            run_split(WeightGradient::<f32, L>::new(x, dz, &mut weights, &mut bias), split);
            (weights, bias)
        });
    }

    #[test]
    fn weight_gradients_in_parts_have_the_same_bits() {
        weight_gradients_in_parts::<BySamples>();
        weight_gradients_in_parts::<ByOutputs>();
    }

    #[test]
    fn adam_in_parts_has_the_same_bits() {
        let step = AdamStep { rate: 0.1, mean_gain: 0.1, variance_gain: 0.001, epsilon: 1e-7 };
        let count = 70_003;
        let gradient = values(count);
        assert_same_bits(|split| {
            let (mut parameters, mut mean, mut variance) = (values(count), vec![0.1; count], vec![0.2; count]);
            let (gradient, mean_) = (&gradient[..], &mut mean[..]);
            run_split(
                Adam { step, parameters: &mut parameters, gradient, mean: mean_, variance: &mut variance },
                split,
            );
            (parameters, mean, variance)
        });
    }
}
