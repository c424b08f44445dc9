//! The buffers of a pass over tiles, allocated once, and the passes.

use std::ops::Range;

use mlp_core::layers::Mode;
use mlp_core::losses::{LossInput, MAX_OUTPUTS, MetricInput};
use mlp_core::{Allocator, Rng, Scalar, Tile, TileBuffer as _};

use super::leaves::TILE_SAMPLES;
use super::passes::{BackwardTiles, Cache, Compare, Predict, Sizes};
use crate::dataset::Rows;
use crate::heap::{Buffer, Heap};

/// Buffers for the input, the output and the targets of a tile, and the caches of the layers.
pub(crate) struct Workspace<T> {
    sizes: Sizes,
    tile_samples: usize,
    targets: usize,
    allocator: Allocator<Heap>,
    input: Buffer<T>,
    output: Buffer<T>,
    target: Buffer<T>,
    weight: Buffer<T>,
    input_gradient: Buffer<T>,
    has_input_gradient: bool,
    output_gradient: Buffer<T>,
    cache: Box<Cache>,
}

/// A batch, and what computes it.
pub(crate) struct BatchOf<'a, T> {
    pub(crate) passes: &'a dyn Compare<T>,
    pub(crate) rows: Rows<'a>,
    /// One weight per sample of the data; `None` means 1 for every sample.
    pub(crate) weights: Option<&'a [T]>,
    /// Number of target features.
    pub(crate) targets: usize,
    /// Number of losses, one per output.
    pub(crate) losses: usize,
}

/// Some samples of a batch.
pub(crate) struct Samples<'a, T> {
    pub(crate) batch: &'a BatchOf<'a, T>,
    /// Positions in the rows of the batch.
    pub(crate) positions: Range<usize>,
    /// Position of the first sample in the batch of all ranks.
    pub(crate) first: usize,
    /// Factor of the gradient: 1 / (samples in the whole batch).
    pub(crate) scale: T,
}

/// Receives the gradient with respect to the inputs of a tile, and the position of its first sample in the batch.
pub(crate) type InputGradients<'a, T> = &'a mut dyn FnMut(Tile<'_, T>, usize);

/// Receives predictions, targets and weights of a tile, and its losses.
pub(crate) type EachTile<'a, T> = &'a mut dyn FnMut(MetricInput<'_, T>, TileLosses);

/// Sums of the losses of the samples of a tile.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct TileLosses {
    /// Weighted sum of the losses of all outputs.
    pub(crate) total: f64,
    /// Loss of each output.
    pub(crate) outputs: [f64; MAX_OUTPUTS],
}

impl<T: Scalar> Workspace<T> {
    /// Allocates buffers for training on tiles of `tile_samples` samples with `targets` target features.
    pub(crate) fn training(sizes: Sizes, tile_samples: usize, targets: usize) -> Self {
        Self::new(sizes, tile_samples, targets, Allocator::for_one_backward_pass(tile_samples))
    }

    /// Allocates buffers for inference, and for a comparison with `targets` target features.
    pub(crate) fn inference(sizes: Sizes, tile_samples: usize, targets: usize) -> Self {
        Self::new(sizes, tile_samples, targets, Allocator::for_inference(tile_samples))
    }

    fn new(sizes: Sizes, tile_samples: usize, targets: usize, allocator: Allocator<Heap>) -> Self {
        let (inputs, outputs) = sizes.features;
        Self {
            sizes,
            tile_samples,
            targets,
            allocator,
            input: Buffer::new(inputs, tile_samples),
            output: Buffer::new(outputs, tile_samples),
            target: Buffer::new(targets, tile_samples),
            weight: Buffer::new(usize::from(targets > 0), tile_samples),
            input_gradient: Buffer::new(0, tile_samples),
            has_input_gradient: false,
            output_gradient: Buffer::new(if allocator.is_training() { outputs } else { 0 }, tile_samples),
            cache: (sizes.cache)(allocator),
        }
    }

    /// Returns the number of parameters of the network.
    pub(crate) fn parameters(&self) -> usize {
        self.sizes.parameters
    }

    /// Calls `each` with the predictions of every tile of the rows `rows` and the index of its first sample.
    pub(crate) fn infer(
        &mut self,
        network: &dyn Predict<T>,
        rows: Range<usize>,
        each: &mut dyn FnMut(Tile<'_, T>, usize),
    ) {
        for first in rows.clone().step_by(self.tile_samples) {
            let rows = Rows::Range(first..rows.end.min(first + self.tile_samples));
            let samples = rows.len();
            self.forward(network, Mode::Inference, rows);
            each(self.output.tile(self.sizes.features.1, samples), first);
        }
    }

    /// Calls `each` with the predictions, targets, weights and losses of every tile, in inference mode.
    pub(crate) fn compare(&mut self, samples: Samples<'_, T>, each: EachTile<'_, T>) {
        let Samples { batch, positions, .. } = samples;
        for rows in tiles(batch, positions, self.tile_samples.min(TILE_SAMPLES)) {
            self.forward(batch.passes, Mode::Inference, rows.clone());
            self.evaluate(batch, rows, None, each);
        }
    }

    /// Adds the gradient of the loss to `gradient`. Calls `each` with the predictions, targets, weights and losses of every
    /// tile. See the pseudo-code of [`batch`](super).
    pub(crate) fn differentiate(
        &mut self,
        samples: Samples<'_, T>,
        rng: &mut Rng,
        gradient: &mut [T],
        mut inputs: Option<InputGradients<'_, T>>,
        each: EachTile<'_, T>,
    ) {
        let Samples { batch, positions, mut first, scale } = samples;
        self.reserve(positions.len(), inputs.is_some());
        rng.start_batch();
        for rows in tiles(batch, positions, self.tile_samples) {
            let samples = rows.len();
            rng.start_tile(first);
            self.forward(batch.passes, Mode::Training(rng), rows.clone());
            self.evaluate(batch, rows, Some(scale), each);
            self.backward(batch.passes, samples, gradient, inputs.is_some());
            if let Some(inputs) = &mut inputs {
                inputs(self.input_gradient.tile(self.sizes.features.0, samples), first);
            }
            first += samples;
        }
        rng.end_batch();
    }

    /// Enlarges the buffers where layers read the whole batch at once, or the gradient with respect to the inputs is requested.
    fn reserve(&mut self, samples: usize, inputs: bool) {
        if self.sizes.is_whole_batch && samples > self.tile_samples {
            let create = if self.allocator.is_training() { Self::training } else { Self::inference };
            *self = create(self.sizes, samples, self.targets);
        }
        // `fit` does not need it.
        if inputs && !self.has_input_gradient {
            self.input_gradient = Buffer::new(self.sizes.features.0, self.tile_samples);
            self.has_input_gradient = true;
        }
    }

    fn load_weights(&mut self, weights: Option<&[T]>, rows: &Rows<'_>) {
        let Some(weights) = weights else { return };
        let mut tile = self.weight.tile_mut(1, rows.len());
        let (tile, padding) = tile.padded_feature(0).split_at_mut(rows.len());
        match rows {
            Rows::Range(range) => tile.copy_from_slice(&weights[range.clone()]),
            Rows::Listed(rows) => tile.iter_mut().zip(*rows).for_each(|(weight, &row)| *weight = weights[row]),
        }
        padding.fill(T::zero());
    }

    fn forward(&mut self, network: &dyn Predict<T>, mode: Mode<'_>, rows: Rows<'_>) {
        let (samples, (inputs, outputs)) = (rows.len(), self.sizes.features);
        let (input, output) = (self.input.tile_mut(inputs, samples), self.output.tile_mut(outputs, samples));
        network.forward(rows, mode, input, output, &mut *self.cache);
    }

    /// Calls `each` with the tile and its losses, after it has written the gradient with respect to the output if there is a
    /// `scale`.
    fn evaluate(&mut self, batch: &BatchOf<'_, T>, rows: Rows<'_>, scale: Option<T>, each: EachTile<'_, T>) {
        let (samples, outputs) = (rows.len(), self.sizes.features.1);
        self.load_weights(batch.weights, &rows);
        batch.passes.load_targets(rows, self.target.tile_mut(batch.targets, samples));
        let predictions = self.output.tile(outputs, samples);
        let targets = self.target.tile(batch.targets, samples);
        let weights = batch.weights.map(|_| self.weight.tile(1, samples).padded_feature(0));
        let pairs = MetricInput::new(predictions, targets, weights);
        let gradient = scale.map(|_| self.output_gradient.tile_mut(outputs, samples));
        let input = LossInput { pairs, gradient, scale: scale.unwrap_or_else(T::one) };
        let mut losses = TileLosses::default();
        losses.total = batch.passes.loss(input, &mut losses.outputs[..batch.losses]);
        each(pairs, losses);
    }

    fn backward(&mut self, network: &dyn Compare<T>, samples: usize, gradient: &mut [T], inputs: bool) {
        let (input_features, outputs) = self.sizes.features;
        let tiles = BackwardTiles {
            input: self.input.tile(input_features, samples),
            output: self.output.tile(outputs, samples),
            output_gradient: self.output_gradient.tile_mut(outputs, samples),
            input_gradient: inputs.then(|| self.input_gradient.tile_mut(input_features, samples)),
        };
        network.backward(tiles, gradient, &mut *self.cache);
    }
}

/// Returns the rows of each tile of the samples at `positions`.
fn tiles<'a, T>(
    batch: &'a BatchOf<'_, T>,
    positions: Range<usize>,
    tile_samples: usize,
) -> impl Iterator<Item = Rows<'a>> {
    let Range { start, end } = positions;
    (start..end).step_by(tile_samples).map(move |first| batch.rows.part(first..end.min(first + tile_samples)))
}
