//! The trait [`Network`], and [`Compiled`] networks.

mod absent_methods;
mod before_compile;
#[cfg(feature = "safetensors")]
mod checkpoint;
mod checkpoint_state;
mod classification;
mod compiled;
mod display;
mod foreign_methods;
mod learner;
mod options_mut;
mod predict;
mod predictor;
mod scratch;
mod snapshot;
#[cfg(feature = "csv")]
mod tables;
mod training_settings;

pub use before_compile::{BeforeCompile, IsCompiled};
pub(crate) use checkpoint_state::CheckpointState;
pub use compiled::Compiled;
pub use foreign_methods::ForeignMethods;
pub(crate) use learner::Learner;
pub use options_mut::OptionsMut;
pub(crate) use predict::predict;
pub use predictor::Predictor;
pub(crate) use scratch::Scratch;
pub(crate) use snapshot::{Snapshot, SnapshotMode};
pub(crate) use training_settings::TrainingSettings;

#[cfg(any(feature = "onnx", feature = "safetensors"))]
use std::path::Path;

use mlp_core::layers::{Features, IntoSample, Shape, TwiceDifferentiable};
use mlp_core::losses::{IntoLosses, LossList, MeanSquaredError};
use mlp_core::network::BaseNetwork;
use mlp_core::network::predict_one_with_defaults;
use mlp_core::{Augmented, DataError, Parameters, Rng};
#[cfg(feature = "safetensors")]
use mlp_data::{FileError, Limits};
use nalgebra::{DMatrix, SMatrix};

use crate::batch::{GradientOutputs, Objective, TILE_SAMPLES, Workers};
use crate::batch_shape::BatchShape;
use crate::custom::{GradientTape, OutputBatch, Tape};
use crate::dataset::{Data, Dataset, check};
use crate::diagram::Diagram;
use crate::error::{LeastSquaresError, TrainingError};
use crate::heap::BoxedParameters as _;
use crate::least_squares::Unknowns;
#[cfg(feature = "onnx")]
use crate::onnx::{self, ExportError, OnnxError};
use crate::optimizers::{Trains, trainable_ranges};
use crate::residuals::{Residuals, Terms};
use crate::squares::{Uncertainty, parameter_jacobian};
use crate::summary::{LayerOptions, Summary};
#[cfg(feature = "safetensors")]
use crate::weights::{self, ForeignWeights, LoadedWeights, Source, WeightsError};

/// Outputs, and their derivatives along a direction.
type OutputPair<N> = (OutputBatch<N>, OutputBatch<N>);
/// One matrix per output, for each sample.
type Hessians<N, const IN: usize, const OUT: usize> = Vec<[SMatrix<<N as Parameters>::Scalar, IN, IN>; OUT]>;

/// Neural network: a struct with one field per layer, as `sequential!` and `functional!` generate it.
///
/// The network itself holds only its parameters. [`compile`](Self::compile) adds an optimizer and a loss.
pub trait Network: BaseNetwork {
    /// Creates a network on the heap, with initial weights drawn from `seed`.
    fn new(seed: u64) -> Box<Self> {
        let mut network = Self::zeroed();
        network.initialize(&Self::Options::default(), &mut Rng::new(seed));
        network
    }

    /// Replaces the weights with initial weights drawn from `seed`: `sequential![…].seed(7)`.
    #[must_use]
    fn seed(mut self: Box<Self>, seed: u64) -> Box<Self> {
        self.as_mut_slice().fill(num_traits::Zero::zero());
        self.initialize(&Self::Options::default(), &mut Rng::new(seed));
        self
    }

    /// Returns the table of the layers. Keras: `model.summary()`.
    fn summary(&self) -> Summary {
        Summary::of_network::<Self>()
    }

    /// Returns the graph of the layers, for drawing.
    fn diagram(&self) -> Diagram {
        Summary::diagram::<Self>()
    }

    /// Returns the graph of the layers in Graphviz's DOT language. Keras: `model_to_dot`.
    fn to_dot(&self) -> String {
        self.diagram().to_dot()
    }

    /// Returns the graph of the layers as an SVG image. Keras: `plot_model`.
    fn to_svg(&self) -> String {
        self.diagram().to_svg()
    }

    /// Returns the predictions for all samples of `x`, one row per sample. Keras: `model.predict`.
    ///
    /// Allocates its buffers for every call. [`predictor`](Self::predictor) and [`Compiled::predict`] reuse them.
    ///
    /// # Errors
    /// If `x` has no rows, or a value is NaN or infinite.
    fn predict<X>(&self, x: &X) -> Result<<Self::Output as BatchShape>::Batch<Self::Scalar>, DataError>
    where
        X: Data<Self::Scalar, Self::Input> + ?Sized,
        Self::Output: BatchShape,
    {
        check::inputs(&x)?;
        let mut workers = Workers::inference(x.samples().min(TILE_SAMPLES), 0);
        Ok(predict(&mut workers, self, &Self::Options::default(), &x))
    }

    /// Returns the network with buffers for [`Predictor::predict`], which are reused from call to call.
    fn predictor(&self) -> Predictor<'_, Self> {
        Predictor::new(self)
    }

    /// Returns the prediction for one sample: the path of lowest latency. It allocates nothing and checks nothing.
    #[inline]
    fn predict_one(
        &self,
        sample: impl IntoSample<Self::Scalar, Self::Input, <Self::Input as Shape>::Array<Self::Scalar>>,
    ) -> <Self::Output as Shape>::Sample<Self::Scalar> {
        predict_one_with_defaults(self, &sample.into_sample())
    }

    /// Returns the mean loss of the samples in training mode, and its gradient, which has the network's own type. JAX:
    /// `value_and_grad`.
    ///
    /// The losses of several outputs are added up; one loss over all of them is [`Joint`](mlp_core::losses::Joint). Layers such as `Dropout` draw the same random numbers at every call. In a
    /// training loop, use [`gradient_tape`](Self::gradient_tape): it reuses its buffers, and draws new random numbers.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid.
    fn value_and_gradient<L, X, Y>(&self, loss: &L, x: &X, y: &Y) -> Result<(f64, Box<Self>), TrainingError>
    where
        L: LossList<Self::Scalar, Self::Output>,
        X: Data<Self::Scalar, Self::Input> + ?Sized,
        Y: Data<Self::Scalar, L::Targets> + ?Sized,
    {
        check::pair(&x, &y, loss)?;
        let options = LayerOptions::<Self>::new();
        options.check()?;
        let loss_weights = training_settings::equal_weights(L::COUNT);
        let objective = Objective { network: self, options: &options.values, loss, loss_weights: &loss_weights };
        let batch = Dataset { x: &x, y: &y, weights: None }.whole();
        let mut losses = vec![0.0; L::COUNT];
        let mut gradient = Self::zeroed();
        let outputs = GradientOutputs { gradient: &mut *gradient, losses: &mut losses, inputs: None };
        let mut workers = Workers::<_>::training(TILE_SAMPLES, L::Targets::FEATURES);
        let total = workers.differentiate(objective, &batch, None, &mut Rng::new(0), outputs, None);
        Ok((total / x.samples() as f64, gradient))
    }

    /// Creates the memory for a forward pass, and for a backward pass from any gradient with respect to the outputs. JAX:
    /// `vjp`.
    fn tape(&self) -> Tape<Self>
    where
        Self::Input: BatchShape,
        Self::Output: BatchShape,
    {
        Tape::new()
    }

    /// Returns the derivative of every output by every input at the samples of `x`, one matrix per sample. Such a matrix has a
    /// row for each output and a column for each input. JAX: `vmap(jacrev(f))`.
    ///
    /// The layers are in inference mode. [`Tape::jacobian`] reuses its buffers.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid.
    fn jacobian<X, const IN: usize, const OUT: usize>(
        &self,
        x: &X,
    ) -> Result<Vec<SMatrix<Self::Scalar, OUT, IN>>, TrainingError>
    where
        Self: BaseNetwork<Input = Features<IN>, Output = Features<OUT>>,
        X: Data<Self::Scalar, Self::Input> + ?Sized,
    {
        let mut jacobians = Vec::new();
        self.tape().training(false).jacobian(self, x, &mut jacobians)?;
        Ok(jacobians)
    }

    /// Returns the derivative of every output by every parameter at the samples of `x`: the gradients of the samples, not
    /// summed. JAX: `vmap(jacrev(f))` by the parameters.
    ///
    /// The matrix has a row for each output of the first sample, then those of the next sample, and a column for each
    /// parameter, in the order of [`as_slice`](Parameters::as_slice). Columns of parameters that are not trained are zero. The
    /// layers are in inference mode.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid.
    fn parameter_jacobian<X>(&self, x: &X) -> Result<DMatrix<f64>, TrainingError>
    where
        Self: TwiceDifferentiable,
        X: Data<Self::Scalar, Self::Input> + ?Sized,
    {
        check::inputs(&x)?;
        let options = LayerOptions::<Self>::new();
        options.check()?;
        let unknowns = Unknowns::all(Self::COUNT);
        Ok(parameter_jacobian(self, &options.values, &unknowns, &x))
    }

    /// Returns the uncertainty of the parameters and of the outputs, after a training on the squares of the errors on `x` and `y`.
    ///
    /// The inverse of a matrix of the size of the parameters is computed: some seconds for 1000 parameters.
    ///
    /// ```
    /// # use mlp_core::layers::{Features, TwiceDifferentiable};
    /// # use mlp_train::{Network, TrainingError, linspace};
    /// # fn check<N>(network: &N) -> Result<(), TrainingError>
    /// # where
    /// #     N: Network<Scalar = f64, Input = Features<1>, Output = Features<1>> + TwiceDifferentiable,
    /// # {
    /// let x = linspace(0.0, 1.0, 100);
    /// let y = x.map(f64::sin);
    /// let uncertainty = network.uncertainty(&x, &y)?;
    /// println!("noise {}, {} parameters", uncertainty.noise(), uncertainty.effective_parameters());
    /// let errors = uncertainty.standard_errors(network, &x)?;
    /// println!("at the first point: ± {}", 1.96 * errors[0]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid, or a layer has a penalty that is not a square.
    fn uncertainty<X, Y, const OUT: usize>(&self, x: &X, y: &Y) -> Result<Uncertainty, TrainingError>
    where
        Self: TwiceDifferentiable + BaseNetwork<Output = Features<OUT>>,
        X: Data<Self::Scalar, Self::Input> + ?Sized,
        Y: Data<Self::Scalar, Features<OUT>> + ?Sized,
    {
        check::pair(&x, &y, &MeanSquaredError)?;
        let options = LayerOptions::<Self>::new();
        options.check()?;
        let unknowns = Unknowns::new(trainable_ranges::<Self>(&options.values));
        let uncertainty = Uncertainty::new(self, &options.values, unknowns, Dataset { x: &x, y: &y, weights: None });
        Ok(uncertainty.ok_or(LeastSquaresError::Penalty)?)
    }

    /// Returns the outputs, and their derivative along a direction for each sample: the Jacobian times the direction. JAX:
    /// `jvp`.
    ///
    /// The layers are in inference mode. [`Tape::jvp`] reuses its buffers.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid, or if `direction` has not as many rows as `x`.
    fn jvp<X, V>(&self, x: &X, direction: &V) -> Result<OutputPair<Self>, TrainingError>
    where
        Self: TwiceDifferentiable + BaseNetwork<Input: BatchShape, Output: BatchShape>,
        X: Data<Self::Scalar, Self::Input> + ?Sized,
        V: Data<Self::Scalar, Self::Input> + ?Sized,
    {
        let mut tape = self.tape();
        tape.jvp(self, x, direction)?;
        Ok((tape.output.batch, tape.derivatives.batch))
    }

    /// Returns the gradient of `Σ output_gradient · output` with respect to the inputs, for each sample: the transposed
    /// Jacobian times `output_gradient`. JAX: `vjp`.
    ///
    /// The layers are in inference mode. [`tape`](Self::tape) reuses its buffers, and has the gradient with respect to the
    /// parameters too.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid, or if `output_gradient` has not as many rows as `x`.
    fn vjp<X, G>(
        &self,
        x: &X,
        output_gradient: &G,
    ) -> Result<<Self::Input as BatchShape>::Batch<Self::Scalar>, TrainingError>
    where
        Self: BaseNetwork<Input: BatchShape, Output: BatchShape>,
        X: Data<Self::Scalar, Self::Input> + ?Sized,
        G: Data<Self::Scalar, Self::Output> + ?Sized,
    {
        let mut tape = self.tape().training(false);
        tape.forward(self, x)?.input_gradient(output_gradient)?;
        Ok(tape.gradients.input.batch)
    }

    /// Returns the Hessian of `Σ output_gradient · output` times a direction, for each sample. JAX: `jvp(grad(f))`.
    ///
    /// For a network with one output, `output_gradient` is a batch of ones. The layers are in inference mode. [`Tape::hvp`]
    /// reuses its buffers.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid, or if `direction` or `output_gradient` has not as many rows as `x`.
    fn hvp<X, V, G>(
        &self,
        x: &X,
        direction: &V,
        output_gradient: &G,
    ) -> Result<<Self::Input as BatchShape>::Batch<Self::Scalar>, TrainingError>
    where
        Self: TwiceDifferentiable + BaseNetwork<Input: BatchShape, Output: BatchShape>,
        X: Data<Self::Scalar, Self::Input> + ?Sized,
        V: Data<Self::Scalar, Self::Input> + ?Sized,
        G: Data<Self::Scalar, Self::Output> + ?Sized,
    {
        let mut tape = self.tape();
        tape.hvp(self, x, direction, output_gradient)?;
        Ok(tape.gradients.input.batch)
    }

    /// Returns the second derivatives of every output by every two inputs at the samples of `x`: for each sample one symmetric
    /// matrix per output. JAX: `vmap(hessian(f))`.
    ///
    /// The layers are in inference mode. [`Tape::hessian`] reuses its buffers.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid.
    fn hessian<X, const IN: usize, const OUT: usize>(&self, x: &X) -> Result<Hessians<Self, IN, OUT>, TrainingError>
    where
        Self: TwiceDifferentiable + BaseNetwork<Input = Features<IN>, Output = Features<OUT>>,
        X: Data<Self::Scalar, Self::Input> + ?Sized,
    {
        let mut hessians = Vec::new();
        self.tape().hessian(self, x, &mut hessians)?;
        Ok(hessians)
    }

    /// Returns the Laplacian of every output, the sum of its second derivatives by each input, one row per sample.
    ///
    /// The layers are in inference mode. [`Tape::laplacian`] reuses its buffers.
    ///
    /// # Errors
    /// If the data or an option of a layer is invalid.
    fn laplacian<X, const IN: usize>(
        &self,
        x: &X,
    ) -> Result<<Self::Output as BatchShape>::Batch<Self::Scalar>, TrainingError>
    where
        Self: TwiceDifferentiable + BaseNetwork<Input = Features<IN>, Output: BatchShape>,
        X: Data<Self::Scalar, Self::Input> + ?Sized,
    {
        let mut tape = self.tape();
        tape.laplacian(self, x)?;
        Ok(tape.derivatives.batch)
    }

    /// Creates a gradient tape for a custom training loop. TensorFlow: `GradientTape`.
    ///
    /// The tape keeps the buffers of a step, so that no step allocates, and the random numbers of layers such as `Dropout`.
    fn gradient_tape<L, Kind>(&self, loss: L) -> GradientTape<Self, L::Losses>
    where
        L: IntoLosses<Self::Scalar, Self::Output, Kind>,
    {
        GradientTape::new(loss.into_losses())
    }

    /// Writes all parameters by name to a safetensors file. Requires the feature `safetensors`. Keras: `model.save_weights`. See [`weights`](crate::weights).
    ///
    /// # Errors
    /// If the file cannot be written. An existing file is left unchanged.
    #[cfg(feature = "safetensors")]
    fn save_weights(&self, path: impl AsRef<Path>) -> Result<(), FileError> {
        weights::weights_content(self)?.write(path.as_ref())
    }

    /// Returns the bytes of the file that [`save_weights`](Self::save_weights) writes. Requires the feature `safetensors`.
    ///
    /// # Errors
    /// If the summary of a custom layer does not list all of its parameters.
    #[cfg(feature = "safetensors")]
    fn weights_to_bytes(&self) -> Result<Vec<u8>, FileError> {
        weights::weights_content(self)?.to_bytes()
    }

    /// Loads all parameters from a safetensors file. Requires the feature `safetensors`. Keras: `model.load_weights`. See [`weights`](crate::weights).
    ///
    /// # Errors
    /// If the file cannot be read, or does not match the network. The network is left unchanged.
    #[cfg(feature = "safetensors")]
    fn load_weights(&mut self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        self.load_weights_with(path, Limits::default())
    }

    /// Loads all parameters from a safetensors file, with custom limits for a file that is not trusted.
    ///
    /// # Errors
    /// Those of [`load_weights`](Self::load_weights), and if a limit is exceeded. The network is left unchanged.
    #[cfg(feature = "safetensors")]
    fn load_weights_with(&mut self, path: impl AsRef<Path>, limits: Limits) -> Result<(), WeightsError> {
        weights::load_weights(self, Source::File(path.as_ref()), limits)
    }

    /// Loads all parameters from the bytes of a file: `network.load_weights_bytes(include_bytes!("net.safetensors"))`.
    /// Requires the feature `safetensors`.
    ///
    /// # Errors
    /// If the bytes do not match the network. The network is left unchanged.
    #[cfg(feature = "safetensors")]
    fn load_weights_bytes(&mut self, bytes: &[u8]) -> Result<(), WeightsError> {
        self.load_weights_bytes_with(bytes, Limits::default())
    }

    /// Loads all parameters from the bytes of a file, with custom limits.
    ///
    /// # Errors
    /// Those of [`load_weights_bytes`](Self::load_weights_bytes), and if a limit is exceeded. The network is left unchanged.
    #[cfg(feature = "safetensors")]
    fn load_weights_bytes_with(&mut self, bytes: &[u8], limits: Limits) -> Result<(), WeightsError> {
        weights::load_weights(self, Source::Bytes(bytes), limits)
    }

    /// Loads the parameters whose names and shapes are those of tensors in a safetensors file, and reports the others. Requires
    /// the feature `safetensors`. Keras: `model.load_weights(path, by_name=True, skip_mismatch=True)`.
    ///
    /// A network with another head gets the layers that it shares with a trained one. The file of a training,
    /// [`Compiled::save`], works too.
    ///
    /// # Errors
    /// If the file cannot be read, no tensor matches, or a value is NaN or infinite. The network is left unchanged.
    #[cfg(feature = "safetensors")]
    fn load_matching_weights(&mut self, path: impl AsRef<Path>) -> Result<LoadedWeights, WeightsError> {
        weights::load_matching_weights(self, Source::File(path.as_ref()), Limits::default())
    }

    /// Returns the network as the bytes of an ONNX file. Requires the feature `onnx`. See [`onnx`](crate::onnx).
    ///
    /// # Errors
    /// If a custom layer does not implement its export.
    #[cfg(feature = "onnx")]
    fn to_onnx(&self) -> Result<Vec<u8>, ExportError> {
        onnx::to_bytes(self)
    }

    /// Writes the network to an ONNX file. Requires the feature `onnx`. Keras: `model.export(path, format="onnx")`. See [`onnx`](crate::onnx).
    ///
    /// # Errors
    /// If a custom layer does not implement its export, or the file cannot be written. An existing file is left unchanged.
    #[cfg(feature = "onnx")]
    fn save_onnx(&self, path: impl AsRef<Path>) -> Result<(), OnnxError> {
        onnx::save(self, path.as_ref())
    }

    /// Loads all parameters from a PyTorch `state_dict` that `safetensors.torch.save_file` wrote. Requires the feature
    /// `safetensors`.
    ///
    /// [`ForeignWeights`](crate::weights::ForeignWeights) describes how the layers are matched, and renames them where the names differ.
    ///
    /// # Errors
    /// If the file cannot be read, or does not match the network. The network is left unchanged.
    #[cfg(feature = "safetensors")]
    fn load_pytorch(&mut self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        ForeignWeights::pytorch(path)?.load_into(self)
    }

    /// Loads all parameters from a Keras 3 model: a `.weights.h5` of `save_weights`, or a `.keras` of `save`. Requires the
    /// feature `keras`.
    ///
    /// [`ForeignWeights`](crate::weights::ForeignWeights) describes how the layers are matched, and renames them where the names differ.
    ///
    /// # Errors
    /// If the file cannot be read, or does not match the network. The network is left unchanged.
    #[cfg(feature = "keras")]
    fn load_keras(&mut self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        ForeignWeights::keras(path)?.load_into(self)
    }

    /// Combines the network with an optimizer and with equations, whose residuals it learns to make zero: a physics-informed
    /// neural network.
    ///
    /// `terms` is a [`Term`](crate::residuals::Term), or a tuple of up to six: the equation inside, initial and boundary
    /// conditions, measured data. [`solve`](Compiled::solve) trains it. Its network is
    /// [`Augmented`](mlp_core::Augmented) by the trained parameters of the equations.
    ///
    /// Source: Raissi, Perdikaris and Karniadakis, "Physics-informed neural networks", 2019.
    fn compile_residuals<O, R>(
        self: Box<Self>,
        optimizer: O,
        terms: R,
    ) -> Compiled<Augmented<Self>, O::Optimizer, Residuals<R, Self::Scalar>>
    where
        O: Trains<Augmented<Self>, Residuals<R, Self::Scalar>>,
        R: Terms<Self>,
    {
        Compiled::with_residuals(&*self, optimizer.into_optimizer(), terms)
    }

    /// Adds an optimizer and a loss. Keras: `model.compile(optimizer, loss)`. [`Compiled::metrics`] adds metrics.
    ///
    /// A network with several outputs has a tuple of losses, one for each, or one loss over all of them, a type that implements
    /// [`Loss`](mlp_core::losses::Loss) for the tuple of their shapes.
    ///
    /// # Memory
    /// The gradient, the optimizer's moments and the buffers of a step are allocated here; training steps allocate nothing.
    ///
    /// - With Adam, a network needs four times the memory of its parameters: parameters, gradient and two moments.
    /// - A network of up to 16 MB needs a fifth part, a copy of the parameters to restore if the loss becomes NaN. So
    ///   does a network of any size if its optimizer cannot [undo](mlp_core::optimizers::Optimizer::undo) a step.
    /// - The buffers hold up to 512 samples of the input, the target, every value between the layers, and its gradient: 2 KB
    ///   per feature (`f32`).
    ///
    /// Nothing as large as a layer is on the stack.
    fn compile<O, L, Kind>(self: Box<Self>, optimizer: O, loss: L) -> Compiled<Self, O::Optimizer, L::Losses>
    where
        O: Trains<Self, L::Losses>,
        L: IntoLosses<Self::Scalar, Self::Output, Kind>,
    {
        Compiled::new(self, optimizer.into_optimizer(), loss.into_losses())
    }
}

impl<N: BaseNetwork> Network for N {}
