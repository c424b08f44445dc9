//! Training in static memory.

use crate::data_error::{DataError, Role};
use crate::kernels::Kernels;
use crate::layers::{Backward, FusedDerivatives, Mode, Module, Shape};
use crate::losses::{LossInput, LossList, MAX_OUTPUTS, MetricInput};
use crate::memory::{Allocator, Inline, Memory, Static, StaticBuffer, TileBuffer};
use crate::network::BaseNetwork;
use crate::optimizers::{Optimizer, Step};
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{LANES, TileMut};

/// Training of a network as one value of static size, for machines without a heap: the gradient, the state of the optimizer
/// and the buffers of a step.
///
/// `compile` is faster on large batches. A `Trainer` processes a batch one register of samples at a time: 16 with the
/// feature `dispatch` (which `std` enables), 8 without. Layers that draw random numbers draw others than with `compile` if a
/// batch is larger.
///
/// ```
/// # mod mlp { pub use mlp_core::Trainer; pub mod layers { pub use mlp_core::layers::Features; } pub mod losses { pub use mlp_core::losses::MeanSquaredError; } pub mod training { pub use mlp_core::network::{BaseNetwork, StaticNetwork}; } pub mod optimizers { pub use mlp_core::optimizers::Adam; } }
/// use mlp::Trainer;
/// use mlp::layers::Features;
/// use mlp::losses::MeanSquaredError;
/// use mlp::training::{BaseNetwork, StaticNetwork};
/// use mlp::optimizers::Adam;
///
/// // `N` is a network of `sequential!` or `functional!` with one input and one output.
/// fn train<N: BaseNetwork<Scalar = f32, Input = Features<1>, Output = Features<1>>>() -> N {
///     let mut network = <N as StaticNetwork>::new(0);
///     let mut trainer = Trainer::<N, _, _>::new(Adam::new(1e-2), MeanSquaredError);
///     let x = [[0.0], [1.0], [2.0]];
///     let y = [[0.0], [0.8], [0.9]];
///     for _ in 0..100 {
///         trainer.train_on_batch(&mut network, &x, &y).expect("finite data");
///     }
///     network
/// }
/// ```
pub struct Trainer<N: BaseNetwork, O: Optimizer, L: LossList<N::Scalar, N::Output>> {
    optimizer: O,
    state: O::State<N, Static>,
    /// Number of steps so far.
    steps: u64,
    loss: L,
    loss_weights: [f64; MAX_OUTPUTS],
    gradient: Inline<N>,
    tiles: Tiles<N, L::Targets>,
    rng: Rng,
}

/// Buffers of one tile.
struct Tiles<N: Module, Y: Shape> {
    input: StaticBuffer<N::Scalar, N::Input>,
    output: StaticBuffer<N::Scalar, N::Output>,
    target: StaticBuffer<N::Scalar, Y>,
    output_gradient: StaticBuffer<N::Scalar, N::Output>,
    cache: N::Cache<Static>,
}

/// One sample of a shape.
type Sample<S, T> = <S as Shape>::Sample<T>;

impl<N: BaseNetwork, O: Optimizer, L: LossList<N::Scalar, N::Output>> Trainer<N, O, L> {
    /// Creates a trainer before its first step.
    ///
    /// # Panics
    /// If the optimizer clips or accumulates gradients or averages weights, which needs the memory of `compile`.
    pub fn new(optimizer: O, loss: L) -> Self {
        let config = optimizer.config();
        let is_supported =
            config.clip.is_none() && config.ema_momentum.is_none() && config.gradient_accumulation_steps <= 1;
        assert!(is_supported, "clipping, accumulation and averaging need the memory of `compile`");
        Self {
            state: optimizer.init::<N, Static>(),
            optimizer,
            steps: 0,
            loss,
            loss_weights: [1.0; MAX_OUTPUTS],
            gradient: Static::zeroed(),
            tiles: Tiles {
                input: StaticBuffer::new(N::Input::FEATURES, LANES),
                output: StaticBuffer::new(N::Output::FEATURES, LANES),
                target: StaticBuffer::new(L::Targets::FEATURES, LANES),
                output_gradient: StaticBuffer::new(N::Output::FEATURES, LANES),
                cache: N::cache(Allocator::<Static>::for_training(LANES)),
            },
            rng: Rng::new(0),
        }
    }

    /// Sets the weight of each output's loss in their sum. Defaults to 1.
    #[must_use]
    pub fn loss_weights(mut self, weights: L::Weights) -> Self {
        self.loss_weights[..L::COUNT].copy_from_slice(weights.as_ref());
        self
    }

    /// Returns the optimizer, for example to change its learning rate.
    pub fn optimizer_mut(&mut self) -> &mut O {
        &mut self.optimizer
    }

    /// Makes one step on all samples at once and returns the mean loss before the step. Keras: `model.train_on_batch`.
    ///
    /// A sample is an array, such as `[0.5, 1.0]`, or a tuple of vectors for a network with several inputs. If the loss or
    /// its gradient is NaN or infinite, no step is made.
    ///
    /// # Errors
    /// If the data is invalid, or a network with whole-batch layers, such as `BatchNormalization`, gets more samples than a
    /// register holds. Nothing changes then.
    pub fn train_on_batch<X, Y>(&mut self, network: &mut N, x: &[X], y: &[Y]) -> Result<f64, DataError>
    where
        X: Clone + Into<Sample<N::Input, N::Scalar>>,
        Y: Clone + Into<Sample<L::Targets, N::Scalar>>,
    {
        self.check::<X, Y>(x, y)?;
        self.gradient.as_mut_slice().fill(num_traits::Zero::zero());
        let options = N::Options::default();
        let scale = N::Scalar::from_f64(1.0 / x.len() as f64);
        let mut total = 0.0;
        self.rng.start_batch();
        for (tile, (x, y)) in x.chunks(LANES).zip(y.chunks(LANES)).enumerate() {
            self.rng.start_tile(tile * LANES);
            load::<N::Scalar, N::Input, X>(x, &mut self.tiles.input.tile_mut(N::Input::FEATURES, x.len()));
            load::<N::Scalar, L::Targets, Y>(y, &mut self.tiles.target.tile_mut(L::Targets::FEATURES, y.len()));
            total += self.differentiate(network, &options, x.len(), scale);
        }
        self.rng.end_batch();
        network.add_penalty_gradient(&options, &mut self.gradient);
        let samples = x.len() as f64;
        let loss = (total + network.penalty(&options) * samples) / samples;
        if loss.is_finite() && N::Scalar::all_finite(self.gradient.as_slice()) {
            let step = Step::new(self.optimizer.config(), self.steps, network, &options, &*self.gradient);
            self.optimizer.update(step, &mut self.state);
            self.steps += 1;
        }
        Ok(loss)
    }

    /// Returns the sum of the losses of the tile's samples, and adds the gradient of the mean loss.
    fn differentiate(&mut self, network: &N, options: &N::Options, samples: usize, scale: N::Scalar) -> f64 {
        let Tiles { input, output, target, output_gradient, cache } = &mut self.tiles;
        let mode = Mode::Training(&mut self.rng);
        let input = input.tile(N::Input::FEATURES, samples);
        network.forward::<Static>(options, mode, input, output.tile_mut(N::Output::FEATURES, samples), cache);
        let output = output.tile(N::Output::FEATURES, samples);
        let targets = target.tile(L::Targets::FEATURES, samples);
        let loss_input = LossInput {
            pairs: MetricInput::new(output, targets, None),
            gradient: Some(output_gradient.tile_mut(N::Output::FEATURES, samples)),
            scale,
        };
        let mut losses = [0.0; MAX_OUTPUTS];
        let loss = self.loss.evaluate(loss_input, &self.loss_weights[..L::COUNT], &mut losses[..L::COUNT]);
        let pass = Backward {
            input,
            output,
            output_gradient: output_gradient.tile_mut(N::Output::FEATURES, samples),
            input_gradient: None,
            gradient: &mut *self.gradient,
            needs_gradient: true,
            fused: FusedDerivatives::NONE,
        };
        network.backward::<Static>(options, pass, cache);
        loss
    }

    fn check<X, Y>(&self, x: &[X], y: &[Y]) -> Result<(), DataError>
    where
        X: Clone + Into<Sample<N::Input, N::Scalar>>,
        Y: Clone + Into<Sample<L::Targets, N::Scalar>>,
    {
        if x.len() != y.len() {
            return Err(DataError::RowMismatch { inputs: x.len(), targets: y.len() });
        }
        if x.is_empty() {
            return Err(DataError::Empty);
        }
        if N::WHOLE_BATCH && x.len() > LANES {
            return Err(DataError::BatchTooLarge { samples: x.len(), max: LANES });
        }
        check_samples::<N::Scalar, N::Input, X>(x, Role::Input, |_, _| None)?;
        check_samples::<N::Scalar, L::Targets, Y>(y, Role::Target, |column, target| {
            self.loss.rejected_by(column, target)
        })
    }
}

/// Copies samples to a tile, and pads it with the last one.
fn load<T: Scalar, S: Shape, X: Clone + Into<S::Sample<T>>>(samples: &[X], tile: &mut TileMut<'_, T>) {
    for (row, sample) in samples.iter().enumerate() {
        let mut feature = 0;
        S::parts(&sample.clone().into(), &mut |part: &[T]| {
            for &value in part {
                tile.feature(feature)[row] = value;
                feature += 1;
            }
        });
    }
    tile.pad_with_last_sample();
}

/// Checks that all values are finite and that a loss accepts them.
fn check_samples<T: Scalar, S: Shape, X: Clone + Into<S::Sample<T>>>(
    samples: &[X],
    role: Role,
    rejected_by: impl Fn(usize, T) -> Option<&'static str>,
) -> Result<(), DataError> {
    for (row, sample) in samples.iter().enumerate() {
        let mut feature = 0;
        let mut result = Ok(());
        S::parts(&sample.clone().into(), &mut |elements: &[T]| {
            for &element in elements {
                let (part, column) = S::locate(feature);
                let value = Scalar::to_f64(element);
                if result.is_ok() && !value.is_finite() {
                    result = Err(DataError::NotFinite { role, part, row, column, value });
                } else if let (Ok(()), Some(loss)) = (&result, rejected_by(feature, element)) {
                    result = Err(DataError::InvalidTarget { part, row, column, value, loss });
                }
                feature += 1;
            }
        });
        result?;
    }
    Ok(())
}
