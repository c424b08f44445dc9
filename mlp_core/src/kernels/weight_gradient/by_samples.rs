//! The weight gradient with samples in the lanes.
//!
//! ```text
//! for inputs in 0..IN step INPUTS                 // a slice of X stays in the L2 cache
//!   for o in 0..OUT step MR                       // at most MR outputs, in blocks of nearly equal height
//!     for i in inputs step NR                     // at most NR inputs, likewise
//!       accumulators[NR][MR] = 0
//!       for s in samples step LANES
//!         accumulators[c][r] += dz[o + r, s] · x[i + c, s]
//!         biases[r]          += dz[o + r, s]    // next to the last inputs, if registers are left
//!       dW[o + r, i + c] += the sum of the lanes of accumulators[c][r]
//! ```
//!
//! `MR` by `NR` is 4 by 6 registers for AVX-512 and NEON, 4 by 3 for AVX2, and 4 by 2 otherwise. Four accumulators are
//! reduced together, which costs less than four reductions.

use core::ops::Range;

use super::{BySamples, WeightGradient};
use crate::kernels::dispatch::Kernel;
use crate::kernels::micro_kernel::even_blocks;
use crate::kernels::vector::Vector;
use crate::real::Real;

/// Inputs per pass. Their samples stay in the L2 cache while all outputs pass.
const INPUTS: usize = 120;

impl<T: Real> Kernel<T> for WeightGradient<'_, T, BySamples> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        for first in (0..self.x.features()).step_by(INPUTS) {
            let inputs = first..self.x.features().min(first + INPUTS);
            for outputs in even_blocks(0..self.dz.features(), V::GRADIENT_MR) {
                // SAFETY: inputs and outputs lie inside the tiles, whose sizes `new` has compared.
                unsafe {
                    match outputs.len() {
                        4 => self.outputs::<V, 4>(outputs.start, inputs.clone()),
                        3 => self.outputs::<V, 3>(outputs.start, inputs.clone()),
                        2 => self.outputs::<V, 2>(outputs.start, inputs.clone()),
                        _ => self.outputs::<V, 1>(outputs.start, inputs.clone()),
                    }
                }
            }
        }
    }
}

impl<T: Real> WeightGradient<'_, T, BySamples> {
    /// Adds the gradients of `M` outputs, those of the biases in the first pass.
    ///
    /// # Safety
    /// The tiles must have `M` outputs from `output` on, and the inputs.
    #[inline(always)]
    unsafe fn outputs<V: Vector<Scalar = T>, const M: usize>(&mut self, output: usize, inputs: Range<usize>) {
        // SAFETY: the caller's contract.
        unsafe {
            let needs_bias = inputs.start == 0 && !self.bias.is_empty();
            // The last block is the shortest.
            let has_room = inputs.len().div_ceil(V::GRADIENT_NR) * V::GRADIENT_NR > inputs.len();
            if needs_bias && !has_room {
                self.biases::<V, M>(output);
            }
            let end = inputs.end;
            for inputs in even_blocks(inputs, V::GRADIENT_NR) {
                if needs_bias && has_room && inputs.end == end {
                    self.inputs::<V, M, true>(output, inputs);
                } else {
                    self.inputs::<V, M, false>(output, inputs);
                }
            }
        }
    }

    /// Adds the gradients of the weights between `M` outputs and a block of inputs, and those of the biases with `BIAS`.
    ///
    /// # Safety
    /// The tiles must have `M` outputs from `output` on, and the inputs: at most `GRADIENT_NR`, with `BIAS` fewer.
    #[inline(always)]
    unsafe fn inputs<V: Vector<Scalar = T>, const M: usize, const BIAS: bool>(
        &mut self,
        output: usize,
        inputs: Range<usize>,
    ) {
        let max = if BIAS { V::GRADIENT_NR - 1 } else { V::GRADIENT_NR };
        // SAFETY: the caller's contract.
        unsafe {
            match inputs.len() {
                6 if max >= 6 => self.block::<V, M, 6, BIAS>(output, inputs.start),
                5 if max >= 5 => self.block::<V, M, 5, BIAS>(output, inputs.start),
                4 if max >= 4 => self.block::<V, M, 4, BIAS>(output, inputs.start),
                3 if max >= 3 => self.block::<V, M, 3, BIAS>(output, inputs.start),
                2 if max >= 2 => self.block::<V, M, 2, BIAS>(output, inputs.start),
                _ => self.block::<V, M, 1, BIAS>(output, inputs.start),
            }
        }
    }

    /// Adds the gradients of the weights between `M` outputs and `N` inputs, and those of the biases with `BIAS`.
    ///
    /// # Safety
    /// The tiles must have `M` outputs from `output` on, and `N` inputs from `input` on.
    #[inline(always)]
    unsafe fn block<V: Vector<Scalar = T>, const M: usize, const N: usize, const BIAS: bool>(
        &mut self,
        output: usize,
        input: usize,
    ) {
        let mut sums = [[V::splat(T::zero()); 4]; N];
        let mut biases = [V::splat(T::zero()); 4];
        // SAFETY: the caller's contract. Padded samples are a multiple of `LANES`.
        unsafe {
            let x = self.x.as_ptr().add(input * self.x.stride());
            let dz = self.dz.as_ptr().add(output * self.dz.stride());
            for sample in (0..self.x.padded_samples()).step_by(V::LANES) {
                let dz = |row: usize| V::load(dz.add(row * self.dz.stride() + sample));
                let x = |column: usize| V::load(x.add(column * self.x.stride() + sample));
                // The shorter side stays in registers. The longer one streams past it.
                if M <= N {
                    let dz: [V; M] = core::array::from_fn(dz);
                    if BIAS {
                        biases.iter_mut().zip(dz).for_each(|(sum, dz)| *sum = sum.add(dz));
                    }
                    for (column, sums) in sums.iter_mut().enumerate() {
                        let x = x(column);
                        for (sum, dz) in sums.iter_mut().zip(dz) {
                            *sum = dz.mul_add(x, *sum);
                        }
                    }
                } else {
                    let x: [V; N] = core::array::from_fn(x);
                    for row in 0..M {
                        let dz = dz(row);
                        if BIAS {
                            biases[row] = biases[row].add(dz);
                        }
                        for (sums, x) in sums.iter_mut().zip(x) {
                            sums[row] = dz.mul_add(x, sums[row]);
                        }
                    }
                }
            }
        }
        if BIAS {
            self.bias[output..output + M].iter_mut().zip(V::sum_each(biases)).for_each(|(bias, sum)| *bias += sum);
        }
        let outputs = self.dz.features();
        for (column, sums) in sums.into_iter().enumerate() {
            let start = (input + column) * outputs + output;
            for (weight, sum) in self.weights[start..start + M].iter_mut().zip(V::sum_each(sums)) {
                *weight += sum;
            }
        }
    }
}
