//! Forward passes of batches whose backward pass starts from the caller's output gradient.

use std::fmt;

use mlp_core::layers::{Features, Mode, Module, Shape};
use mlp_core::network::BaseNetwork;
use mlp_core::{Parameters, Rng, Scalar, TapeGradients, TapeTile, TileBuffer as _};

use nalgebra::SMatrix;

use crate::batch::TILE_SAMPLES;
use crate::batch_shape::BatchShape;
use crate::dataset::{Data, Rows, check};
use crate::error::TrainingError;
use crate::heap::{BoxedParameters as _, Buffer, Heap};
use crate::streams::StreamPass;
use crate::summary::LayerOptions;

use super::forward_pass::ForwardPass;

/// Batch of a shape.
type Batch<S, T> = <S as BatchShape>::Batch<T>;
/// Batch of inputs of a network.
pub(super) type InputBatch<N> = Batch<<N as Module>::Input, <N as Parameters>::Scalar>;
/// Batch of outputs of a network.
pub(crate) type OutputBatch<N> = Batch<<N as Module>::Output, <N as Parameters>::Scalar>;

/// Memory for a forward pass of a network and for the backward pass after it. JAX: `vjp`; PyTorch: `backward(gradient)`.
///
/// [`forward`](Self::forward) returns a [`ForwardPass`], which continues backward from any gradient with respect to the
/// outputs. With it, networks are chained, losses are written outside of the library, and a network is unrolled over
/// time: one tape for each call of the network, all of the same parameters. If the loss is one of the library's, a
/// [`GradientTape`](super::GradientTape) needs less code.
///
/// The network runs in training mode, so layers such as `Dropout` draw new random numbers at every call, unless
/// [`training(false)`](Self::training) is set. Regularization penalties have no part in the gradients. After the first call, batches of the same size allocate nothing.
///
/// # Examples
///
/// A policy is trained through a critic: the gradient of the mean value with respect to the policy's parameters.
///
/// ```
/// # use mlp_core::layers::Features;
/// # use mlp_core::optimizers::Adam;
/// # use mlp_train::optimizers::OptimizerState;
/// # use mlp_train::{Network, TrainingError};
/// # fn train<P, C>(mut policy: Box<P>, critic: &C, states: &[[f32; 3]]) -> Result<(), TrainingError>
/// # where
/// #     P: Network<Scalar = f32, Input = Features<3>, Output = Features<1>>,
/// #     C: Network<Scalar = f32, Input = (Features<3>, Features<1>), Output = Features<1>>,
/// # {
/// let mut policy_tape = policy.tape();
/// let mut critic_tape = critic.tape();
/// let mut optimizer = OptimizerState::new(Adam::new(1e-3));
/// // The loss is the negative mean of the values.
/// let value_gradient = vec![[-1.0 / states.len() as f32]; states.len()];
/// for _ in 0..100 {
///     let actions = policy_tape.forward(&policy, states)?;
///     let values = critic_tape.forward(critic, &(states, actions.output()))?;
///     let (_, action_gradient) = values.input_gradient(&value_gradient)?;
///     let gradient = actions.backward(action_gradient)?;
///     optimizer.step(&mut policy, gradient);
/// }
/// # Ok(())
/// # }
/// ```
pub struct Tape<N: BaseNetwork<Input: BatchShape, Output: BatchShape>> {
    pub(super) options: LayerOptions<N>,
    training: bool,
    rng: Rng,
    /// Enough for the largest batch, each of `tile_samples` samples.
    tiles: Vec<TapeTile<N, Heap>>,
    tile_samples: usize,
    pub(crate) output: ReusedBatch<N::Output, N::Scalar>,
    pub(crate) gradients: Gradients<N>,
    /// Derivatives of the outputs along a direction.
    pub(crate) derivatives: ReusedBatch<N::Output, N::Scalar>,
    pub(super) streams: StreamPass<N::Scalar>,
}

/// Memory of the gradients.
pub(crate) struct Gradients<N: BaseNetwork<Input: BatchShape, Output: BatchShape>> {
    /// Created by the first call that returns it.
    parameters: Option<Box<N>>,
    pub(crate) input: ReusedBatch<N::Input, N::Scalar>,
    output_tile: Buffer<N::Scalar>,
    input_tile: Buffer<N::Scalar>,
}

/// Gradients that are requested.
#[derive(Clone, Copy)]
pub(super) struct Requested {
    pub(super) parameters: bool,
    pub(super) input: bool,
}

/// Batch that is created again only if the number of samples changes.
pub(crate) struct ReusedBatch<S: BatchShape, T: Scalar> {
    pub(super) samples: usize,
    pub(crate) batch: S::Batch<T>,
}

impl<S: BatchShape, T: Scalar> ReusedBatch<S, T> {
    pub(crate) fn new() -> Self {
        Self { samples: 0, batch: S::batch(0) }
    }

    pub(crate) fn resize(&mut self, samples: usize) {
        if self.samples != samples {
            *self = Self { samples, batch: S::batch(samples) };
        }
    }
}

impl<N: BaseNetwork<Input: BatchShape, Output: BatchShape>> Tape<N> {
    pub(crate) fn new() -> Self {
        Self {
            options: LayerOptions::new(),
            training: true,
            rng: Rng::new(0),
            tiles: Vec::new(),
            tile_samples: 0,
            output: ReusedBatch::new(),
            gradients: Gradients {
                parameters: None,
                input: ReusedBatch::new(),
                output_tile: Buffer::new(0, 0),
                input_tile: Buffer::new(0, 0),
            },
            derivatives: ReusedBatch::new(),
            streams: StreamPass::new(),
        }
    }

    /// Sets whether layers run in training mode. Defaults to `true`. With `false`, the derivatives are those of `predict`:
    /// `Dropout` does nothing, `BatchNormalization` uses its moving averages. Keras: `model(x, training=False)`.
    #[must_use]
    pub fn training(self, training: bool) -> Self {
        Self { training, ..self }
    }

    /// Sets the seed of layers such as `Dropout`. Defaults to 0.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { rng: Rng::new(seed), ..self }
    }

    /// Runs the network on all samples of `x`, and keeps what the backward pass needs.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid.
    pub fn forward<'t, 'n, X>(&'t mut self, network: &'n N, x: &X) -> Result<ForwardPass<'t, 'n, N>, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
    {
        check::inputs(&x)?;
        self.options.check()?;
        self.run(network, &x);
        Ok(ForwardPass::new(self, network))
    }

    fn run(&mut self, network: &N, x: &dyn Data<N::Scalar, N::Input>) {
        let samples = x.samples();
        self.reserve(samples);
        self.rng.start_batch();
        for (tile, rows) in self.tiles.iter_mut().zip(tiles(samples, self.tile_samples)) {
            let first = rows.start;
            let layer = (network, &self.options.values);
            let count = rows.len();
            self.rng.start_tile(first);
            let mode = if self.training { Mode::Training(&mut self.rng) } else { Mode::DifferentiableInference };
            let output = tile.forward(layer, mode, count, |input| x.copy_to(Rows::Range(rows), input));
            N::Output::copy_rows(output, &mut self.output.batch, first);
        }
        self.rng.end_batch();
    }

    /// Writes the derivative of every output by every input to `jacobians`, one matrix per sample. Such a matrix has a row for
    /// each output and a column for each input. JAX: `vmap(jacrev(f))`.
    ///
    /// For `BatchNormalization`, set [`training(false)`](Self::training): in training, the output of a sample depends on the
    /// other samples too, and the matrix is the derivative of the sum of all outputs.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid.
    pub fn jacobian<X, const IN: usize, const OUT: usize>(
        &mut self,
        network: &N,
        x: &X,
        jacobians: &mut Vec<SMatrix<N::Scalar, OUT, IN>>,
    ) -> Result<(), TrainingError>
    where
        N: BaseNetwork<Input = Features<IN>, Output = Features<OUT>>,
        X: Data<N::Scalar, N::Input> + ?Sized,
    {
        self.forward(network, x)?;
        let samples = self.output.samples;
        jacobians.resize(samples, SMatrix::zeros());
        let mut scratch = self.gradients.parameters.take().unwrap_or_else(N::zeroed);
        for (tile, rows) in self.tiles.iter_mut().zip(tiles(samples, self.tile_samples)) {
            let Gradients { output_tile, input_tile, .. } = &mut self.gradients;
            for row in 0..OUT {
                let mut output = output_tile.tile_mut(OUT, rows.len());
                output.fill(num_traits::Zero::zero());
                output.feature(row).fill(num_traits::One::one());
                let gradients = TapeGradients {
                    output,
                    input: Some(input_tile.tile_mut(IN, rows.len())),
                    parameters: &mut *scratch,
                    needs_parameters: false,
                };
                tile.backward((network, &self.options.values), gradients);
                let derivatives = input_tile.tile(IN, rows.len());
                for column in 0..IN {
                    let jacobians = jacobians[rows.clone()].iter_mut();
                    jacobians.zip(derivatives.feature(column)).for_each(|(jacobian, &d)| jacobian[(row, column)] = d);
                }
            }
        }
        self.gradients.parameters = Some(scratch);
        Ok(())
    }

    /// Allocates the memory of a batch, unless it is there.
    fn reserve(&mut self, samples: usize) {
        let tile_samples = if N::WHOLE_BATCH { samples } else { samples.min(TILE_SAMPLES) };
        if tile_samples > self.tile_samples {
            self.tiles.clear();
            self.tile_samples = tile_samples;
            self.gradients.output_tile = Buffer::new(N::Output::FEATURES, tile_samples);
            self.gradients.input_tile = Buffer::new(N::Input::FEATURES, tile_samples);
        }
        while self.tiles.len() * self.tile_samples < samples {
            self.tiles.push(TapeTile::new(self.tile_samples));
        }
        self.output.resize(samples);
    }
}

/// Returns the rows of each tile.
fn tiles(samples: usize, tile_samples: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    (0..samples).step_by(tile_samples).map(move |first| first..samples.min(first + tile_samples))
}

impl<N: BaseNetwork<Input: BatchShape, Output: BatchShape>> Tape<N> {
    /// Returns the requested gradients. The others are unspecified.
    pub(super) fn differentiate(
        &mut self,
        network: &N,
        output_gradient: &dyn Data<N::Scalar, N::Output>,
        requested: Requested,
    ) -> (&mut Box<N>, &InputBatch<N>) {
        let mut gradient = self.gradients.parameters.take().unwrap_or_else(N::zeroed);
        if requested.parameters {
            gradient.as_mut_slice().fill(num_traits::Zero::zero());
        }
        self.add_gradient(network, output_gradient, &mut gradient, requested);
        (self.gradients.parameters.insert(gradient), &self.gradients.input.batch)
    }

    pub(super) fn add_gradient(
        &mut self,
        network: &N,
        output_gradient: &dyn Data<N::Scalar, N::Output>,
        gradient: &mut N,
        requested: Requested,
    ) {
        let samples = self.output.samples;
        let Gradients { input, output_tile, input_tile, .. } = &mut self.gradients;
        if requested.input {
            input.resize(samples);
        }
        for (tile, rows) in self.tiles.iter_mut().zip(tiles(samples, self.tile_samples)) {
            let (first, count) = (rows.start, rows.len());
            let mut output = output_tile.tile_mut(N::Output::FEATURES, count);
            output_gradient.copy_to(Rows::Range(rows), output.reborrow());
            let gradients = TapeGradients {
                output,
                input: requested.input.then(|| input_tile.tile_mut(N::Input::FEATURES, count)),
                parameters: &mut *gradient,
                needs_parameters: requested.parameters,
            };
            tile.backward((network, &self.options.values), gradients);
            if requested.input {
                N::Input::copy_rows(input_tile.tile(N::Input::FEATURES, count), &mut input.batch, first);
            }
        }
    }
}

impl<N: BaseNetwork<Input: BatchShape, Output: BatchShape>> fmt::Debug for Tape<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tape").finish_non_exhaustive()
    }
}
