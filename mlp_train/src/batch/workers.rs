//! The buffers of a network's passes over batches.

use std::marker::PhantomData;

use mlp_core::layers::Module;
use mlp_core::losses::LossList;
use mlp_core::{Rng, Tile};

use super::batches::{self, Batches, Destinations, EachPrediction, Metrics};
use super::exchange::SharedBatch;
use super::passes::{Comparison, Inference, Sizes};
use super::workspace::InputGradients;
use crate::dataset::{Batch, Data};

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

/// The destinations of a loss's derivatives.
pub(crate) struct GradientOutputs<'a, N: Module> {
    /// The gradient with respect to the parameters is added here.
    pub(crate) gradient: &'a mut N,
    /// The sum of each output's loss is added here.
    pub(crate) losses: &'a mut [f64],
    /// Receives the gradient with respect to the inputs, if requested.
    pub(crate) inputs: Option<InputGradients<'a, N::Scalar>>,
}

/// Buffers of the threads that compute a batch of a network.
pub(crate) struct Workers<N: Module> {
    batches: Box<dyn Batches<N::Scalar>>,
    /// The buffers are those of this network.
    network: PhantomData<fn(&N)>,
}

impl<N: Module> Workers<N> {
    /// Allocates buffers for training on tiles of `tile_samples` samples with `targets` target features.
    pub(crate) fn training(tile_samples: usize, targets: usize) -> Self {
        Self::new(tile_samples, targets, true)
    }

    /// Allocates buffers for inference, and for a comparison with `targets` target features.
    pub(crate) fn inference(tile_samples: usize, targets: usize) -> Self {
        Self::new(tile_samples, targets, false)
    }

    fn new(tile_samples: usize, targets: usize, is_training: bool) -> Self {
        let batches = batches::new(Sizes::of::<N>(), tile_samples, targets, is_training);
        Self { batches, network: PhantomData }
    }

    /// Calls `each` with the predictions of every tile of `x` and the index of its first sample, in any order.
    pub(crate) fn infer(
        &mut self,
        network: &N,
        options: &N::Options,
        x: &dyn Data<N::Scalar, N::Input>,
        each: EachPrediction<'_, N::Scalar>,
    ) {
        self.batches.infer(&Inference { network, options, x }, x.samples(), each);
    }

    /// Calls `each` with the predictions of every tile of `x` and the index of its first sample, in order.
    pub(crate) fn infer_in_order(
        &mut self,
        network: &N,
        options: &N::Options,
        x: &dyn Data<N::Scalar, N::Input>,
        each: &mut dyn FnMut(Tile<'_, N::Scalar>, usize),
    ) {
        self.batches.infer_in_order(&Inference { network, options, x }, x.samples(), each);
    }

    /// Returns the sum of the losses of the samples of `batch` in inference mode, and adds each output's to `losses`. Calls
    /// `metrics` with every tile.
    pub(crate) fn evaluate<L: LossList<N::Scalar, N::Output>>(
        &mut self,
        objective: Objective<'_, N, L>,
        batch: &Batch<'_, N::Scalar, N::Input, L::Targets>,
        shared: Option<SharedBatch<'_, N::Scalar>>,
        losses: &mut [f64],
        metrics: Metrics<'_, N::Scalar>,
    ) -> f64 {
        let comparison = Comparison { objective, data: batch.data };
        self.batches.evaluate(&comparison.of_rows(&batch.rows), shared, losses, metrics)
    }

    /// Returns the sum of the losses of the samples of `batch`, and adds the gradient of their mean to `outputs`. Calls
    /// `metrics` with every tile. See the pseudo-code of [`batch`](super).
    pub(crate) fn differentiate<L: LossList<N::Scalar, N::Output>>(
        &mut self,
        objective: Objective<'_, N, L>,
        batch: &Batch<'_, N::Scalar, N::Input, L::Targets>,
        shared: Option<SharedBatch<'_, N::Scalar>>,
        rng: &mut Rng,
        outputs: GradientOutputs<'_, N>,
        metrics: Metrics<'_, N::Scalar>,
    ) -> f64 {
        let GradientOutputs { gradient, losses, inputs } = outputs;
        let comparison = Comparison { objective, data: batch.data };
        // Shorten the lifetime of the trait object to this call.
        let inputs = inputs.map(|each| each as InputGradients<'_, N::Scalar>);
        let outputs = Destinations { gradient: gradient.as_mut_slice(), losses, inputs };
        let total = self.batches.differentiate(&comparison.of_rows(&batch.rows), shared, rng, outputs, metrics);
        let Objective { network, options, .. } = objective;
        network.add_penalty_gradient(options, gradient);
        let samples = shared.map_or(batch.rows.len(), |shared| shared.samples);
        total + network.penalty(options) * samples as f64
    }
}
