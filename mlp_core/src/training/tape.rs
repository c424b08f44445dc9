//! Gradients for a training loop of one's own.

use crate::layers::{InvalidOption, Layer, Shape};
use crate::losses::LossInput;
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::tile::Tile;

use super::check;
use super::data::{Data, Rows};
use super::loss_list::{LossList, MOST_OUTPUTS};
use super::network::{Network, options};
use super::training_error::TrainingError;
use super::workspace::{EachInputs, Found, Objective, Samples, TILE, Workspace};

/// Gives the value of a loss and its gradients, by the parameters and by the inputs. TensorFlow: `GradientTape`.
///
/// It keeps its memory from call to call: a loop of one's own, with the optimizer's
/// [`OptimizerState::step`](crate::optimizers::OptimizerState::step), allocates nothing. Layers such as `Dropout` draw new numbers at every
/// call. `examples/custom_loop.rs` shows all of it.
///
/// ```
/// # use mlp_core::training::{Network, TrainingError};
/// # use mlp_core::layers::Features;
/// # use mlp_core::losses::MeanSquaredError;
/// # use mlp_core::optimizers::{Adam, OptimizerState};
/// # fn train<N: Network<Scalar = f32, Input = Features<1>, Output = Features<1>>>(
/// #     mut network: Box<N>, x: [[f32; 1]; 4], y: [[f32; 1]; 4],
/// # ) -> Result<(), TrainingError> {
/// let mut tape = network.gradient_tape(MeanSquaredError);
/// let mut descent = OptimizerState::new(Adam::new(1e-3));
/// for _ in 0..100 {
///     let (loss, gradient) = tape.value_and_gradient(&network, &x, &y)?;
///     println!("{loss}");
///     descent.step(&mut network, gradient);
/// }
/// # Ok(())
/// # }
/// ```
pub struct GradientTape<N: Network, L> {
    options: N::Options,
    invalid_option: Option<InvalidOption>,
    loss: L,
    loss_weights: Vec<f64>,
    gradient: Box<N>,
    workspace: Workspace<N>,
    rng: Rng,
}

impl<N: Network, L: LossList<N::Scalar, N::Output>> GradientTape<N, L> {
    pub(super) fn new(loss: L) -> Self {
        let (options, invalid_option) = options::<N>();
        Self {
            options,
            invalid_option,
            loss,
            loss_weights: vec![1.0; L::COUNT],
            gradient: N::zeroed(),
            workspace: Workspace::training(TILE, L::Targets::FEATURES),
            rng: Rng::new(0),
        }
    }

    /// Starts the random numbers of layers such as `Dropout` anew.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { rng: Rng::new(seed), ..self }
    }

    /// The random numbers of layers such as `Dropout`: to mix the samples by them too, and to keep them in a checkpoint.
    pub fn rng(&mut self) -> &mut Rng {
        &mut self.rng
    }

    /// How much the loss of each output counts in their sum, 1 if nothing is said.
    #[must_use]
    pub fn loss_weights<const OUTPUTS: usize>(mut self, weights: [f64; OUTPUTS]) -> Self {
        const { assert!(OUTPUTS == L::COUNT, "a weight for each loss") };
        self.loss_weights.copy_from_slice(&weights);
        self
    }

    /// The mean loss of some samples in training, and its gradient, which may be changed before the optimizer's step.
    /// JAX: `value_and_grad`.
    ///
    /// # Errors
    /// If the data or an option of a layer cannot be used.
    pub fn value_and_gradient<X, Y>(&mut self, network: &N, x: &X, y: &Y) -> Result<(f64, &mut Box<N>), TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        let loss = self.differentiate(network, x, y, None)?;
        Ok((loss, &mut self.gradient))
    }

    /// The mean loss of some samples in training, and its gradient by each of their inputs, a row a sample.
    ///
    /// # Errors
    /// If the data or an option of a layer cannot be used.
    pub fn input_gradient<X, Y>(&mut self, network: &N, x: &X, y: &Y) -> Result<(f64, Batch<N>), TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        let mut inputs = N::Input::batch(x.samples());
        let mut each = |tile: Tile<'_, N::Scalar>, first: usize| N::Input::copy_rows(tile, &mut inputs, first);
        let loss = self.differentiate(network, x, y, Some(&mut each))?;
        Ok((loss, inputs))
    }

    /// The loss of each sample by itself, without its gradient and as in prediction: which samples are hard. PyTorch:
    /// `reduction="none"`.
    ///
    /// # Errors
    /// If the data or an option of a layer cannot be used.
    pub fn sample_losses<X, Y>(&mut self, network: &N, x: &X, y: &Y) -> Result<Vec<f64>, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        self.check(x, y)?;
        let Self { options, loss, loss_weights, workspace, .. } = self;
        let data = Samples { x, y, weights: None };
        let mut losses = Vec::with_capacity(x.samples());
        for sample in 0..x.samples() {
            workspace.compare::<L::Targets>(network, options, data, sample..sample + 1, |pairs| {
                let input = LossInput::without_gradient(pairs);
                losses.push(loss.evaluate(input, loss_weights, &mut [0.0; MOST_OUTPUTS][..L::COUNT]));
            });
        }
        Ok(losses)
    }

    fn check<X, Y>(&self, x: &X, y: &Y) -> Result<(), TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        check::pair(x, y, &self.loss)?;
        Ok(check::option(self.invalid_option.as_ref())?)
    }

    fn differentiate<X, Y>(
        &mut self,
        network: &N,
        x: &X,
        y: &Y,
        inputs: Option<EachInputs<'_, N::Scalar>>,
    ) -> Result<f64, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        self.check(x, y)?;
        let Self { options, loss, loss_weights, gradient, workspace, rng, .. } = self;
        gradient.as_mut_slice().fill(num_traits::Zero::zero());
        let objective = Objective { network, options, loss, weights: loss_weights };
        let (samples, mut sums) = (x.samples(), [0.0; MOST_OUTPUTS]);
        // For as long as the pass, not as whoever asks.
        let inputs = inputs.map(|each| each as EachInputs<'_, N::Scalar>);
        let found = Found { gradient: &mut **gradient, sums: &mut sums[..L::COUNT], inputs };
        let data = Samples { x, y, weights: None };
        let total = workspace.differentiate(objective, data, Rows::Range(0..samples), rng, found, |_| {});
        Ok(total / samples as f64)
    }
}

/// Of inputs of a network.
type Batch<N> = <<N as Layer>::Input as Shape>::Batch<<N as Parameters>::Scalar>;
