//! The gradient of each sample by the weights of a dense layer: the rows of a Jacobian, not summed over the samples.
//!
//! ```text
//! for i in 0..IN, o in 0..OUT
//!   dW[o, i] += Σₛ dYₛ[o] Xₛ[i]                   // sample by sample; a sum over the streams s
//! for o in 0..OUT
//!   db[o] += dY[o]                                // of the value
//! ```

use super::StreamTile;
use crate::kernels::{Kernel, Vector};
use crate::real::Real;
use crate::tile::TileMut;

/// Adds the gradients of the weights and biases, each a row with an element for each sample.
pub(super) struct WeightRows<'a, T> {
    x: StreamTile<'a, T>,
    dy: StreamTile<'a, T>,
    /// Row `i · OUT + o` is that of the weight between input `i` and output `o`.
    weights: TileMut<'a, f64>,
    /// Empty if there is none.
    bias: TileMut<'a, f64>,
}

impl<'a, T: Real> WeightRows<'a, T> {
    pub(super) fn new(
        x: StreamTile<'a, T>,
        dy: StreamTile<'a, T>,
        weights: TileMut<'a, f64>,
        bias: TileMut<'a, f64>,
    ) -> Self {
        assert_eq!(x.value.padded_samples(), dy.value.padded_samples(), "samples of a Jacobian");
        assert_eq!(x.derivatives.samples(), dy.derivatives.samples(), "streams of a Jacobian");
        assert_eq!(weights.features(), x.value.features() * dy.value.features(), "weights of a Jacobian");
        assert!([0, dy.value.features()].contains(&bias.features()), "biases of a Jacobian");
        for rows in [&weights, &bias] {
            assert_eq!(rows.padded_samples(), x.value.padded_samples(), "samples of a Jacobian");
        }
        Self { x, dy, weights, bias }
    }
}

// Plain loops. The compiler vectorizes them, because a kernel runs with the instruction set enabled.
impl<T: Real> Kernel<T> for WeightRows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        let (inputs, outputs) = (self.x.value.features(), self.dy.value.features());
        let streams = 1 + self.x.derivatives.samples() / self.x.value.padded_samples().max(1);
        for output in 0..outputs {
            if self.bias.features() > 0 {
                let gradients = self.dy.value.padded_feature(output);
                self.bias.padded_feature(output).iter_mut().zip(gradients).for_each(|(row, dy)| *row += dy.widen());
            }
            for input in 0..inputs {
                let row = self.weights.padded_feature(input * outputs + output);
                for stream in 0..streams {
                    let pairs = self.dy.stream(stream, output).iter().zip(self.x.stream(stream, input));
                    row.iter_mut().zip(pairs).for_each(|(row, (dy, x))| *row += dy.widen() * x.widen());
                }
            }
        }
    }
}
