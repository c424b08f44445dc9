use crate::batch::{GradientOutputs, InputGradients, Objective, TILE_SAMPLES, Workers};
use crate::batch_shape::BatchShape;
use crate::dataset::{Batch, Data, Dataset, Rows, check};
use crate::error::TrainingError;
use crate::heap::BoxedParameters as _;
use crate::summary::{InvalidOption, LayerOptions};
use mlp_core::Rng;
use mlp_core::Tile;
use mlp_core::layers::{Module, Shape};
use mlp_core::losses::{LossList, MAX_OUTPUTS};
use mlp_core::network::BaseNetwork;
use mlp_core::{DataError, Parameters, Scalar as _};

/// The value of a loss and its gradients with respect to the parameters and the inputs. TensorFlow: `GradientTape`.
///
/// It reuses its buffers: a custom training loop with the optimizer's
/// [`OptimizerState::step`](crate::optimizers::OptimizerState::step) allocates nothing after its first step. Layers such as `Dropout` draw new
/// random numbers at every call. `examples/custom_loop.rs` is a complete loop.
///
/// ```
/// # use mlp_train::{Network, TrainingError};
/// # use mlp_core::layers::Features;
/// # use mlp_core::losses::MeanSquaredError;
/// # use mlp_core::optimizers::Adam;
/// # use mlp_train::optimizers::OptimizerState;
/// # fn train<N: Network<Scalar = f32, Input = Features<1>, Output = Features<1>>>(
/// #     mut network: Box<N>, x: [[f32; 1]; 4], y: [[f32; 1]; 4],
/// # ) -> Result<(), TrainingError> {
/// let mut tape = network.gradient_tape(MeanSquaredError);
/// let mut optimizer = OptimizerState::new(Adam::new(1e-3));
/// for _ in 0..100 {
///     let (loss, gradient) = tape.value_and_gradient(&network, &x, &y)?;
///     println!("{loss}");
///     optimizer.step(&mut network, gradient);
/// }
/// # Ok(())
/// # }
/// ```
pub struct GradientTape<N: BaseNetwork, L> {
    options: LayerOptions<N>,
    loss: L,
    loss_weights: Vec<f64>,
    /// Weights of the samples of the next call.
    sample_weights: Option<Vec<f64>>,
    gradient: Box<N>,
    workers: Workers<N>,
    rng: Rng,
}

/// A batch of inputs of a network.
type InputBatch<N> = <<N as Module>::Input as BatchShape>::Batch<<N as Parameters>::Scalar>;

impl<N: BaseNetwork, L: LossList<N::Scalar, N::Output>> GradientTape<N, L> {
    pub(crate) fn new(loss: L) -> Self {
        Self {
            options: LayerOptions::new(),
            loss,
            loss_weights: vec![1.0; L::COUNT],
            sample_weights: None,
            gradient: N::zeroed(),
            workers: Workers::training(TILE_SAMPLES, L::Targets::FEATURES),
            rng: Rng::new(0),
        }
    }

    /// Sets the seed of layers such as `Dropout`. Defaults to 0.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { rng: Rng::new(seed), ..self }
    }

    /// Returns the random numbers of layers such as `Dropout`, to save them in a checkpoint.
    pub fn rng(&self) -> &Rng {
        &self.rng
    }

    /// Returns the random numbers of layers such as `Dropout`, to shuffle the samples with them or to restore a checkpoint.
    pub fn rng_mut(&mut self) -> &mut Rng {
        &mut self.rng
    }

    /// Sets the weight of each output's loss in the total loss. Defaults to 1.
    #[must_use]
    pub fn loss_weights(mut self, weights: L::Weights) -> Self {
        self.loss_weights.copy_from_slice(weights.as_ref());
        self
    }

    /// Sets one weight per sample for the next call: `tape.sample_weight(&weights).value_and_gradient(&network, &x, &y)`.
    ///
    /// The loss is the sum of the weighted losses, divided by the number of samples, as for
    /// [`Fit::sample_weight`](crate::Fit::sample_weight).
    pub fn sample_weight(&mut self, weights: &[f64]) -> &mut Self {
        self.sample_weights.get_or_insert_default().clear();
        self.sample_weights.get_or_insert_default().extend(weights);
        self
    }

    /// Returns the loss, or the tuple of losses.
    pub fn loss(&self) -> &L {
        &self.loss
    }

    /// Returns the loss, to change its options between two calls.
    pub fn loss_mut(&mut self) -> &mut L {
        &mut self.loss
    }

    /// Returns the weights for a call, and forgets them.
    fn take_weights<Y: Data<N::Scalar, L::Targets>>(&mut self, y: &Y) -> Result<Option<Vec<N::Scalar>>, TrainingError> {
        let Some(weights) = self.sample_weights.take() else { return Ok(None) };
        let samples = y.samples();
        if weights.len() != samples {
            return Err(DataError::WeightCountMismatch { samples, weights: weights.len() }.into());
        }
        match weights.iter().position(|weight| !weight.is_finite()) {
            Some(row) => Err(DataError::InvalidWeight { row, value: weights[row] }.into()),
            None => Ok(Some(weights.into_iter().map(N::Scalar::from_f64).collect())),
        }
    }

    /// Returns the mean loss of the samples in training mode and its gradient with respect to the parameters, which may be
    /// changed before the optimizer's step. JAX: `value_and_grad`.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid.
    pub fn value_and_gradient<X, Y>(&mut self, network: &N, x: &X, y: &Y) -> Result<(f64, &mut Box<N>), TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        self.check(x, y)?;
        let weights = self.take_weights(&y)?;
        let loss = self.differentiate(network, Dataset { x: &x, y: &y, weights: weights.as_deref() }, None);
        Ok((loss, &mut self.gradient))
    }

    /// Returns the mean loss of the samples in training mode and its gradient with respect to the inputs, one row per sample.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid.
    pub fn input_gradient<X, Y>(&mut self, network: &N, x: &X, y: &Y) -> Result<(f64, InputBatch<N>), TrainingError>
    where
        N::Input: BatchShape,
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        self.check(x, y)?;
        let weights = self.take_weights(&y)?;
        let mut gradient = N::Input::batch(x.samples());
        let mut each = |tile: Tile<'_, N::Scalar>, first: usize| N::Input::copy_rows(tile, &mut gradient, first);
        let loss = self.differentiate(network, Dataset { x: &x, y: &y, weights: weights.as_deref() }, Some(&mut each));
        Ok((loss, gradient))
    }

    /// Returns the loss of each sample, in inference mode. Large losses point at hard samples. PyTorch: `reduction="none"`.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid.
    pub fn sample_losses<X, Y>(&mut self, network: &N, x: &X, y: &Y) -> Result<Vec<f64>, TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        self.check(x, y)?;
        let weights = self.take_weights(&y)?;
        let Self { options, loss, loss_weights, workers, .. } = self;
        let data = Dataset { x: &x, y: &y, weights: weights.as_deref() };
        let mut losses = Vec::with_capacity(x.samples());
        for sample in 0..x.samples() {
            let batch = Batch { data, rows: Rows::Range(sample..sample + 1) };
            let objective = Objective { network, options: &options.values, loss, loss_weights };
            losses.push(workers.evaluate(objective, &batch, None, &mut [], None));
        }
        Ok(losses)
    }

    fn check<X, Y>(&self, x: &X, y: &Y) -> Result<(), TrainingError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        Y: Data<N::Scalar, L::Targets> + ?Sized,
    {
        check::pair(&x, &y, &self.loss)?;
        self.options.check()?;
        self.loss.check().map_err(|(name, value)| InvalidOption::new(name, value))?;
        Ok(())
    }

    /// Returns the mean loss of data that was checked, and sets the gradient.
    fn differentiate(
        &mut self,
        network: &N,
        data: Dataset<'_, N::Scalar, N::Input, L::Targets>,
        inputs: Option<InputGradients<'_, N::Scalar>>,
    ) -> f64 {
        let Self { options, loss, loss_weights, gradient, workers, rng, .. } = self;
        gradient.as_mut_slice().fill(num_traits::Zero::zero());
        let objective = Objective { network, options: &options.values, loss, loss_weights };
        let mut losses = [0.0; MAX_OUTPUTS];
        // Shorten the lifetime of the trait object to this call.
        let inputs = inputs.map(|each| each as InputGradients<'_, N::Scalar>);
        let outputs = GradientOutputs { gradient: &mut **gradient, losses: &mut losses[..L::COUNT], inputs };
        let total = workers.differentiate(objective, &data.whole(), None, rng, outputs, None);
        total / data.x.samples() as f64
    }
}
