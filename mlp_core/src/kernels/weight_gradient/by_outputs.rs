//! The lanes are outputs: the slopes of some samples are turned round, and then this is a product like the others.

use core::mem::MaybeUninit;
use core::ops::Range;

use super::{ByOutputs, WeightGradient};
use crate::kernels::blocks::{Samples, Weights, even_blocks, multiply};
use crate::kernels::dispatch::Kernel;
use crate::kernels::vector::{SQUARE, Vector};
use crate::scalar::Scalar;
use crate::tile::LANES;

/// How many samples are turned round at a time: few enough that the copy stays in the first-level cache.
const DEPTH: usize = 128;

/// The most outputs that a block covers.
const OUTPUTS: usize = 4 * LANES;

/// Slopes of up to `DEPTH` samples: all outputs of a block of the first sample, then of the next.
#[repr(C, align(64))]
struct Turned<T>([MaybeUninit<T>; DEPTH * OUTPUTS]);

impl<T: Scalar> Kernel<T> for WeightGradient<'_, T, ByOutputs> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        if !self.bias.is_empty() {
            // As many outputs as are used fill registers but for an eighth, so they come in fours but for a few.
            let fours = self.dz.features() / 4 * 4;
            // SAFETY: the outputs exist.
            unsafe {
                (0..fours).step_by(4).for_each(|output| self.biases::<V, 4>(output));
                (fours..self.dz.features()).for_each(|output| self.biases::<V, 1>(output));
            }
        }
        let mut turned = Turned([MaybeUninit::uninit(); DEPTH * OUTPUTS]);
        let (samples, registers) = (self.x.padded_samples(), self.dz.features().div_ceil(V::LANES));
        for first in (0..samples).step_by(DEPTH) {
            let samples = first..samples.min(first + DEPTH);
            for registers in even_blocks(0..registers, V::BLOCK.1) {
                let output = registers.start * V::LANES;
                // SAFETY: registers of outputs that exist, the last one perhaps in part; samples of the padded tiles.
                unsafe {
                    match registers.len() {
                        4 if V::BLOCK.1 >= 4 => self.turned::<V, 4>(&mut turned, output, samples.clone()),
                        3 if V::BLOCK.1 >= 3 => self.turned::<V, 3>(&mut turned, output, samples.clone()),
                        2 => self.turned::<V, 2>(&mut turned, output, samples.clone()),
                        _ => self.turned::<V, 1>(&mut turned, output, samples.clone()),
                    }
                }
            }
        }
    }
}

impl<T: Scalar> WeightGradient<'_, T, ByOutputs> {
    /// # Safety
    /// `REGISTERS` registers from `output` on must begin at outputs that exist, and there must be the samples.
    #[inline(always)]
    unsafe fn turned<V: Vector<Scalar = T>, const REGISTERS: usize>(
        &mut self,
        turned: &mut Turned<T>,
        output: usize,
        samples: Range<usize>,
    ) {
        let width = REGISTERS * V::LANES;
        // SAFETY: the caller's contract; `samples` is no longer than `DEPTH`, and the inputs are those of the tile.
        unsafe {
            self.turn::<V>(turned, output..output + width, samples.clone());
            let slopes = Samples { first: turned.0.as_ptr().cast::<T>(), stride: width };
            for inputs in even_blocks(0..self.x.features(), V::BLOCK.0) {
                let (input, sample) = (inputs.start, samples.start);
                match inputs.len() {
                    6 if V::BLOCK.0 >= 6 => self.add::<V, 6, REGISTERS>(slopes, input, output, sample, samples.len()),
                    5 if V::BLOCK.0 >= 5 => self.add::<V, 5, REGISTERS>(slopes, input, output, sample, samples.len()),
                    4 => self.add::<V, 4, REGISTERS>(slopes, input, output, sample, samples.len()),
                    3 => self.add::<V, 3, REGISTERS>(slopes, input, output, sample, samples.len()),
                    2 => self.add::<V, 2, REGISTERS>(slopes, input, output, sample, samples.len()),
                    _ => self.add::<V, 1, REGISTERS>(slopes, input, output, sample, samples.len()),
                }
            }
        }
    }

    /// Copies slopes, those of one sample side by side. Outputs that do not exist have slopes of zero.
    ///
    /// # Safety
    /// The samples, whole squares and at most `DEPTH`, must exist; at most `OUTPUTS` outputs.
    #[inline(always)]
    unsafe fn turn<V: Vector<Scalar = T>>(&self, turned: &mut Turned<T>, outputs: Range<usize>, samples: Range<usize>) {
        let width = outputs.len();
        let target = turned.0.as_mut_ptr().cast::<T>();
        // A cache line of each output after the other, so that what is written stays in the first-level cache.
        let lines = samples.clone().step_by(LANES);
        let squares = lines.flat_map(|line| outputs.clone().step_by(SQUARE).map(move |output| (line, output)));
        for (line, output) in squares {
            let existing = SQUARE.min(self.dz.features().saturating_sub(output));
            let wanted = SQUARE.min(outputs.end - output);
            for sample in (line..samples.end.min(line + LANES)).step_by(SQUARE) {
                // SAFETY: padded samples come in whole squares, and of the outputs only those that exist are read; at most
                // `DEPTH` samples of at most `OUTPUTS` outputs are written.
                unsafe {
                    let slopes = self.dz.as_ptr().wrapping_add(output * self.dz.stride() + sample);
                    let target = target.add((sample - samples.start) * width + output - outputs.start);
                    if existing.min(wanted) == SQUARE {
                        V::turn_square(slopes, self.dz.stride(), target, width);
                    } else {
                        for (row, column) in (0..wanted).flat_map(|row| (0..SQUARE).map(move |column| (row, column))) {
                            let exists = row < existing;
                            let slope = if exists { *slopes.add(row * self.dz.stride() + column) } else { T::zero() };
                            target.add(column * width + row).write(slope);
                        }
                    }
                }
            }
        }
    }

    /// Adds what `depth` samples from `sample` on say about a block of weights.
    ///
    /// # Safety
    /// `INPUTS` inputs from `input` on and the samples must exist, `REGISTERS` registers from `output` on must begin at
    /// outputs that exist, and the slopes must be theirs.
    #[inline(always)]
    unsafe fn add<V: Vector<Scalar = T>, const INPUTS: usize, const REGISTERS: usize>(
        &mut self,
        slopes: Samples<T>,
        input: usize,
        output: usize,
        sample: usize,
        depth: usize,
    ) {
        let outputs = self.dz.features();
        // SAFETY: the caller's contract.
        unsafe {
            let x = self.x.as_ptr().add(input * self.x.stride() + sample);
            let x = Weights { first: x, row_stride: self.x.stride(), column_stride: 1 };
            let mut sums = [[V::splat(T::zero()); REGISTERS]; INPUTS];
            multiply::<V, INPUTS, REGISTERS>(&mut sums, slopes, x, depth);
            for (row, sums) in sums.into_iter().enumerate() {
                for (register, sum) in sums.into_iter().enumerate() {
                    let output = output + register * V::LANES;
                    let start = (input + row) * outputs + output;
                    let weights = self.weights.as_mut_ptr().add(start);
                    // After the last output of an input follow those of the next, to which a zero is added.
                    if start + V::LANES <= self.weights.len() {
                        V::load(weights).add(sum).store(weights);
                    } else {
                        let lanes = V::LANES.min(outputs - output);
                        V::load_first(weights, lanes).add(sum).store_first(weights, lanes);
                    }
                }
            }
        }
    }
}
