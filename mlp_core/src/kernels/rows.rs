//! The loop of gemm over the samples of some rows, in blocks whose accumulators stay in registers.
//!
//! ```text
//! for mr in rows step MR                         // at most MR outputs, in blocks of nearly equal height
//!   for n in 0..N step NR · LANES                // at most NR registers of samples
//!     accumulators[MR][NR] = start
//!     for k in columns                           // the micro-kernel
//!       accumulators[r][c] += w[mr + r, k] · x[k, n + c]
//!     y = end(accumulators)
//! ```
//!
//! In a product with one column, the weights and biases of a block stay in registers instead, and the samples pass.

use super::dispatch::Kernel;
use super::epilogue::OutputDerivative;
use super::micro_kernel::{Samples, Weights, even_blocks, multiply_add};
use super::vector::{Vector, registers, splat};
use crate::real::Real;

/// Rows of a product and a slice of its columns: raw arguments of the loop over the samples.
pub(super) struct Rows<T> {
    pub(super) weights: Weights<T>,
    pub(super) x: Samples<T>,
    /// Number of columns.
    pub(super) depth: usize,
    pub(super) y: *mut T,
    pub(super) y_stride: usize,
    /// Number of samples, a multiple of `LANES`.
    pub(super) samples: usize,
    pub(super) start: Start<T>,
    pub(super) end: End<T>,
}

/// Initial values of the accumulators.
pub(super) enum Start<T> {
    Zero,
    /// A bias for each row.
    Bias(*const T),
    /// The outputs of the previous slice of columns.
    Outputs,
}

/// Operation on the sums before they are stored.
pub(super) enum End<T> {
    Sum,
    Relu,
    /// Multiply by the derivative of a `relu` with these outputs.
    ThroughRelu(Samples<T>),
    /// Multiply by the derivative of a `tanh` with these outputs.
    ThroughTanh(Samples<T>),
}

impl<T: Real> Rows<T> {
    /// Computes `rows` rows in blocks of nearly equal height.
    ///
    /// # Safety
    /// The matrix and the tiles must have the rows, columns and samples.
    #[inline(always)]
    pub(super) unsafe fn run<V: Vector<Scalar = T>>(mut self, rows: usize) {
        macro_rules! choose {
            ($kernel:ident, $block:ident, $($height:literal)*) => {
                match $block.len() {
                    $($height if V::MR >= $height => V::call($kernel::<T, $height>(&self)),)*
                    height => unreachable!("a block of {height} rows"),
                }
            };
        }
        let is_outer = self.depth == 1 && !matches!(self.start, Start::Outputs);
        for block in even_blocks(0..rows, V::MR) {
            if is_outer {
                choose!(Outer, block, 6 5 4 3 2 1);
            } else {
                choose!(Block, block, 6 5 4 3 2 1);
            }
            self.advance(block.len());
        }
    }

    /// Proceeds to the rows after the first `rows` ones.
    #[inline(always)]
    fn advance(&mut self, rows: usize) {
        self.weights.first = self.weights.first.wrapping_add(rows * self.weights.row_stride);
        self.y = self.y.wrapping_add(rows * self.y_stride);
        if let Start::Bias(bias) = &mut self.start {
            *bias = bias.wrapping_add(rows);
        }
        if let End::ThroughRelu(outputs) | End::ThroughTanh(outputs) = &mut self.end {
            outputs.first = outputs.first.wrapping_add(rows * outputs.stride);
        }
    }
}

/// A block of `ROWS` rows, compiled as a function of its own, in which all values fit the registers.
struct Block<'a, T, const ROWS: usize>(&'a Rows<T>);

impl<T: Real, const ROWS: usize> Kernel<T> for Block<'_, T, ROWS> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let (mut sample, mut registers) = (0, self.0.samples / V::LANES);
        // SAFETY: the registers lie inside the tiles.
        unsafe {
            while registers >= V::NR {
                if V::NR >= 4 {
                    self.0.block::<V, ROWS, 4>(sample);
                } else {
                    self.0.block::<V, ROWS, 2>(sample);
                }
                sample += V::NR * V::LANES;
                registers -= V::NR;
            }
            match registers {
                3 if V::NR >= 4 => self.0.block::<V, ROWS, 3>(sample),
                2 if V::NR >= 3 => self.0.block::<V, ROWS, 2>(sample),
                1 => self.0.block::<V, ROWS, 1>(sample),
                _ => {}
            }
        }
    }
}

/// A block of `ROWS` rows of a product with one column: weights and biases stay in registers while the samples pass.
struct Outer<'a, T, const ROWS: usize>(&'a Rows<T>);

impl<T: Real, const ROWS: usize> Kernel<T> for Outer<'_, T, ROWS> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Rows { weights, x, y, y_stride, samples, ref start, ref end, .. } = *self.0;
        // SAFETY: the registers lie inside the tiles.
        unsafe {
            let weights: [V; ROWS] = registers(|row| V::splat(*weights.first.add(row * weights.row_stride)));
            let starts: [V; ROWS] = registers(|row| match start {
                Start::Bias(bias) => V::splat(*bias.add(row)),
                _ => splat(0.0),
            });
            for sample in (0..samples).step_by(V::LANES) {
                let x = V::load(x.first.add(sample));
                for (row, (weight, start)) in weights.into_iter().zip(starts).enumerate() {
                    let sum = x.mul_add(weight, start);
                    let sum = match end {
                        End::Sum => sum,
                        End::Relu => splat::<V>(0.0).max(sum),
                        End::ThroughRelu(outputs) => OutputDerivative::Relu.times(sum, outputs.load(row, sample)),
                        End::ThroughTanh(outputs) => OutputDerivative::Tanh.times(sum, outputs.load(row, sample)),
                    };
                    sum.store(y.add(row * y_stride + sample));
                }
            }
        }
    }
}

impl<T: Real> Rows<T> {
    /// Computes `ROWS` outputs of `REGISTERS` registers of samples.
    ///
    /// # Safety
    /// The block must have `ROWS` rows, and the tiles the registers from `sample` on.
    #[inline(always)]
    unsafe fn block<V: Vector<Scalar = T>, const ROWS: usize, const REGISTERS: usize>(&self, sample: usize) {
        let zero = V::splat(T::zero());
        let mut sums = [[zero; REGISTERS]; ROWS];
        // SAFETY: the caller's contract.
        unsafe {
            let y = self.y.add(sample);
            match self.start {
                Start::Zero => {}
                Start::Bias(bias) => {
                    for (row, sums) in sums.iter_mut().enumerate() {
                        *sums = [V::splat(*bias.add(row)); REGISTERS];
                    }
                }
                Start::Outputs => {
                    for (row, sums) in sums.iter_mut().enumerate() {
                        for (register, sum) in sums.iter_mut().enumerate() {
                            *sum = V::load(y.add(row * self.y_stride + register * V::LANES));
                        }
                    }
                }
            }
            let x = Samples { first: self.x.first.add(sample), stride: self.x.stride };
            multiply_add::<V, ROWS, REGISTERS>(&mut sums, x, self.weights, self.depth);
            match self.end {
                End::Sum => {}
                End::Relu => {
                    for sums in &mut sums {
                        for sum in sums {
                            *sum = zero.max(*sum);
                        }
                    }
                }
                End::ThroughRelu(outputs) => {
                    through::<V, ROWS, REGISTERS>(&mut sums, OutputDerivative::Relu, outputs, sample);
                }
                End::ThroughTanh(outputs) => {
                    through::<V, ROWS, REGISTERS>(&mut sums, OutputDerivative::Tanh, outputs, sample);
                }
            }
            for (row, sums) in sums.iter().enumerate() {
                for (register, sum) in sums.iter().enumerate() {
                    sum.store(y.add(row * self.y_stride + register * V::LANES));
                }
            }
        }
    }
}

/// Multiplies the sums of the samples from `sample` on by the derivative of an activation with the outputs `outputs`.
///
/// # Safety
/// `ROWS` rows of `REGISTERS` registers each must be readable from `sample` on.
#[inline(always)]
unsafe fn through<V: Vector<Scalar: Real>, const ROWS: usize, const REGISTERS: usize>(
    sums: &mut [[V; REGISTERS]; ROWS],
    derivative: OutputDerivative,
    outputs: Samples<V::Scalar>,
    sample: usize,
) {
    for (row, sums) in sums.iter_mut().enumerate() {
        for (register, sum) in sums.iter_mut().enumerate() {
            // SAFETY: the caller's contract.
            let y = unsafe { outputs.load(row, sample + register * V::LANES) };
            *sum = derivative.times(*sum, y);
        }
    }
}
