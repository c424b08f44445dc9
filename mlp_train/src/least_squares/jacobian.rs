use mlp_core::optimizers::NormalEquations;
use mlp_core::streams::StreamTile;
use mlp_core::{LANES, Scalar, TileBuffer as _, TileMut};
use std::ops::Range;

use super::Unknowns;
use crate::heap::Buffer;

/// Residuals of a block: the depth of the product `J Jᵀ`, deep enough for its sums over lanes to be few.
const DEPTH: usize = 512;

/// Memory of a block of the transposed Jacobian: a row for each unknown, then a row with the residuals.
pub(crate) struct JacobianBlock {
    unknowns: usize,
    buffer: Buffer<f64>,
    /// Number of residuals in the block, each tile padded to whole registers.
    filled: usize,
}

impl JacobianBlock {
    pub(crate) fn new(unknowns: usize) -> Self {
        Self { unknowns, buffer: Buffer::new(unknowns + 1, DEPTH), filled: 0 }
    }

    /// Returns the place of some residuals, all zero. Adds the block to `equations` first, if there is no room.
    pub(crate) fn reserve(&mut self, samples: usize, equations: &mut dyn NormalEquations) -> TileMut<'_, f64> {
        let padded = samples.next_multiple_of(LANES);
        assert!(padded <= DEPTH, "{samples} residuals of a block");
        if self.filled + padded > DEPTH {
            self.flush(equations);
        }
        let first = self.filled;
        self.filled += padded;
        let mut tile = self.buffer.tile_mut(self.unknowns + 1, DEPTH).columns(first, samples);
        tile.fill(0.0);
        tile
    }

    /// Adds the block to `equations`, and empties it.
    pub(crate) fn flush(&mut self, equations: &mut dyn NormalEquations) {
        if self.filled > 0 {
            equations.add_rows(self.buffer.tile(self.unknowns + 1, DEPTH).columns(0, self.filled));
        }
        self.filled = 0;
    }
}

/// Rows of the transposed Jacobian under construction: the derivative of one residual of each sample by each unknown.
pub(crate) struct JacobianRows<'a> {
    pub(crate) unknowns: &'a Unknowns,
    pub(crate) tile: TileMut<'a, f64>,
}

impl JacobianRows<'_> {
    /// Adds the derivatives by the weights and biases of `y = W x + b`, from the gradient with respect to `y`.
    pub(crate) fn add_affine<T: Scalar>(
        &mut self,
        (weights, bias): (&Range<usize>, &Range<usize>),
        x: StreamTile<'_, T>,
        dy: StreamTile<'_, T>,
    ) {
        let (Some(first), Some(last)) = (self.unknowns.row(weights), self.unknowns.row(bias)) else { return };
        // The bias follows the weights in every layer.
        let (before, from_bias) = self.tile.reborrow().split_at(last);
        T::add_weight_rows(x, dy, before.part(first, weights.len()), from_bias.part(0, bias.len()));
    }

    /// Adds `Σₛ dYₛ Xₛ` over the streams to the row of each feature.
    pub(crate) fn add_products<T: Scalar>(
        &mut self,
        parameters: &Range<usize>,
        x: StreamTile<'_, T>,
        dy: StreamTile<'_, T>,
    ) {
        let Some(first) = self.unknowns.row(parameters) else { return };
        let padded = x.value.padded_feature(0).len();
        let streams = 1 + x.derivatives.samples() / padded;
        for feature in 0..parameters.len() {
            let row = self.tile.padded_feature(first + feature);
            for stream in 0..streams {
                let pairs = dy.stream(stream, feature).iter().zip(x.stream(stream, feature));
                row.iter_mut().zip(pairs).for_each(|(row, (&dy, &x))| *row += dy.to_f64() * x.to_f64());
            }
        }
    }

    /// Adds `dY` of the value to the row of each feature.
    pub(crate) fn add_values<T: Scalar>(&mut self, parameters: &Range<usize>, dy: StreamTile<'_, T>) {
        let Some(first) = self.unknowns.row(parameters) else { return };
        for feature in 0..parameters.len() {
            let row = self.tile.padded_feature(first + feature);
            row.iter_mut().zip(dy.value.padded_feature(feature)).for_each(|(row, &dy)| *row += dy.to_f64());
        }
    }
}
