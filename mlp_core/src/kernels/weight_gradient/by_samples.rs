//! The lanes are samples: a block of sums in registers while all samples go by, then each register is added up.

use core::ops::Range;

use super::{BySamples, WeightGradient};
use crate::kernels::blocks::even_blocks;
use crate::kernels::dispatch::Kernel;
use crate::kernels::vector::Vector;
use crate::scalar::Scalar;

/// How many inputs are worked on at a time: few enough that they stay in the second-level cache while all outputs go by.
const INPUTS: usize = 120;

impl<T: Scalar> Kernel<T> for WeightGradient<'_, T, BySamples> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        for first in (0..self.x.features()).step_by(INPUTS) {
            let inputs = first..self.x.features().min(first + INPUTS);
            for outputs in even_blocks(0..self.dz.features(), V::GRADIENT_BLOCK.0) {
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

impl<T: Scalar> WeightGradient<'_, T, BySamples> {
    /// # Safety
    /// `HEIGHT` outputs from `output` on, and the inputs, must exist.
    #[inline(always)]
    unsafe fn outputs<V: Vector<Scalar = T>, const HEIGHT: usize>(&mut self, output: usize, inputs: Range<usize>) {
        // SAFETY: the caller's contract.
        unsafe {
            if inputs.start == 0 && !self.bias.is_empty() {
                self.biases::<V, HEIGHT>(output);
            }
            for inputs in even_blocks(inputs, V::GRADIENT_BLOCK.1) {
                match inputs.len() {
                    6 if V::GRADIENT_BLOCK.1 >= 6 => self.block::<V, HEIGHT, 6>(output, inputs.start),
                    5 if V::GRADIENT_BLOCK.1 >= 5 => self.block::<V, HEIGHT, 5>(output, inputs.start),
                    4 if V::GRADIENT_BLOCK.1 >= 4 => self.block::<V, HEIGHT, 4>(output, inputs.start),
                    3 if V::GRADIENT_BLOCK.1 >= 3 => self.block::<V, HEIGHT, 3>(output, inputs.start),
                    2 => self.block::<V, HEIGHT, 2>(output, inputs.start),
                    _ => self.block::<V, HEIGHT, 1>(output, inputs.start),
                }
            }
        }
    }

    /// # Safety
    /// `HEIGHT` outputs from `output` on and `WIDTH` inputs from `input` on must exist.
    #[inline(always)]
    unsafe fn block<V: Vector<Scalar = T>, const HEIGHT: usize, const WIDTH: usize>(
        &mut self,
        output: usize,
        input: usize,
    ) {
        let mut sums = [[V::splat(T::zero()); 4]; WIDTH];
        // SAFETY: the caller's contract keeps every access below inside its slice.
        unsafe {
            let x = self.x.as_ptr().add(input * self.x.stride());
            let dz = self.dz.as_ptr().add(output * self.dz.stride());
            for sample in (0..self.x.padded_samples()).step_by(V::LANES) {
                let slope = |row: usize| V::load(dz.add(row * self.dz.stride() + sample));
                let value = |column: usize| V::load(x.add(column * self.x.stride() + sample));
                // The fewer stay in registers, and each of the others meets them all.
                if HEIGHT <= WIDTH {
                    let slopes: [V; HEIGHT] = core::array::from_fn(slope);
                    for (column, sums) in sums.iter_mut().enumerate() {
                        let value = value(column);
                        for (sum, slope) in sums.iter_mut().zip(slopes) {
                            *sum = slope.mul_add(value, *sum);
                        }
                    }
                } else {
                    let values: [V; WIDTH] = core::array::from_fn(value);
                    for row in 0..HEIGHT {
                        let slope = slope(row);
                        for (sums, value) in sums.iter_mut().zip(values) {
                            sums[row] = slope.mul_add(value, sums[row]);
                        }
                    }
                }
            }
        }
        let outputs = self.dz.features();
        for (column, sums) in sums.into_iter().enumerate() {
            let start = (input + column) * outputs + output;
            for (weight, sum) in self.weights[start..start + HEIGHT].iter_mut().zip(V::sum_each(sums)) {
                *weight += sum;
            }
        }
    }
}
