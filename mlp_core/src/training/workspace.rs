//! The memory of one step, and the passes over one batch.

use crate::layers::{Backward, Layer, Mode, Purpose, Shape};
use crate::losses::{Compared, Comparison};
use crate::random::Generator;
use crate::scalar::Scalar;
use crate::tile::{Buffer, Tile};

use super::data::{Data, Rows};
use super::loss_list::LossList;

/// How many samples are worked on at a time: enough to fill the registers, few enough to stay in the cache.
pub(super) const TILE: usize = 512;

/// Tiles for a network's input, output and target, and what its layers keep.
pub(super) struct Workspace<N: Layer> {
    samples: usize,
    targets: usize,
    purpose: Purpose,
    input: Buffer<N::Scalar>,
    output: Buffer<N::Scalar>,
    target: Buffer<N::Scalar>,
    output_gradient: Buffer<N::Scalar>,
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

impl<N: Layer> Workspace<N> {
    /// Room for training on tiles of `samples`, with targets of `targets` features.
    pub(super) fn training(samples: usize, targets: usize) -> Self {
        Self::new(samples, targets, Purpose::Training)
    }

    /// Room for predictions.
    pub(super) fn prediction(samples: usize) -> Self {
        Self::new(samples, 0, Purpose::Prediction)
    }

    fn new(samples: usize, targets: usize, purpose: Purpose) -> Self {
        Self {
            samples,
            targets,
            purpose,
            input: Buffer::new(N::Input::FEATURES, samples),
            output: Buffer::new(N::Output::FEATURES, samples),
            target: Buffer::new(targets, samples),
            output_gradient: purpose.kept(N::Output::FEATURES, samples),
            cache: N::cache(samples, purpose),
        }
    }

    /// The predictions for all samples of `x`.
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

    /// Shows `each` tile of predictions together with its targets.
    pub(super) fn compare<Targets: Shape>(
        &mut self,
        network: &N,
        options: &N::Options,
        x: &(impl Data<N::Scalar, N::Input> + ?Sized),
        y: &(impl Data<N::Scalar, Targets> + ?Sized),
        mut each: impl FnMut(Compared<'_, N::Scalar>),
    ) {
        for first in (0..x.samples()).step_by(self.samples) {
            let rows = Rows::Range(first..x.samples().min(first + self.samples));
            let samples = self.load_targets(y, rows.clone());
            self.forward(network, options, Mode::Inference, x, rows);
            let predictions = self.output.tile(N::Output::FEATURES, samples);
            each(Compared { predictions, targets: self.target.tile(Targets::FEATURES, samples), weights: None });
        }
    }

    /// The sum of the losses of the chosen samples; the gradient of their mean is added to `gradient`, and the sum of each
    /// output's loss to `sums`. `each` tile of predictions is shown with its targets.
    pub(super) fn differentiate<L: LossList<N::Scalar, N::Output>>(
        &mut self,
        Objective { network, options, loss, weights }: Objective<'_, N, L>,
        (x, y): (&(impl Data<N::Scalar, N::Input> + ?Sized), &(impl Data<N::Scalar, L::Targets> + ?Sized)),
        batch: Rows<'_>,
        generator: &mut Generator,
        (gradient, sums): (&mut N, &mut [f64]),
        mut each: impl FnMut(Compared<'_, N::Scalar>),
    ) -> f64 {
        if N::WHOLE_BATCH && batch.len() > self.samples {
            *self = Self::new(batch.len(), self.targets, self.purpose);
        }
        let scale = N::Scalar::from_f64(1.0 / batch.len() as f64);
        let mut sum = 0.0;
        for first in (0..batch.len()).step_by(self.samples) {
            let rows = batch.part(first..batch.len().min(first + self.samples));
            let samples = self.load_targets(y, rows.clone());
            self.forward(network, options, Mode::Training(generator), x, rows);
            let predictions = self.output.tile(N::Output::FEATURES, samples);
            let targets = self.target.tile(L::Targets::FEATURES, samples);
            each(Compared { predictions, targets, weights: None });
            let output_gradient = Some(self.output_gradient.tile_mut(N::Output::FEATURES, samples));
            let comparison = Comparison { predictions, targets, weights: None, gradient: output_gradient, scale };
            sum += loss.evaluate(comparison, weights, sums);
            let pass = Backward {
                input: self.input.tile(N::Input::FEATURES, samples),
                output: predictions,
                output_gradient: self.output_gradient.tile_mut(N::Output::FEATURES, samples),
                input_gradient: None,
                gradient: &mut *gradient,
            };
            network.backward(options, pass, &mut self.cache);
        }
        sum + network.penalty(options, Some(gradient)) * batch.len() as f64
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
