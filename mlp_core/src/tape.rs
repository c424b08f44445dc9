//! Forward passes whose backward pass starts from the caller's output gradient.
//!
//! ```text
//! forward:   Y = network(X)                 // keeps X, Y and the caches of the layers
//! backward:  dθ += (∂Y/∂θ)ᵀ dY              // for any dY
//!            dX  = (∂Y/∂X)ᵀ dY
//! ```

use core::fmt;

use crate::layers::{Backward, FusedDerivatives, Mode, Module, Shape};
use crate::memory::{Allocator, Memory, Static, StaticBuffer, TileBuffer};
use crate::network::BaseNetwork;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// Values of a forward pass over one tile, kept for the backward pass.
pub struct TapeTile<N: Module, M: Memory> {
    input: M::Buffer<N::Scalar, N::Input>,
    output: M::Buffer<N::Scalar, N::Output>,
    cache: N::Cache<M>,
}

/// Gradients that a backward pass over one tile reads and writes.
pub struct TapeGradients<'a, N: Module> {
    /// Gradient with respect to the output. It is overwritten.
    pub output: TileMut<'a, N::Scalar>,
    /// Gradient with respect to the input, to be set, if it is requested.
    pub input: Option<TileMut<'a, N::Scalar>>,
    /// Gradient with respect to the parameters, to be added to.
    pub parameters: &'a mut N,
    /// `false` if only the gradient with respect to the input is used. `parameters` is then left in an unspecified state.
    pub needs_parameters: bool,
}

impl<N: Module, M: Memory> TapeTile<N, M> {
    /// Creates the memory for tiles of up to `samples` samples.
    pub fn new(samples: usize) -> Self {
        Self {
            input: TileBuffer::new(N::Input::FEATURES, samples),
            output: TileBuffer::new(N::Output::FEATURES, samples),
            cache: N::cache(Allocator::<M>::for_training(samples)),
        }
    }

    /// Runs the network on `samples` samples that `load` writes, and returns the output. A backward pass follows, so the mode
    /// is not `Inference`.
    pub fn forward(
        &mut self,
        (network, options): (&N, &N::Options),
        mode: Mode<'_>,
        samples: usize,
        load: impl FnOnce(TileMut<'_, N::Scalar>),
    ) -> Tile<'_, N::Scalar> {
        let mut input = self.input.tile_mut(N::Input::FEATURES, samples);
        load(input.reborrow());
        input.pad_with_last_sample();
        let output = self.output.tile_mut(N::Output::FEATURES, samples);
        network.forward::<M>(options, mode, input.as_tile(), output, &mut self.cache);
        self.output.tile(N::Output::FEATURES, samples)
    }

    /// Runs the backward pass of the last forward pass, which had the same samples, network and options.
    pub fn backward(&mut self, (network, options): (&N, &N::Options), gradients: TapeGradients<'_, N>) {
        let TapeGradients { mut output, input, parameters, needs_parameters } = gradients;
        let samples = output.samples();
        for feature in 0..N::Output::FEATURES {
            output.clear_padding(feature);
        }
        let pass = Backward {
            input: self.input.tile(N::Input::FEATURES, samples),
            output: self.output.tile(N::Output::FEATURES, samples),
            output_gradient: output,
            input_gradient: input,
            gradient: parameters,
            needs_gradient: needs_parameters,
            fused: FusedDerivatives::NONE,
        };
        network.backward::<M>(options, pass, &mut self.cache);
    }
}

/// Single sample of a shape.
type Sample<S, T> = <S as Shape>::Sample<T>;

/// Memory for the passes of a network over a single sample, without a heap. JAX: `vjp`.
///
/// [`forward`](Self::forward) returns a [`SamplePass`], which continues backward from any gradient with respect to the
/// output. So networks are chained, and losses are written outside of the library. All memory is inside the value: for each
/// value between the layers, and for its gradient, one register of samples.
///
/// Layers run in training mode, unless [`training(false)`](Self::training) is set. `BatchNormalization` would normalize a
/// single sample by its own statistics.
///
/// # Examples
///
/// A gradient step of a controller: the plant's output is pushed toward a reference.
///
/// ```
/// # mod mlp { pub mod layers { pub use mlp_core::layers::Features; } pub mod training { pub use mlp_core::network::BaseNetwork; } pub use mlp_core::{Parameters, SampleTape}; }
/// use mlp::layers::Features;
/// use mlp::training::BaseNetwork;
/// use mlp::{Parameters, SampleTape};
///
/// /// `C` maps a state of two values to a command, `P` a command to the plant's output.
/// fn gradient<C, P>(controller: &C, plant: &P, state: [f32; 2], reference: f32) -> C
/// where
///     C: BaseNetwork<Scalar = f32, Input = Features<2>, Output = Features<1>>,
///     P: BaseNetwork<Scalar = f32, Input = Features<1>, Output = Features<1>>,
/// {
///     let mut controller_tape = SampleTape::new();
///     let mut plant_tape = SampleTape::new();
///     let command = controller_tape.forward(controller, state);
///     let output = plant_tape.forward(plant, *command.output());
///     let error = output.output()[0] - reference;
///     // The loss is the squared error. The gradient with respect to the plant's parameters is not used.
///     let command_gradient = output.backward([2.0 * error], &mut { P::ZEROS });
///     let mut gradient = C::ZEROS;
///     command.backward(command_gradient, &mut gradient);
///     gradient
/// }
/// ```
pub struct SampleTape<N: BaseNetwork> {
    tile: TapeTile<N, Static>,
    output_gradient: StaticBuffer<N::Scalar, N::Output>,
    input_gradient: StaticBuffer<N::Scalar, N::Input>,
    options: N::Options,
    training: bool,
    rng: Rng,
}

/// Forward pass of a single sample, which ends in a backward pass.
pub struct SamplePass<'t, 'n, N: BaseNetwork> {
    tape: &'t mut SampleTape<N>,
    network: &'n N,
    output: Sample<N::Output, N::Scalar>,
}

impl<N: BaseNetwork> Default for SampleTape<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<N: BaseNetwork> SampleTape<N> {
    /// Creates the memory.
    pub fn new() -> Self {
        Self {
            tile: TapeTile::new(1),
            output_gradient: StaticBuffer::new(N::Output::FEATURES, 1),
            input_gradient: StaticBuffer::new(N::Input::FEATURES, 1),
            options: N::Options::default(),
            training: true,
            rng: Rng::new(0),
        }
    }

    /// Sets whether layers run in training mode. Defaults to `true`. With `false`, the derivatives are those of
    /// `predict_one`: `Dropout` does nothing, `BatchNormalization` uses its moving averages. Keras: `model(x, training=False)`.
    #[must_use]
    pub fn training(self, training: bool) -> Self {
        Self { training, ..self }
    }

    /// Sets the seed of layers such as `Dropout`. Defaults to 0.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { rng: Rng::new(seed), ..self }
    }

    /// Runs the network on a sample, and keeps what the backward pass needs. Values are not checked: NaN propagates.
    pub fn forward<'t, 'n>(
        &'t mut self,
        network: &'n N,
        sample: impl Into<Sample<N::Input, N::Scalar>>,
    ) -> SamplePass<'t, 'n, N> {
        let Self { tile, options, rng, training, .. } = self;
        let mode = if *training { Mode::Training(rng) } else { Mode::DifferentiableInference };
        let load = |input: TileMut<'_, N::Scalar>| write::<N::Input, _>(&sample.into(), input);
        let output = read::<N::Output, _>(tile.forward((network, options), mode, 1, load));
        SamplePass { tape: self, network, output }
    }
}

impl<N: BaseNetwork> SamplePass<'_, '_, N> {
    /// Returns the output.
    pub fn output(&self) -> &Sample<N::Output, N::Scalar> {
        &self.output
    }

    /// Adds the gradient with respect to the parameters to `gradient`, and returns the gradient with respect to the input.
    ///
    /// `output_gradient` is the gradient of any scalar with respect to the output. Regularization penalties have no part in
    /// it.
    pub fn backward(
        self,
        output_gradient: impl Into<Sample<N::Output, N::Scalar>>,
        gradient: &mut N,
    ) -> Sample<N::Input, N::Scalar> {
        let SampleTape { tile, output_gradient: output, input_gradient: input, options, .. } = self.tape;
        let mut output = output.tile_mut(N::Output::FEATURES, 1);
        write::<N::Output, _>(&output_gradient.into(), output.reborrow());
        let input_tile = input.tile_mut(N::Input::FEATURES, 1);
        tile.backward(
            (self.network, options),
            TapeGradients { output, input: Some(input_tile), parameters: gradient, needs_parameters: true },
        );
        read::<N::Input, _>(input.tile(N::Input::FEATURES, 1))
    }
}

/// Writes a sample to a tile of one sample.
fn write<S: Shape, T: Scalar>(sample: &S::Sample<T>, mut tile: TileMut<'_, T>) {
    let mut feature = 0;
    S::parts(sample, &mut |part: &[T]| {
        for &value in part {
            tile.feature(feature)[0] = value;
            feature += 1;
        }
    });
}

/// Reads the sample of a tile of one sample.
fn read<S: Shape, T: Scalar>(tile: Tile<'_, T>) -> S::Sample<T> {
    let mut sample = S::sample();
    let mut feature = 0;
    S::parts_mut(&mut sample, &mut |part: &mut [T]| {
        for value in part {
            *value = tile.feature(feature)[0];
            feature += 1;
        }
    });
    sample
}

impl<N: BaseNetwork> fmt::Debug for SampleTape<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SampleTape").finish_non_exhaustive()
    }
}

impl<N: BaseNetwork> fmt::Debug for SamplePass<'_, '_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SamplePass").finish_non_exhaustive()
    }
}
