//! The weight gradient with samples in the lanes.
//!
//! ```text
//! for outputs in 0..OUT step OUTPUTS              // a slice of dZ stays in the L2 cache
//!   for i in 0..IN step NR                        // at most NR inputs, in blocks of nearly equal width
//!     for o in outputs step MR                    // at most MR outputs
//!       accumulators[NR][MR] = 0
//!       for s in samples step LANES
//!         accumulators[c][r] += dz[o + r, s] · x[i + c, s]
//!         biases[r]          += dz[o + r, s]      // next to the last inputs, if registers are left
//!       dW[o + r, i + c] += the sum of the lanes of accumulators[c][r]
//! ```
//!
//! `MR` by `NR` is 4 by 6 registers for AVX-512 and NEON, 4 by 3 for AVX2, and 4 by 2 otherwise. Four accumulators are
//! reduced together, which costs less than four reductions. The `NR` inputs stay in the L1 cache while the outputs, fewer in a
//! block, pass.

use super::{BySamples, WeightGradient};
use crate::kernels::dispatch::{Dispatch, Kernel};
use crate::kernels::micro_kernel::even_blocks;
use crate::kernels::vector::{Vector, registers};
use crate::real::Real;

/// Outputs per pass. Their samples stay in the L2 cache while all inputs pass.
const OUTPUTS: usize = 120;

impl<T: Real> Kernel<T> for WeightGradient<'_, T, BySamples> {
    type Output = ();

    #[inline(always)]
    fn launch(self)
    where
        T: Dispatch,
    {
        T::dispatch(Sums::of(self));
    }

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        Sums::of(self).run::<V>();
    }
}

/// Raw arguments, of the sizes that [`WeightGradient`] has compared.
#[derive(Clone, Copy)]
struct Sums<T> {
    x: *const T,
    x_stride: usize,
    dz: *const T,
    dz_stride: usize,
    inputs: usize,
    outputs: usize,
    /// Number of samples, a multiple of `LANES`.
    samples: usize,
    weights: *mut T,
    /// Number of weights of an input.
    weight_stride: usize,
    /// The biases, or null.
    bias: *mut T,
}

impl<T: Real> Sums<T> {
    #[inline(always)]
    fn of(gradient: WeightGradient<'_, T, BySamples>) -> Self {
        let WeightGradient { x, dz, weights, bias, lanes: _ } = gradient;
        Self {
            x: x.as_ptr(),
            x_stride: x.stride(),
            dz: dz.as_ptr(),
            dz_stride: dz.stride(),
            inputs: x.features(),
            outputs: dz.features(),
            samples: x.padded_samples(),
            weights: weights.as_mut_ptr(),
            weight_stride: dz.features(),
            bias: if bias.is_empty() { core::ptr::null_mut() } else { bias.as_mut_ptr() },
        }
    }

    /// Returns the sums of some of the outputs and inputs.
    ///
    /// # Safety
    /// They must exist.
    #[inline(always)]
    unsafe fn part(&self, first_output: usize, outputs: usize, first_input: usize, inputs: usize) -> Self {
        // SAFETY: the caller's contract.
        unsafe {
            Self {
                x: self.x.add(first_input * self.x_stride),
                dz: self.dz.add(first_output * self.dz_stride),
                inputs,
                outputs,
                weights: self.weights.add(first_input * self.weight_stride + first_output),
                bias: if self.bias.is_null() { self.bias } else { self.bias.add(first_output) },
                ..*self
            }
        }
    }
}

impl<T: Real> Kernel<T> for Sums<T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        for first in (0..self.outputs).step_by(OUTPUTS) {
            let outputs = OUTPUTS.min(self.outputs - first);
            for inputs in even_blocks(0..self.inputs, V::GRADIENT_NR) {
                let is_last = inputs.end == self.inputs;
                // SAFETY: inputs and outputs exist.
                let part = unsafe { self.part(first, outputs, inputs.start, inputs.len()) };
                // The last block is the shortest.
                if !is_last || self.bias.is_null() {
                    part.columns::<V, false>();
                } else if inputs.len() < V::GRADIENT_NR {
                    part.columns::<V, true>();
                } else {
                    part.columns::<V, false>();
                    V::call(Columns::<T, 0, true>(&part));
                }
            }
        }
    }
}

impl<T: Real> Sums<T> {
    /// Adds the gradients of all inputs and outputs, at most `GRADIENT_NR` inputs. With `BIAS`, there are fewer, and those of the
    /// biases are added too.
    #[inline(always)]
    fn columns<V: Vector<Scalar = T>, const BIAS: bool>(&self) {
        let max = if BIAS { V::GRADIENT_NR - 1 } else { V::GRADIENT_NR };
        match self.inputs {
            6 if max >= 6 => V::call(Columns::<T, 6, BIAS>(self)),
            5 if max >= 5 => V::call(Columns::<T, 5, BIAS>(self)),
            4 if max >= 4 => V::call(Columns::<T, 4, BIAS>(self)),
            3 if max >= 3 => V::call(Columns::<T, 3, BIAS>(self)),
            2 if max >= 2 => V::call(Columns::<T, 2, BIAS>(self)),
            _ => V::call(Columns::<T, 1, BIAS>(self)),
        }
    }
}

/// `N` inputs and all outputs, compiled as a function of its own, in which all values fit the registers.
struct Columns<'a, T, const N: usize, const BIAS: bool>(&'a Sums<T>);

impl<T: Real, const N: usize, const BIAS: bool> Kernel<T> for Columns<'_, T, N, BIAS> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        for outputs in even_blocks(0..self.0.outputs, V::GRADIENT_MR) {
            // SAFETY: the outputs exist.
            unsafe {
                match outputs.len() {
                    4 => self.block::<V, 4>(outputs.start),
                    3 => self.block::<V, 3>(outputs.start),
                    2 => self.block::<V, 2>(outputs.start),
                    _ => self.block::<V, 1>(outputs.start),
                }
            }
        }
    }
}

impl<T: Real, const N: usize, const BIAS: bool> Columns<'_, T, N, BIAS> {
    /// Adds the gradients of the weights between `M` outputs and the inputs, and those of the biases with `BIAS`.
    ///
    /// # Safety
    /// There must be `M` outputs from `output` on.
    #[inline(always)]
    unsafe fn block<V: Vector<Scalar = T>, const M: usize>(&self, output: usize) {
        let Sums { x, x_stride, dz, dz_stride, samples, weights, weight_stride, bias, .. } = *self.0;
        let mut sums = [[V::splat(T::zero()); 4]; N];
        let mut biases = [V::splat(T::zero()); 4];
        // SAFETY: the caller's contract. The samples are whole registers.
        unsafe {
            let dz = dz.add(output * dz_stride);
            for sample in (0..samples).step_by(V::LANES) {
                let dz = |row: usize| V::load(dz.add(row * dz_stride + sample));
                let x = |column: usize| V::load(x.add(column * x_stride + sample));
                // The shorter side stays in registers. The longer one streams past it.
                if M <= N {
                    let dz: [V; M] = registers(dz);
                    if BIAS {
                        for (row, dz) in dz.into_iter().enumerate() {
                            biases[row] = biases[row].add(dz);
                        }
                    }
                    for (column, sums) in sums.iter_mut().enumerate() {
                        let x = x(column);
                        for (sum, dz) in sums.iter_mut().zip(dz) {
                            *sum = dz.mul_add(x, *sum);
                        }
                    }
                } else {
                    let x: [V; N] = registers(x);
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
            if BIAS {
                add::<V, M>(bias.add(output), biases);
            }
            for (column, sums) in sums.into_iter().enumerate() {
                add::<V, M>(weights.add(column * weight_stride + output), sums);
            }
        }
    }
}

/// Adds the sums of the lanes of `M` registers to as many scalars.
///
/// # Safety
/// They must be writable at `target`.
#[inline(always)]
unsafe fn add<V: Vector<Scalar: Real>, const M: usize>(target: *mut V::Scalar, sums: [V; 4]) {
    for (index, sum) in V::sum_each(sums).into_iter().take(M).enumerate() {
        // SAFETY: the caller's contract.
        unsafe { *target.add(index) += sum };
    }
}
