//! Training in static memory.

use crate::layers::Shape;
use crate::optimizers::{Optimizer, OptimizerState};
use crate::random::Rng;
use crate::tile::LANES;

use super::Network;
use super::batch::{GradientOutputs, LossList, MAX_OUTPUTS, Objective, Workspace};
use super::dataset::{Data, DataError, Dataset, check};

/// A network's training as one value of static size, for machines without a heap: the gradient, what the optimizer remembers
/// and the memory of a step.
///
/// With `std`, [`compile`](Network::compile) is quicker on large batches. Here a batch is worked off a register of samples at a
/// time: 16, or 8 without `std`. Layers that draw random numbers draw others than with `compile` where a batch is larger.
///
/// ```
/// # use mlp_core::layers::{Dense, Features, Layer};
/// # use mlp_core::training::{Network, Trainer};
/// use mlp_core::losses::MeanSquaredError;
/// use mlp_core::optimizers::Adam;
///
/// # fn check<N: Network<Scalar = f32, Input = Features<1>, Output = Features<1>>>() {
/// // `N` is a network of `sequential!` or `functional!` from one number to one.
/// let mut network = N::seeded(0);
/// let mut trainer = Trainer::<N, _, _>::new(Adam::new(1e-2), MeanSquaredError);
/// let (x, y) = ([[0.0], [1.0], [2.0]], [[0.0], [0.8], [0.9]]);
/// let loss = trainer.train_on_batch(&mut network, &x, &y).expect("finite data");
/// # let _ = loss;
/// # }
/// ```
pub struct Trainer<N: Network, O: Optimizer, L: LossList<N::Scalar, N::Output>> {
    descent: OptimizerState<N, O>,
    loss: L,
    loss_weights: [f64; MAX_OUTPUTS],
    gradient: Gradient<N>,
    workspace: Workspace<N, L::Targets>,
    rng: Rng,
}

#[cfg(feature = "std")]
type Gradient<N> = Box<N>;
#[cfg(not(feature = "std"))]
type Gradient<N> = Held<N>;

/// A value where there is no heap.
#[cfg(not(feature = "std"))]
struct Held<N>(N);

#[cfg(not(feature = "std"))]
impl<N> core::ops::Deref for Held<N> {
    type Target = N;
    fn deref(&self) -> &N {
        &self.0
    }
}

#[cfg(not(feature = "std"))]
impl<N> core::ops::DerefMut for Held<N> {
    fn deref_mut(&mut self) -> &mut N {
        &mut self.0
    }
}

impl<N: Network, O: Optimizer, L: LossList<N::Scalar, N::Output>> Trainer<N, O, L> {
    /// No step was made.
    pub fn new(optimizer: O, loss: L) -> Self {
        Self {
            descent: OptimizerState::new(optimizer),
            loss,
            loss_weights: [1.0; MAX_OUTPUTS],
            #[cfg(feature = "std")]
            gradient: N::zeroed(),
            #[cfg(not(feature = "std"))]
            gradient: Held(N::ZEROS),
            workspace: Workspace::training(LANES, L::Targets::FEATURES),
            rng: Rng::new(0),
        }
    }

    /// How much the loss of each output counts in their sum, 1 if nothing is said.
    #[must_use]
    pub fn loss_weights<const OUTPUTS: usize>(mut self, weights: [f64; OUTPUTS]) -> Self {
        const { assert!(OUTPUTS == L::COUNT, "a weight for each loss") };
        self.loss_weights[..OUTPUTS].copy_from_slice(&weights);
        self
    }

    /// The optimizer: to change its learning rate.
    pub fn optimizer(&mut self) -> &mut O {
        &mut self.descent.optimizer
    }

    /// One step on all samples of `x` at once. Gives the mean loss before the step. Keras: `model.train_on_batch`.
    ///
    /// If the loss or its gradient is NaN or infinite, no step is made.
    ///
    /// # Errors
    /// If the data cannot be used, or if there are more than a register of samples for a network that looks at the batch as a
    /// whole, as `BatchNormalization` does; nothing changes then.
    pub fn train_on_batch<X, Y>(&mut self, network: &mut N, x: &X, y: &Y) -> Result<f64, DataError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        check::pair(x, y, &self.loss)?;
        let samples = x.samples();
        if N::WHOLE_BATCH && samples > LANES {
            return Err(DataError::BatchTooLarge { samples, max: LANES });
        }
        let Self { loss, gradient, workspace, rng, .. } = self;
        gradient.as_mut_slice().fill(num_traits::Zero::zero());
        let (options, mut sums) = (N::Options::default(), [0.0; MAX_OUTPUTS]);
        let objective = Objective { network, options: &options, loss, loss_weights: &self.loss_weights[..L::COUNT] };
        let outputs = GradientOutputs { gradient: &mut **gradient, losses: &mut sums[..L::COUNT], inputs: None };
        let batch = Dataset { x: &x, y: &y, weights: None }.whole();
        let total = workspace.differentiate(objective, &batch, rng, outputs, &mut |_| {});
        let finite = <N::Scalar as crate::kernels::Kernels>::all_finite(gradient.as_slice());
        if total.is_finite() && finite {
            let mut network = network;
            self.descent.step(&mut network, gradient);
        }
        Ok(total / samples as f64)
    }
}
