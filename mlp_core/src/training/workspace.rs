//! The memory of one step, and the passes over one batch.

#[cfg(feature = "std")]
use core::ops::Range;

use crate::kernels::Epilogue;
use crate::layers::{Backward, Features, Layer, Mode, Purpose, Shape};
use crate::losses::{LossInput, MetricInput};
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Buffer, Room, Tile};

use super::data::{Data, Rows};
use super::loss_list::LossList;

/// How many samples are worked on at a time: enough to fill the registers, few enough to stay in the cache.
#[cfg(feature = "std")]
pub(super) const TILE: usize = 512;

/// Samples with their targets and, where it is not 1, how much each counts.
pub(super) struct Samples<'a, T, X: ?Sized, Y: ?Sized> {
    pub(super) x: &'a X,
    pub(super) y: &'a Y,
    /// One for each sample.
    pub(super) weights: Option<&'a [T]>,
}

impl<T, X: ?Sized, Y: ?Sized> Clone for Samples<'_, T, X, Y> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, X: ?Sized, Y: ?Sized> Copy for Samples<'_, T, X, Y> {}

/// Tiles for a network's input, output and target, and what its layers keep.
pub(super) struct Workspace<N: Layer, Y: Room = ()> {
    samples: usize,
    targets: usize,
    purpose: Purpose,
    input: Buffer<N::Scalar, N::Input>,
    output: Buffer<N::Scalar, N::Output>,
    target: Buffer<N::Scalar, Y>,
    weight: Buffer<N::Scalar, Features<1>>,
    input_gradient: Buffer<N::Scalar, N::Input>,
    has_input_gradient: bool,
    output_gradient: Buffer<N::Scalar, N::Output>,
    cache: N::Cache,
}

/// What is made small: the loss of a network.
pub(super) struct Objective<'a, N: Layer, L> {
    pub(super) network: &'a N,
    pub(super) options: &'a N::Options,
    pub(super) loss: &'a L,
    /// How much the loss of each output counts.
    pub(super) weights: &'a [f64],
}

/// What is done with the gradient by some inputs.
pub(super) type EachInputs<'a, T> = &'a mut dyn FnMut(Tile<'_, T>, usize);

/// Where the derivatives of a loss go.
pub(super) struct Found<'a, N: Layer> {
    /// The gradient is added here.
    pub(super) gradient: &'a mut N,
    /// The sum of each output's loss is added here.
    pub(super) sums: &'a mut [f64],
    /// Called with the gradient by each tile of inputs and the number of its first sample, if it is wanted.
    pub(super) inputs: Option<EachInputs<'a, N::Scalar>>,
}

impl<N: Layer, Y: Room> Workspace<N, Y> {
    /// Room for training on tiles of `samples`, with targets of `targets` features.
    pub(super) fn training(samples: usize, targets: usize) -> Self {
        Self::new(samples, targets, Purpose::Training)
    }

    /// Room for predictions.
    #[cfg(feature = "std")]
    pub(super) fn prediction(samples: usize) -> Self {
        Self::new(samples, 0, Purpose::Prediction)
    }

    fn new(samples: usize, targets: usize, purpose: Purpose) -> Self {
        Self {
            samples,
            targets,
            purpose,
            input: Buffer::of(N::Input::FEATURES, samples),
            output: Buffer::of(N::Output::FEATURES, samples),
            target: Buffer::of(targets, samples),
            weight: Buffer::of(usize::from(targets > 0), samples),
            input_gradient: Buffer::of(0, samples),
            has_input_gradient: false,
            output_gradient: purpose.kept(N::Output::FEATURES, samples),
            cache: N::cache(samples, purpose),
        }
    }

    /// The predictions for all samples of `x`.
    #[cfg(feature = "std")]
    pub(super) fn predict(
        &mut self,
        network: &N,
        options: &N::Options,
        x: &(impl Data<N::Scalar, N::Input> + ?Sized),
    ) -> <N::Output as Shape>::Batch<N::Scalar> {
        let mut batch = N::Output::batch(x.samples());
        for first in (0..x.samples()).step_by(self.samples) {
            let rows = Rows::Range(first..x.samples().min(first + self.samples));
            N::Output::copy_rows(self.forward(network, options, Mode::Inference, x, rows), &mut batch, first);
        }
        batch
    }

    /// Shows `each` tile of predictions of the rows of a range together with its targets and weights.
    #[cfg(feature = "std")]
    pub(super) fn compare<Targets: Shape>(
        &mut self,
        network: &N,
        options: &N::Options,
        data: Samples<'_, N::Scalar, impl Data<N::Scalar, N::Input> + ?Sized, impl Data<N::Scalar, Targets> + ?Sized>,
        range: Range<usize>,
        mut each: impl FnMut(MetricInput<'_, N::Scalar>),
    ) {
        for first in range.clone().step_by(self.samples) {
            let rows = Rows::Range(first..range.end.min(first + self.samples));
            let samples = self.load_targets(data.y, rows.clone());
            self.load_weights(data.weights, &rows);
            self.forward(network, options, Mode::Inference, data.x, rows);
            let predictions = self.output.tile(N::Output::FEATURES, samples);
            let weights = data.weights.map(|_| self.weight.tile(1, samples).padded_feature(0));
            each(MetricInput { predictions, targets: self.target.tile(Targets::FEATURES, samples), weights });
        }
    }

    /// The sum of the losses of the chosen samples; the gradient of their mean is added to `gradient`, and the sum of each
    /// output's loss to `sums`. `each` tile of predictions is shown with its targets.
    pub(super) fn differentiate<L: LossList<N::Scalar, N::Output>>(
        &mut self,
        Objective { network, options, loss, weights }: Objective<'_, N, L>,
        data: Samples<
            '_,
            N::Scalar,
            impl Data<N::Scalar, N::Input> + ?Sized,
            impl Data<N::Scalar, L::Targets> + ?Sized,
        >,
        batch: Rows<'_>,
        rng: &mut Rng,
        Found { gradient, sums, mut inputs }: Found<'_, N>,
        mut each: impl FnMut(MetricInput<'_, N::Scalar>),
    ) -> f64 {
        if N::WHOLE_BATCH && batch.len() > self.samples {
            *self = Self::new(batch.len(), self.targets, self.purpose);
        }
        if inputs.is_some() {
            self.want_input_gradient();
        }
        let scale = N::Scalar::from_f64(1.0 / batch.len() as f64);
        let mut sum = 0.0;
        for first in (0..batch.len()).step_by(self.samples) {
            let rows = batch.part(first..batch.len().min(first + self.samples));
            let samples = self.load_targets(data.y, rows.clone());
            self.load_weights(data.weights, &rows);
            self.forward(network, options, Mode::Training(rng), data.x, rows);
            let predictions = self.output.tile(N::Output::FEATURES, samples);
            let targets = self.target.tile(L::Targets::FEATURES, samples);
            let of_samples = data.weights.map(|_| self.weight.tile(1, samples).padded_feature(0));
            let pairs = MetricInput { predictions, targets, weights: of_samples };
            each(pairs);
            let gradient_tile = Some(self.output_gradient.tile_mut(N::Output::FEATURES, samples));
            sum += loss.evaluate(LossInput { pairs, gradient: gradient_tile, scale }, weights, sums);
            let pass = Backward {
                input: self.input.tile(N::Input::FEATURES, samples),
                output: predictions,
                output_gradient: self.output_gradient.tile_mut(N::Output::FEATURES, samples),
                input_gradient: inputs.is_some().then(|| self.input_gradient.tile_mut(N::Input::FEATURES, samples)),
                input_epilogue: Epilogue::Identity,
                output_epilogue: Epilogue::Identity,
                gradient: &mut *gradient,
            };
            network.backward(options, pass, &mut self.cache);
            if let Some(inputs) = &mut inputs {
                inputs(self.input_gradient.tile(N::Input::FEATURES, samples), first);
            }
        }
        sum + network.penalty(options, Some(gradient)) * batch.len() as f64
    }

    /// Room for the gradient by the inputs, which training has no need of.
    fn want_input_gradient(&mut self) {
        if !self.has_input_gradient {
            self.input_gradient = Buffer::of(N::Input::FEATURES, self.samples);
            self.has_input_gradient = true;
        }
    }

    fn load_weights(&mut self, weights: Option<&[N::Scalar]>, rows: &Rows<'_>) {
        let Some(weights) = weights else { return };
        let mut tile = self.weight.tile_mut(1, rows.len());
        let (real, padding) = tile.padded_feature(0).split_at_mut(rows.len());
        match rows {
            Rows::Range(range) => real.copy_from_slice(&weights[range.clone()]),
            Rows::Listed(rows) => real.iter_mut().zip(*rows).for_each(|(real, &row)| *real = weights[row]),
        }
        padding.fill(num_traits::Zero::zero());
    }

    fn load_targets<Targets: Shape>(&mut self, y: &(impl Data<N::Scalar, Targets> + ?Sized), rows: Rows<'_>) -> usize {
        let samples = rows.len();
        let mut target = self.target.tile_mut(Targets::FEATURES, samples);
        y.copy_to(rows, target.reborrow());
        target.pad_with_last_sample();
        samples
    }

    fn forward(
        &mut self,
        network: &N,
        options: &N::Options,
        mode: Mode<'_>,
        x: &(impl Data<N::Scalar, N::Input> + ?Sized),
        rows: Rows<'_>,
    ) -> Tile<'_, N::Scalar> {
        let samples = rows.len();
        let mut input = self.input.tile_mut(N::Input::FEATURES, samples);
        x.copy_to(rows, input.reborrow());
        input.pad_with_last_sample();
        let output = self.output.tile_mut(N::Output::FEATURES, samples);
        network.forward(options, mode, input.as_tile(), output, &mut self.cache);
        self.output.tile(N::Output::FEATURES, samples)
    }
}
