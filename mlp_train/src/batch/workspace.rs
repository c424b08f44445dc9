//! The buffers of a pass over tiles, allocated once, and the passes.

use std::ops::Range;

use mlp_core::layers::{Backward, FusedDerivatives, Mode, Module, Shape};
use mlp_core::losses::{LossInput, LossList, MAX_OUTPUTS, MetricInput};
use mlp_core::{Allocator, Rng, Scalar, Tile, TileBuffer as _};

use super::leaves::TILE_SAMPLES;
use crate::dataset::{Batch, Data, Rows};
use crate::heap::{Buffer, Heap};

/// Buffers for the input, the output and the targets of a tile, and the caches of the layers.
pub(crate) struct Workspace<N: Module> {
    tile_samples: usize,
    targets: usize,
    allocator: Allocator<Heap>,
    input: Buffer<N::Scalar>,
    output: Buffer<N::Scalar>,
    target: Buffer<N::Scalar>,
    weight: Buffer<N::Scalar>,
    input_gradient: Buffer<N::Scalar>,
    has_input_gradient: bool,
    output_gradient: Buffer<N::Scalar>,
    cache: N::Cache<Heap>,
}

/// The objective: a network, its options, the loss and the weights of its outputs.
pub(crate) struct Objective<'a, N: Module, L> {
    pub(crate) network: &'a N,
    pub(crate) options: &'a N::Options,
    pub(crate) loss: &'a L,
    /// One weight per output.
    pub(crate) loss_weights: &'a [f64],
}

impl<N: Module, L> Clone for Objective<'_, N, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<N: Module, L> Copy for Objective<'_, N, L> {}

/// Some samples of a batch, and what to compute of them.
pub(crate) struct Samples<'a, N: Module, L: LossList<N::Scalar, N::Output>> {
    pub(crate) objective: Objective<'a, N, L>,
    pub(crate) batch: &'a Batch<'a, N::Scalar, N::Input, L::Targets>,
    /// Positions in the rows of the batch.
    pub(crate) positions: Range<usize>,
    /// Position of the first sample in the batch of all ranks.
    pub(crate) first: usize,
    /// Factor of the gradient: 1 / (samples in the whole batch).
    pub(crate) scale: N::Scalar,
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

impl<N: Module> Workspace<N> {
    /// Allocates buffers for training on tiles of `tile_samples` samples with `targets` target features.
    pub(crate) fn training(tile_samples: usize, targets: usize) -> Self {
        Self::new(tile_samples, targets, Allocator::for_one_backward_pass(tile_samples))
    }

    /// Allocates buffers for inference, and for a comparison with `targets` target features.
    pub(crate) fn inference(tile_samples: usize, targets: usize) -> Self {
        Self::new(tile_samples, targets, Allocator::for_inference(tile_samples))
    }

    fn new(tile_samples: usize, targets: usize, allocator: Allocator<Heap>) -> Self {
        Self {
            tile_samples,
            targets,
            allocator,
            input: Buffer::new(N::Input::FEATURES, tile_samples),
            output: Buffer::new(N::Output::FEATURES, tile_samples),
            target: Buffer::new(targets, tile_samples),
            weight: Buffer::new(usize::from(targets > 0), tile_samples),
            input_gradient: Buffer::new(0, tile_samples),
            has_input_gradient: false,
            output_gradient: allocator.training::<N::Scalar, N::Output>(N::Output::FEATURES),
            cache: N::cache(allocator),
        }
    }

    /// Calls `each` with the predictions of every tile of the rows `rows` of `x` and the index of its first sample.
    pub(crate) fn infer(
        &mut self,
        (network, options): (&N, &N::Options),
        x: &dyn Data<N::Scalar, N::Input>,
        rows: Range<usize>,
        each: &mut dyn FnMut(Tile<'_, N::Scalar>, usize),
    ) {
        for first in rows.clone().step_by(self.tile_samples) {
            let rows = Rows::Range(first..rows.end.min(first + self.tile_samples));
            self.forward(network, options, Mode::Inference, x, rows.clone());
            each(self.output.tile(N::Output::FEATURES, rows.len()), first);
        }
    }

    /// Calls `each` with the predictions, targets, weights and losses of every tile, in inference mode.
    pub(crate) fn compare<L: LossList<N::Scalar, N::Output>>(
        &mut self,
        samples: Samples<'_, N, L>,
        each: EachTile<'_, N::Scalar>,
    ) {
        let Samples { objective, batch, positions, .. } = samples;
        let Objective { network, options, .. } = objective;
        for rows in tiles(batch, positions, self.tile_samples.min(TILE_SAMPLES)) {
            self.load_targets(batch.data.y, rows.clone());
            self.load_weights(batch.data.weights, &rows);
            self.forward(network, options, Mode::Inference, batch.data.x, rows.clone());
            self.evaluate(objective, rows.len(), batch.data.weights.is_some(), None, each);
        }
    }

    /// Adds the gradient of the loss to `gradient`. Calls `each` with the predictions, targets, weights and losses of every
    /// tile. See the pseudo-code of [`batch`](super).
    pub(crate) fn differentiate<L: LossList<N::Scalar, N::Output>>(
        &mut self,
        samples: Samples<'_, N, L>,
        rng: &mut Rng,
        gradient: &mut N,
        mut inputs: Option<InputGradients<'_, N::Scalar>>,
        each: EachTile<'_, N::Scalar>,
    ) {
        let Samples { objective, batch, positions, mut first, scale } = samples;
        let Objective { network, options, .. } = objective;
        self.reserve(positions.len(), inputs.is_some());
        rng.start_batch();
        for rows in tiles(batch, positions, self.tile_samples) {
            self.load_targets(batch.data.y, rows.clone());
            self.load_weights(batch.data.weights, &rows);
            rng.start_tile(first);
            self.forward(network, options, Mode::Training(rng), batch.data.x, rows.clone());
            self.evaluate(objective, rows.len(), batch.data.weights.is_some(), Some(scale), each);
            self.backward(network, options, rows.len(), gradient, inputs.is_some());
            if let Some(inputs) = &mut inputs {
                inputs(self.input_gradient.tile(N::Input::FEATURES, rows.len()), first);
            }
            first += rows.len();
        }
        rng.end_batch();
    }

    /// Enlarges the buffers where layers read the whole batch at once, or the gradient with respect to the inputs is requested.
    fn reserve(&mut self, samples: usize, inputs: bool) {
        if N::WHOLE_BATCH && samples > self.tile_samples {
            *self = if self.allocator.is_training() {
                Self::training(samples, self.targets)
            } else {
                Self::inference(samples, self.targets)
            };
        }
        if inputs {
            self.enable_input_gradient();
        }
    }

    /// Allocates the gradient with respect to the inputs, which `fit` does not need.
    fn enable_input_gradient(&mut self) {
        if !self.has_input_gradient {
            self.input_gradient = Buffer::new(N::Input::FEATURES, self.tile_samples);
            self.has_input_gradient = true;
        }
    }

    fn load_targets<Targets: Shape>(&mut self, y: &dyn Data<N::Scalar, Targets>, rows: Rows<'_>) {
        let mut target = self.target.tile_mut(Targets::FEATURES, rows.len());
        y.copy_to(rows, target.reborrow());
        target.pad_with_last_sample();
    }

    fn load_weights(&mut self, weights: Option<&[N::Scalar]>, rows: &Rows<'_>) {
        let Some(weights) = weights else { return };
        let mut tile = self.weight.tile_mut(1, rows.len());
        let (tile, padding) = tile.padded_feature(0).split_at_mut(rows.len());
        match rows {
            Rows::Range(range) => tile.copy_from_slice(&weights[range.clone()]),
            Rows::Listed(rows) => tile.iter_mut().zip(*rows).for_each(|(weight, &row)| *weight = weights[row]),
        }
        padding.fill(num_traits::Zero::zero());
    }

    fn forward(
        &mut self,
        network: &N,
        options: &N::Options,
        mode: Mode<'_>,
        x: &dyn Data<N::Scalar, N::Input>,
        rows: Rows<'_>,
    ) {
        let samples = rows.len();
        let mut input = self.input.tile_mut(N::Input::FEATURES, samples);
        x.copy_to(rows, input.reborrow());
        input.pad_with_last_sample();
        let output = self.output.tile_mut(N::Output::FEATURES, samples);
        network.forward::<Heap>(options, mode, input.as_tile(), output, &mut self.cache);
    }

    /// Calls `each` with the tile and its losses, after it has written the gradient with respect to the output if there is a
    /// `scale`.
    fn evaluate<L: LossList<N::Scalar, N::Output>>(
        &mut self,
        objective: Objective<'_, N, L>,
        samples: usize,
        is_weighted: bool,
        scale: Option<N::Scalar>,
        each: EachTile<'_, N::Scalar>,
    ) {
        let predictions = self.output.tile(N::Output::FEATURES, samples);
        let targets = self.target.tile(L::Targets::FEATURES, samples);
        let weights = is_weighted.then(|| self.weight.tile(1, samples).padded_feature(0));
        let pairs = MetricInput::new(predictions, targets, weights);
        let gradient = scale.map(|_| self.output_gradient.tile_mut(N::Output::FEATURES, samples));
        let scale = scale.unwrap_or_else(num_traits::One::one);
        let mut losses = TileLosses::default();
        let outputs = &mut losses.outputs[..L::COUNT];
        losses.total = objective.loss.evaluate(LossInput { pairs, gradient, scale }, objective.loss_weights, outputs);
        each(pairs, losses);
    }

    fn backward(&mut self, network: &N, options: &N::Options, samples: usize, gradient: &mut N, inputs: bool) {
        let input_gradient = inputs.then(|| self.input_gradient.tile_mut(N::Input::FEATURES, samples));
        let pass = Backward {
            input: self.input.tile(N::Input::FEATURES, samples),
            output: self.output.tile(N::Output::FEATURES, samples),
            output_gradient: self.output_gradient.tile_mut(N::Output::FEATURES, samples),
            input_gradient,
            gradient,
            needs_gradient: true,
            fused: FusedDerivatives::NONE,
        };
        network.backward::<Heap>(options, pass, &mut self.cache);
    }
}

/// Returns the rows of each tile of the samples at `positions`.
fn tiles<'a, T: Scalar, X: Shape, Y: Shape>(
    batch: &Batch<'a, T, X, Y>,
    positions: Range<usize>,
    tile_samples: usize,
) -> impl Iterator<Item = Rows<'a>> {
    let (Range { start, end }, rows) = (positions, batch.rows.clone());
    (start..end).step_by(tile_samples).map(move |first| rows.part(first..end.min(first + tile_samples)))
}
