//! `dW += dZᵀ X` and `db += Σ dZ`: sums over samples, which are the lanes.

use super::dispatch::Kernel;
use super::vector::Vector;
use crate::tile::Tile;

/// The arguments of one weight gradient, their sizes checked.
pub(crate) struct WeightGradient<'a, T> {
    x: Tile<'a, T>,
    dz: Tile<'a, T>,
    weights: &'a mut [T],
    bias: &'a mut [T],
}

impl<'a, T> WeightGradient<'a, T> {
    pub(crate) fn new(x: Tile<'a, T>, dz: Tile<'a, T>, weights: &'a mut [T], bias: &'a mut [T]) -> Self {
        assert_eq!(x.padded_samples(), dz.padded_samples(), "samples of a weight gradient");
        assert_eq!(weights.len(), x.features() * dz.features(), "weights of a weight gradient");
        assert_eq!(bias.len(), dz.features(), "biases of a weight gradient");
        Self { x, dz, weights, bias }
    }
}

impl<T: Copy + num_traits::Zero + core::ops::AddAssign> Kernel<T> for WeightGradient<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let (inputs, outputs) = (self.x.features(), self.dz.features());
        // Squares of accumulators: as many as the register file holds beside one row and one column of operands.
        let side = if V::BLOCK.0 * V::BLOCK.1 >= 20 { 5 } else { 3 };
        let (columns, rows) = (inputs.div_ceil(side), outputs.div_ceil(side));
        let mut input = 0;
        for column in 0..columns {
            let width = (inputs - input).div_ceil(columns - column);
            let mut output = 0;
            for row in 0..rows {
                let height = (outputs - output).div_ceil(rows - row);
                // SAFETY: the block lies inside the tiles and the weights, whose sizes `new` has compared.
                unsafe { self.block_of::<V>(height, width, output, input) };
                output += height;
            }
            input += width;
        }
        for (output, bias) in self.bias.iter_mut().enumerate() {
            let mut sum = V::splat(T::zero());
            for sample in (0..self.dz.padded_samples()).step_by(V::LANES) {
                // SAFETY: `sample` runs over whole registers of the padded tile.
                sum = sum.add(unsafe { V::load(self.dz.as_ptr().add(output * self.dz.stride() + sample)) });
            }
            *bias += sum.sum();
        }
    }
}

impl<T: Copy + num_traits::Zero + core::ops::AddAssign> WeightGradient<'_, T> {
    /// Chooses the unrolled code for a block.
    ///
    /// # Safety
    /// The block must lie inside the tiles and the weights.
    #[inline(always)]
    unsafe fn block_of<V: Vector<Scalar = T>>(&mut self, height: usize, width: usize, output: usize, input: usize) {
        macro_rules! choose {
            ($($height:literal: $($width:literal)*;)*) => {
                match (height, width) {
                    $($(
                        // SAFETY (all arms): the caller's contract.
                        ($height, $width) => unsafe { self.block::<V, $height, $width>(output, input) },
                    )*)*
                    _ => unreachable!("a block of {height} by {width}"),
                }
            };
        }
        choose!(5: 5 4 3 2 1; 4: 5 4 3 2 1; 3: 5 4 3 2 1; 2: 5 4 3 2 1; 1: 5 4 3 2 1;)
    }

    /// # Safety
    /// `HEIGHT` outputs from `output` on and `WIDTH` inputs from `input` on must exist.
    #[inline(always)]
    unsafe fn block<V: Vector<Scalar = T>, const HEIGHT: usize, const WIDTH: usize>(
        &mut self,
        output: usize,
        input: usize,
    ) {
        let mut sums = [[V::splat(T::zero()); HEIGHT]; WIDTH];
        // SAFETY: the caller's contract keeps every access below inside its slice.
        unsafe {
            let x = self.x.as_ptr().add(input * self.x.stride());
            let dz = self.dz.as_ptr().add(output * self.dz.stride());
            for sample in (0..self.x.padded_samples()).step_by(V::LANES) {
                let mut slopes = [V::splat(T::zero()); HEIGHT];
                for (row, slope) in slopes.iter_mut().enumerate() {
                    *slope = V::load(dz.add(row * self.dz.stride() + sample));
                }
                for (column, sums) in sums.iter_mut().enumerate() {
                    let value = V::load(x.add(column * self.x.stride() + sample));
                    for (sum, slope) in sums.iter_mut().zip(slopes) {
                        *sum = slope.mul_add(value, *sum);
                    }
                }
            }
        }
        let outputs = self.dz.features();
        for (column, sums) in sums.iter().enumerate() {
            for (row, sum) in sums.iter().enumerate() {
                self.weights[(input + column) * outputs + output + row] += sum.sum();
            }
        }
    }
}
