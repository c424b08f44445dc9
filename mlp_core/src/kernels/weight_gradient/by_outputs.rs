//! The weight gradient with outputs in the lanes.
//!
//! ```text
//! for samples in 0..S step SAMPLES                // without padding; the transposed copy stays in the L1 cache
//!   for o in 0..OUT step NR · LANES               // at most NR registers of outputs
//!     transposed[s][0..NR · LANES] = dz[o.., s]   // a register of outputs at a time
//!     for i in 0..IN step MR                      // at most MR inputs
//!       accumulators[MR][NR] = 0
//!       for s in samples                          // gemm's micro-kernel, with X in place of the weights
//!         accumulators[r][c] += x[i + r, s] · transposed[s][c]
//!       dW[o.., i + r] += accumulators[r]
//! ```
//!
//! `MR` and `NR` are those of gemm.

use core::mem::MaybeUninit;
use core::ops::Range;

use super::{ByOutputs, WeightGradient};
use crate::kernels::dispatch::Kernel;
use crate::kernels::micro_kernel::{Samples, Weights, even_blocks, multiply_add};
use crate::kernels::vector::{COLUMNS, Vector};
use crate::real::Real;
use crate::tile::LANES;

/// Samples that are transposed at a time.
const SAMPLES: usize = 128;

/// Maximum number of outputs that are transposed at a time: 4 of the widest registers.
const MAX_OUTPUTS: usize = 4 * LANES;

/// `dZ` of up to `SAMPLES` samples, transposed: all outputs of the first sample, then of the next.
#[repr(C, align(64))]
struct Transposed<T>([MaybeUninit<T>; SAMPLES * MAX_OUTPUTS]);

impl<T: Real> Kernel<T> for WeightGradient<'_, T, ByOutputs> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        if !self.bias.is_empty() {
            // Most outputs come in groups of 4.
            let fours = self.dz.features() / 4 * 4;
            // SAFETY: the outputs lie below `dz.features()`.
            unsafe {
                (0..fours).step_by(4).for_each(|output| self.biases::<V, 4>(output));
                (fours..self.dz.features()).for_each(|output| self.biases::<V, 1>(output));
            }
        }
        let mut transposed = Transposed([MaybeUninit::uninit(); SAMPLES * MAX_OUTPUTS]);
        let registers = self.dz.features().div_ceil(V::LANES);
        for first in (0..self.dz.samples()).step_by(SAMPLES) {
            let samples = first..self.dz.samples().min(first + SAMPLES);
            for registers in even_blocks(0..registers, V::NR) {
                let output = registers.start * V::LANES;
                // SAFETY: each register starts below `dz.features()`. The samples lie inside both tiles.
                unsafe {
                    match registers.len() {
                        4 if V::NR >= 4 => self.outputs::<V, 4>(&mut transposed, output, samples.clone()),
                        3 if V::NR >= 3 => self.outputs::<V, 3>(&mut transposed, output, samples.clone()),
                        2 => self.outputs::<V, 2>(&mut transposed, output, samples.clone()),
                        _ => self.outputs::<V, 1>(&mut transposed, output, samples.clone()),
                    }
                }
            }
        }
    }
}

impl<T: Real> WeightGradient<'_, T, ByOutputs> {
    /// Adds the weight gradients of `REGISTERS` registers of outputs over some samples.
    ///
    /// # Safety
    /// Each of the registers, from `output` on, must start below `dz.features()`. The tiles must have the samples,
    /// at most `SAMPLES`.
    #[inline(always)]
    unsafe fn outputs<V: Vector<Scalar = T>, const REGISTERS: usize>(
        &mut self,
        transposed: &mut Transposed<T>,
        output: usize,
        samples: Range<usize>,
    ) {
        let width = REGISTERS * V::LANES;
        // SAFETY: the caller's contract. The inputs lie below `x.features()`.
        unsafe {
            // Samples up to the next multiple of `COLUMNS` are padding.
            let transposed_end = samples.start + samples.len().next_multiple_of(COLUMNS);
            self.transpose::<V>(transposed, output..output + width, samples.start..transposed_end);
            let dz = Samples { first: transposed.0.as_ptr().cast::<T>(), stride: width };
            for inputs in even_blocks(0..self.x.features(), V::MR) {
                let input = inputs.start;
                let (sample, depth) = (samples.start, samples.len());
                match inputs.len() {
                    6 if V::MR >= 6 => self.add::<V, 6, REGISTERS>(dz, input, output, sample, depth),
                    5 if V::MR >= 5 => self.add::<V, 5, REGISTERS>(dz, input, output, sample, depth),
                    4 => self.add::<V, 4, REGISTERS>(dz, input, output, sample, depth),
                    3 => self.add::<V, 3, REGISTERS>(dz, input, output, sample, depth),
                    2 => self.add::<V, 2, REGISTERS>(dz, input, output, sample, depth),
                    _ => self.add::<V, 1, REGISTERS>(dz, input, output, sample, depth),
                }
            }
        }
    }

    /// Copies `dZ` of some outputs and samples, transposed. Outputs beyond `dz.features()` become zero.
    ///
    /// # Safety
    /// `dz` must have the padded samples, whose number must be a multiple of `COLUMNS` and at most `SAMPLES`. There
    /// must be at most `MAX_OUTPUTS` outputs.
    #[inline(always)]
    unsafe fn transpose<V: Vector<Scalar = T>>(
        &self,
        transposed: &mut Transposed<T>,
        outputs: Range<usize>,
        samples: Range<usize>,
    ) {
        let width = outputs.len();
        let target = transposed.0.as_mut_ptr().cast::<T>();
        let (dz, stride, features) = (self.dz.as_ptr(), self.dz.stride(), self.dz.features());
        // The partial register of outputs, if there is one.
        let mut block = [[T::zero(); LANES]; LANES];
        // One cache line of each output, then the next line, so that the written rows stay in the L1 cache.
        for line in samples.clone().step_by(LANES) {
            for output in outputs.clone().step_by(V::LANES) {
                // SAFETY: the caller's contract. Of the outputs, only the existing ones are read; the padding of their
                // samples ends with a line.
                unsafe {
                    let mut from = dz.wrapping_add(output * stride + line);
                    let mut from_stride = stride;
                    if output + V::LANES > features {
                        for (row, copy) in block.iter_mut().take(features.saturating_sub(output)).enumerate() {
                            *copy = from.add(row * stride).cast::<[T; LANES]>().read();
                        }
                        (from, from_stride) = (block.as_ptr().cast(), LANES);
                    }
                    for sample in (line..samples.end.min(line + LANES)).step_by(COLUMNS) {
                        let target = target.add((sample - samples.start) * width + output - outputs.start);
                        V::transpose(from.add(sample - line), from_stride, target, width);
                    }
                }
            }
        }
    }

    /// Adds the gradients of the weights between `INPUTS` inputs and `REGISTERS` registers of outputs over some samples.
    ///
    /// # Safety
    /// `x` must have `INPUTS` inputs from `input` on and the samples. Each of the registers, from `output` on, must start
    /// below `dz.features()`, and `dz` must hold these outputs, transposed, for each of the samples.
    #[inline(always)]
    unsafe fn add<V: Vector<Scalar = T>, const INPUTS: usize, const REGISTERS: usize>(
        &mut self,
        dz: Samples<T>,
        input: usize,
        output: usize,
        sample: usize,
        depth: usize,
    ) {
        let (outputs, width) = (self.dz.features(), REGISTERS * V::LANES);
        // SAFETY: the caller's contract. Only weights below `weights.len()` are read and written.
        unsafe {
            let x = self.x.as_ptr().add(input * self.x.stride() + sample);
            let x = Weights { first: x, row_stride: self.x.stride(), column_stride: 1 };
            let mut sums = [[V::splat(T::zero()); REGISTERS]; INPUTS];
            multiply_add::<V, INPUTS, REGISTERS>(&mut sums, dz, x, depth);
            let weights = self.weights.as_mut_ptr().add(input * outputs + output);
            let end = (input + INPUTS - 1) * outputs + output + width;
            if end <= self.weights.len() {
                add_block(weights, outputs, sums);
            } else {
                add_last_block(weights, outputs, outputs - output, sums);
            }
        }
    }
}

/// Adds registers to those that start at `target`, rows `stride` apart, where a register may reach into the next rows: there,
/// its lanes are zero.
///
/// # Safety
/// All registers must be readable and writable.
#[inline(always)]
unsafe fn add_block<V: Vector, const ROWS: usize, const REGISTERS: usize>(
    target: *mut V::Scalar,
    stride: usize,
    mut sums: [[V; REGISTERS]; ROWS],
) {
    // SAFETY: the caller's contract.
    unsafe {
        // All loads come before the stores, because a load that overlaps the store before waits for it. Rows in ascending order
        // overwrite what the row before has stored in their lanes.
        for (row, sums) in sums.iter_mut().enumerate() {
            for (register, sum) in sums.iter_mut().enumerate() {
                *sum = V::load(target.add(row * stride + register * V::LANES)).add(*sum);
            }
        }
        for (row, sums) in sums.into_iter().enumerate() {
            for (register, sum) in sums.into_iter().enumerate() {
                sum.store(target.add(row * stride + register * V::LANES));
            }
        }
    }
}

/// Does the same as [`add_block`] for rows of which `width` scalars, at most `stride`, exist.
///
/// # Safety
/// They must be readable and writable, and each of the registers must start among them.
#[inline(always)]
unsafe fn add_last_block<V: Vector<Scalar: Real>, const ROWS: usize, const REGISTERS: usize>(
    target: *mut V::Scalar,
    stride: usize,
    width: usize,
    sums: [[V; REGISTERS]; ROWS],
) {
    for (row, sums) in sums.into_iter().enumerate() {
        for (register, sum) in sums.into_iter().enumerate() {
            let lanes = V::LANES.min(width - register * V::LANES);
            // SAFETY: the caller's contract.
            unsafe {
                let target = target.add(row * stride + register * V::LANES);
                V::load_partial(target, lanes).add(sum).store_partial(target, lanes);
            }
        }
    }
}
