use std::ops::Range;

use mlp_core::kernels::Update as _;
use mlp_core::layers::{Module, Shape};
use mlp_core::losses::{LossList, MetricInput, ResidualInput};
use mlp_core::optimizers::{NormalEquations, Squares};
use mlp_core::streams::Streams;
use mlp_core::{Scalar, TileBuffer as _};

use super::Penalty;
use crate::dataset::{Batch, Rows};
use crate::heap::Buffer;
use crate::least_squares::{JacobianBlock, JacobianRows, Unknowns};
use crate::streams::{ParameterGradient, StreamPass, tile_samples};

/// Memory of the residuals of a batch.
pub(crate) struct SquaresBuffers<T> {
    pub(crate) unknowns: Unknowns,
    pub(crate) block: JacobianBlock,
    pub(crate) penalty: Penalty,
    pass: StreamPass<T>,
    target: Buffer<T>,
    weight: Buffer<T>,
    residuals: Buffer<T>,
    derivatives: Buffer<T>,
}

impl<T: Scalar> SquaresBuffers<T> {
    /// Allocates memory for a loss that compares with this number of target features.
    pub(crate) fn new<N: Module<Scalar = T>>(unknowns: Unknowns, penalty: Penalty, targets: usize) -> Self {
        let (tile, outputs) = (tile_samples(1), N::Output::FEATURES);
        Self {
            block: JacobianBlock::new(unknowns.len()),
            unknowns,
            penalty,
            pass: StreamPass::new(),
            target: Buffer::new(targets, tile),
            weight: Buffer::new(1, tile),
            residuals: Buffer::new(outputs, tile),
            derivatives: Buffer::new(outputs, tile),
        }
    }
}

/// Memory of least squares. An object, so that only programs with least squares compile its code.
pub(crate) trait SquaresMemory<T>: Send + Sync {
    fn buffers(&mut self) -> &mut SquaresBuffers<T>;
}

impl<T: Scalar> SquaresMemory<T> for SquaresBuffers<T> {
    fn buffers(&mut self) -> &mut Self {
        self
    }
}

/// The loss of a batch.
pub(crate) struct BatchSquares<'a, N: Module, L: LossList<N::Scalar, N::Output>> {
    pub(crate) options: &'a N::Options,
    pub(crate) loss: &'a L,
    pub(crate) loss_weights: &'a [f64],
    pub(crate) batch: &'a Batch<'a, N::Scalar, N::Input, L::Targets>,
    pub(crate) buffers: &'a mut SquaresBuffers<N::Scalar>,
}

impl<N: Module, L: LossList<N::Scalar, N::Output>> BatchSquares<'_, N, L> {
    fn tiles(&self) -> impl Iterator<Item = Range<usize>> + use<N, L> {
        let (samples, tile) = (self.batch.rows.len(), tile_samples(1));
        (0..samples).step_by(tile).map(move |first| first..samples.min(first + tile))
    }

    /// Computes the residuals of a tile, and their derivatives by the outputs.
    fn evaluate(&mut self, network: &N, tile: Range<usize>) {
        let SquaresBuffers { pass, target, weight, residuals, derivatives, .. } = &mut *self.buffers;
        let (rows, samples) = (self.batch.rows.part(tile.clone()), tile.len());
        let data = &self.batch.data;
        let mut targets = target.tile_mut(L::Targets::FEATURES, samples);
        data.y.copy_to(rows.clone(), targets.reborrow());
        targets.pad_with_last_sample();
        let predictions = pass.forward((network, self.options), Streams::VALUE, samples, |mut input| {
            data.x.copy_to(rows.clone(), input.value.reborrow());
        });
        let weights = data.weights.map(|weights| {
            let mut tile = weight.tile_mut(1, samples);
            let (tile, padding) = tile.padded_feature(0).split_at_mut(samples);
            match &rows {
                Rows::Range(range) => tile.copy_from_slice(&weights[range.clone()]),
                Rows::Listed(rows) => tile.iter_mut().zip(*rows).for_each(|(weight, &row)| *weight = weights[row]),
            }
            padding.fill(num_traits::Zero::zero());
            weight.tile(1, samples).padded_feature(0)
        });
        let pairs = MetricInput::new(predictions.value, target.tile(L::Targets::FEATURES, samples), weights);
        let input = ResidualInput {
            pairs,
            residuals: residuals.tile_mut(N::Output::FEATURES, samples),
            derivatives: derivatives.tile_mut(N::Output::FEATURES, samples),
            scale: 1.0 / self.batch.rows.len() as f64,
        };
        self.loss.residuals(input, self.loss_weights);
    }

    /// Adds the residuals of one output feature of a tile.
    fn add_rows(&mut self, network: &N, feature: usize, samples: usize, equations: &mut dyn NormalEquations) {
        let SquaresBuffers { unknowns, block, pass, residuals, derivatives, .. } = &mut *self.buffers;
        let mut tile = block.reserve(samples, equations);
        let residuals = residuals.tile(N::Output::FEATURES, samples).feature(feature);
        let last = tile.feature(unknowns.len()).iter_mut();
        last.zip(residuals).for_each(|(target, &residual)| *target = residual.to_f64());
        let derivatives = derivatives.tile(N::Output::FEATURES, samples).feature(feature);
        let rows = ParameterGradient::Rows(JacobianRows { unknowns, tile });
        pass.backward(network, Streams::VALUE, rows, false, |_, _, mut gradient| {
            gradient.value.fill(num_traits::Zero::zero());
            gradient.value.feature(feature).copy_from_slice(derivatives);
        });
    }
}

impl<N: Module, L: LossList<N::Scalar, N::Output>> Squares<N> for BatchSquares<'_, N, L> {
    fn ranges(&self) -> &[Range<usize>] {
        self.buffers.unknowns.ranges()
    }

    fn loss(&mut self, network: &N) -> f64 {
        let mut sum = self.buffers.penalty.loss(&self.buffers.unknowns, network.as_slice());
        for tile in self.tiles() {
            let samples = tile.len();
            self.evaluate(network, tile);
            let residuals = self.buffers.residuals.tile(N::Output::FEATURES, samples);
            let squares = |feature| N::Scalar::dot(residuals.feature(feature), residuals.feature(feature));
            sum += (0..N::Output::FEATURES).map(squares).sum::<f64>();
        }
        sum
    }

    fn linearize(&mut self, network: &N, equations: &mut dyn NormalEquations) {
        for tile in self.tiles() {
            let samples = tile.len();
            self.evaluate(network, tile);
            for feature in 0..N::Output::FEATURES {
                self.add_rows(network, feature, samples, equations);
            }
        }
        let SquaresBuffers { unknowns, block, penalty, .. } = &mut *self.buffers;
        block.flush(equations);
        penalty.linearize(unknowns, network.as_slice(), equations);
    }
}
