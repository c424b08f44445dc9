//! Large kernels in parts, for several threads.
//!
//! A kernel is divided between its outputs, never within a sum, and how depends on its sizes alone. So the result has
//! the same bits for any number of threads, and without the feature `threads`; nor does a part need memory of its own.

use super::dispatch::{Dispatch, Kernel};

/// A kernel that can be divided into two that do the same together.
///
/// Whatever is computed must not depend on where it is divided.
pub(crate) trait Divide: Sized + Send {
    /// Its cost in multiply-adds.
    fn work(&self) -> usize;
    /// Into how many parts it could be divided at most.
    fn length(&self) -> usize;
    /// The parts before and after `index`, which is below its length.
    fn split_at(self, index: usize) -> (Self, Self);
}

/// The result of a part, which makes the whole's together with the other's, in any order.
pub(crate) trait Unite: Send {
    /// The result of both.
    fn unite(self, other: Self) -> Self;
}

impl Unite for () {
    fn unite(self, (): ()) {}
}

impl Unite for bool {
    fn unite(self, other: bool) -> bool {
        self && other
    }
}

/// Less than this, some 20 µs of one core, is not worth a thread.
const LEAST_WORK: usize = 1 << 20;

/// Parts begin at multiples of this, so that each is made of whole blocks and registers: the last, partial one is the
/// same as in the undivided kernel.
const GRAIN: usize = 16;

/// Runs a kernel; with the feature `threads`, a large one on the threads of rayon's current pool.
#[inline]
pub(crate) fn run<T: Dispatch, K: Divide + Kernel<T, Output: Unite>>(kernel: K) -> K::Output {
    if cfg!(feature = "threads") && kernel.work() >= 2 * LEAST_WORK {
        in_parts::<T, K>(kernel)
    } else {
        kernel.launch()
    }
}

fn in_parts<T: Dispatch, K: Divide + Kernel<T, Output: Unite>>(kernel: K) -> K::Output {
    let half = (kernel.length() / 2).next_multiple_of(GRAIN);
    if kernel.work() < 2 * LEAST_WORK || half >= kernel.length() {
        return kernel.launch();
    }
    let (first, second) = kernel.split_at(half);
    let (first, second) = join(|| in_parts::<T, K>(first), || in_parts::<T, K>(second));
    first.unite(second)
}

#[cfg(feature = "threads")]
use rayon::join;

#[cfg(not(feature = "threads"))]
fn join<A, B>(first: impl FnOnce() -> A, second: impl FnOnce() -> B) -> (A, B) {
    (first(), second())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::adam::{Adam, AdamStep};
    use crate::kernels::product::{Epilogue, Matrix, Product};
    use crate::kernels::weight_gradient::{ByOutputs, BySamples, WeightGradient};
    use crate::tile::Buffer;

    /// Widths that no block divides, more samples than fill whole registers, and enough work for several parts.
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

    fn both<R: PartialEq>(run: impl Fn(bool) -> R) {
        assert!(run(false) == run(true), "parts give something else than the whole");
    }

    /// Undivided or in parts.
    fn go<K: Divide + Kernel<f32, Output = ()>>(kernel: K, divided: bool) {
        assert!(kernel.work() >= 2 * LEAST_WORK, "too little to be divided");
        if divided { in_parts::<f32, K>(kernel) } else { kernel.launch() }
    }

    #[test]
    fn products_in_parts_have_the_same_bits() {
        let (weights, bias) = (values(INPUTS * OUTPUTS), values(OUTPUTS));
        let (x, dz) = (tile(INPUTS), tile(OUTPUTS));
        let matrix = Matrix::new(&weights, OUTPUTS, INPUTS);
        both(|divided| {
            let mut y = Buffer::new(OUTPUTS, SAMPLES);
            let tile = y.tile_mut(OUTPUTS, SAMPLES);
            go(Product::new(x.tile(INPUTS, SAMPLES), matrix, Some(&bias), Epilogue::Relu, tile), divided);
            (0..OUTPUTS).map(|feature| y.tile(OUTPUTS, SAMPLES).feature(feature).to_vec()).collect::<Vec<_>>()
        });
        both(|divided| {
            let mut dx = Buffer::new(INPUTS, SAMPLES);
            let (dz, tile) = (dz.tile(OUTPUTS, SAMPLES), dx.tile_mut(INPUTS, SAMPLES));
            let product = Product::new(dz, matrix.transpose(), None, Epilogue::Identity, tile);
            go(product.through(Some(x.tile(INPUTS, SAMPLES))), divided);
            (0..INPUTS).map(|feature| dx.tile(INPUTS, SAMPLES).feature(feature).to_vec()).collect::<Vec<_>>()
        });
    }

    fn weight_gradients_in_parts<L>()
    where
        for<'a> WeightGradient<'a, f32, L>: Kernel<f32, Output = ()>,
    {
        let (x, dz) = (tile(INPUTS), tile(OUTPUTS));
        both(|divided| {
            let (mut weights, mut bias) = (values(INPUTS * OUTPUTS), values(OUTPUTS));
            let (x, dz) = (x.tile(INPUTS, SAMPLES), dz.tile(OUTPUTS, SAMPLES));
            go(WeightGradient::<f32, L>::new(x, dz, &mut weights, &mut bias), divided);
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
        both(|divided| {
            let (mut parameters, mut mean, mut variance) = (values(count), vec![0.1; count], vec![0.2; count]);
            let (gradient, mean_) = (&gradient[..], &mut mean[..]);
            go(Adam { step, parameters: &mut parameters, gradient, mean: mean_, variance: &mut variance }, divided);
            (parameters, mean, variance)
        });
    }
}
