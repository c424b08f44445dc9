//! `Y = X Mᵀ + b`: a layer's forward pass, and with `M` transposed the gradient of its input.

use super::dispatch::Kernel;
use super::vector::Vector;
use crate::tile::{Tile, TileMut};

/// A matrix seen through two strides, so that its transpose is the same matrix with the strides swapped.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a, T> {
    elements: &'a [T],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a, T> Matrix<'a, T> {
    /// A matrix stored column by column, as nalgebra does.
    pub fn new(elements: &'a [T], rows: usize, columns: usize) -> Self {
        assert_eq!(elements.len(), rows * columns, "a matrix of {rows} by {columns}");
        Self { elements, rows, columns, row_stride: 1, column_stride: rows }
    }

    /// The same numbers, with rows and columns exchanged.
    pub fn transpose(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }
}

/// The arguments of one product, their sizes checked.
pub(crate) struct Product<'a, T> {
    x: Tile<'a, T>,
    matrix: Matrix<'a, T>,
    bias: Option<&'a [T]>,
    y: TileMut<'a, T>,
}

impl<'a, T> Product<'a, T> {
    pub(crate) fn new(x: Tile<'a, T>, matrix: Matrix<'a, T>, bias: Option<&'a [T]>, y: TileMut<'a, T>) -> Self {
        assert_eq!(x.features(), matrix.columns, "inputs of a product");
        assert_eq!(y.features(), matrix.rows, "outputs of a product");
        assert_eq!(x.padded_samples(), y.padded_samples(), "samples of a product");
        assert!(bias.is_none_or(|bias| bias.len() == matrix.rows), "biases of a product");
        Self { x, matrix, bias, y }
    }
}

impl<T: Copy + num_traits::Zero> Kernel<T> for Product<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let samples = self.x.padded_samples();
        let outputs = self.matrix.rows;
        let blocks = outputs.div_ceil(V::BLOCK.0);
        let mut sample = 0;
        while sample < samples {
            let registers = V::BLOCK.1.min((samples - sample) / V::LANES);
            let mut output = 0;
            for block in 0..blocks {
                // Blocks of nearly equal height: ten outputs are 5 + 5 rather than 6 + 4.
                let height = (outputs - output).div_ceil(blocks - block);
                // SAFETY: the block lies inside tiles and matrix, whose sizes `new` has compared.
                unsafe { self.block_of::<V>(height, registers, output, sample) };
                output += height;
            }
            sample += registers * V::LANES;
        }
    }
}

impl<T: Copy + num_traits::Zero> Product<'_, T> {
    /// Chooses the unrolled code for a block.
    ///
    /// # Safety
    /// `output + height` outputs and `registers` registers from `sample` on must lie inside the tiles.
    #[inline(always)]
    unsafe fn block_of<V: Vector<Scalar = T>>(
        &mut self,
        height: usize,
        registers: usize,
        output: usize,
        sample: usize,
    ) {
        macro_rules! choose {
            ($($height:literal)*) => {
                match (height, registers) {
                    $(
                        // SAFETY (all arms): the caller's contract.
                        ($height, 4) if V::BLOCK.0 >= $height && V::BLOCK.1 >= 4 => unsafe { self.block::<V, $height, 4>(output, sample) },
                        ($height, 3) if V::BLOCK.0 >= $height && V::BLOCK.1 >= 3 => unsafe { self.block::<V, $height, 3>(output, sample) },
                        ($height, 2) if V::BLOCK.0 >= $height => unsafe { self.block::<V, $height, 2>(output, sample) },
                        ($height, 1) if V::BLOCK.0 >= $height => unsafe { self.block::<V, $height, 1>(output, sample) },
                    )*
                    _ => unreachable!("a block of {height} by {registers}"),
                }
            };
        }
        choose!(6 5 4 3 2 1)
    }

    /// # Safety
    /// `OUTPUTS` outputs from `output` on and `REGISTERS` registers from `sample` on must lie inside the tiles.
    #[inline(always)]
    unsafe fn block<V: Vector<Scalar = T>, const OUTPUTS: usize, const REGISTERS: usize>(
        &mut self,
        output: usize,
        sample: usize,
    ) {
        let Matrix { columns, row_stride, column_stride, .. } = self.matrix;
        let mut sums = [[V::splat(T::zero()); REGISTERS]; OUTPUTS];
        if let Some(bias) = self.bias {
            for (row, sums) in sums.iter_mut().enumerate() {
                *sums = [V::splat(bias[output + row]); REGISTERS];
            }
        }
        // SAFETY: the caller's contract keeps every access below inside its slice.
        unsafe {
            let mut x = self.x.as_ptr().add(sample);
            let mut weight = self.matrix.elements.as_ptr().add(output * row_stride);
            for _ in 0..columns {
                let mut inputs = [V::splat(T::zero()); REGISTERS];
                for (register, input) in inputs.iter_mut().enumerate() {
                    *input = V::load(x.add(register * V::LANES));
                }
                for (row, sums) in sums.iter_mut().enumerate() {
                    let factor = V::splat(*weight.add(row * row_stride));
                    for (sum, input) in sums.iter_mut().zip(inputs) {
                        *sum = input.mul_add(factor, *sum);
                    }
                }
                x = x.wrapping_add(self.x.stride());
                weight = weight.wrapping_add(column_stride);
            }
            for (row, sums) in sums.iter().enumerate() {
                let y = self.y.as_mut_ptr().add((output + row) * self.y.stride() + sample);
                for (register, sum) in sums.iter().enumerate() {
                    sum.store(y.add(register * V::LANES));
                }
            }
        }
    }
}
