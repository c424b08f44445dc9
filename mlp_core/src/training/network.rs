//! What every network can do, whatever the macro made of it.

#[cfg(feature = "onnx")]
use std::io::Write as _;
#[cfg(any(feature = "onnx", feature = "safetensors"))]
use std::path::Path;

#[cfg(feature = "safetensors")]
use crate::data::FileError;
#[cfg(feature = "onnx")]
use crate::data::write_file;
use crate::diagram::Diagram;
use crate::layers::{Call, InvalidOption, Layer, Shape, Summary};
#[cfg(feature = "onnx")]
use crate::onnx::{self, ExportError, OnnxError};
use crate::optimizers::Optimizer;
use crate::random::Rng;
#[cfg(feature = "safetensors")]
use crate::weights::{self, ForeignWeights, Source, WeightsError};

use super::check;
use super::compiled::Compiled;
use super::data::{Data, Rows};
use super::error::DataError;
use super::loss_list::LossList;
use super::predict_one;
use super::tape::GradientTape;
use super::training_error::TrainingError;
use super::workspace::{Found, Objective, Samples, TILE, Workspace};

/// The hyper-parameters of a network's layers, and one that no training can begin with.
pub(super) fn options<N: Network>() -> (N::Options, Option<InvalidOption>) {
    let (options, mut summary) = (N::Options::default(), Summary::new(N::NAME));
    N::rows(&options, &mut summary);
    (options, summary.invalid_option().cloned())
}

/// A layer made of layers, as `sequential!` writes it.
pub trait Network: Layer {
    /// Its name in a summary.
    const NAME: &'static str;
    /// Which macro made it: `Sequential`.
    const KIND: &'static str;
    /// The names of its outputs.
    const OUTPUTS: &'static [&'static str];
    /// Which layers are called on what, in order.
    const CALLS: &'static [Call];

    /// Adds its layers to a summary.
    fn rows(options: &Self::Options, summary: &mut Summary);

    /// A network with the initial weights of a seed, made in place on the heap.
    fn new(seed: u64) -> Box<Self> {
        let mut network = Self::zeroed();
        network.initialize(&Self::Options::default(), &mut Rng::new(seed));
        network
    }

    /// A network with the initial weights of a seed, by value.
    fn seeded(seed: u64) -> Self {
        let mut network = Self::ZEROS;
        network.initialize(&Self::Options::default(), &mut Rng::new(seed));
        network
    }

    /// The same network with the initial weights of another seed: `sequential![…].seed(7)`.
    #[must_use]
    fn seed(mut self: Box<Self>, seed: u64) -> Box<Self> {
        self.as_mut_slice().fill(num_traits::Zero::zero());
        self.initialize(&Self::Options::default(), &mut Rng::new(seed));
        self
    }

    /// The table of its layers. Keras: `model.summary()`.
    fn summary(&self) -> Summary {
        let mut summary = Summary::new(Self::NAME);
        Self::rows(&Self::Options::default(), &mut summary);
        summary.connect(Self::CALLS);
        summary
    }

    /// The graph of its layers, to be drawn.
    fn diagram(&self) -> Diagram {
        let mut summary = Summary::new(Self::NAME);
        Self::rows(&Self::Options::default(), &mut summary);
        summary.diagram(Self::CALLS)
    }

    /// The graph of its layers in the language of Graphviz. Keras: `model_to_dot`.
    fn to_dot(&self) -> String {
        self.diagram().to_dot()
    }

    /// A picture of the graph of its layers. Keras: `plot_model`.
    fn to_svg(&self) -> String {
        self.diagram().to_svg()
    }

    /// The predictions for all samples of `x`, a row a sample. Keras: `model.predict`.
    ///
    /// # Errors
    /// If `x` has no rows, or a number in it is NaN or infinite.
    fn predict<X>(&self, x: &X) -> Result<<Self::Output as Shape>::Batch<Self::Scalar>, DataError>
    where
        X: Data<Self::Scalar, Self::Input> + ?Sized,
    {
        check::inputs(x)?;
        Ok(Workspace::<_>::prediction(TILE).predict(self, &Self::Options::default(), x))
    }

    /// The prediction for one sample: no check, the shortest way through the network.
    #[inline]
    fn predict_one(
        &self,
        sample: impl Into<<Self::Input as Shape>::Sample<Self::Scalar>>,
    ) -> <Self::Output as Shape>::Sample<Self::Scalar> {
        predict_one::of(self, &Self::Options::default(), &sample.into())
    }

    /// The mean loss of some samples and its gradient, which is a value of the network's own type.
    ///
    /// Of several outputs the losses are added up. Layers such as `Dropout` draw the same numbers at every call. For a
    /// training loop, [`gradient_tape`](Self::gradient_tape) keeps the memory, and draws new ones.
    ///
    /// # Errors
    /// If the data or an option of a layer cannot be used.
    fn value_and_gradient<L, X, Y>(&self, loss: &L, x: &X, y: &Y) -> Result<(f64, Box<Self>), TrainingError>
    where
        L: LossList<Self::Scalar, Self::Output>,
        X: Data<Self::Scalar, Self::Input> + ?Sized,
        Y: Data<Self::Scalar, L::Targets> + ?Sized,
    {
        check::pair(x, y, loss)?;
        let (options, invalid_option) = options::<Self>();
        check::option(invalid_option.as_ref())?;
        let all = Rows::Range(0..x.samples());
        let mut gradient = Self::zeroed();
        let mut workspace = Workspace::<_>::training(TILE, L::Targets::FEATURES);
        let (weights, mut sums) = (vec![1.0; L::COUNT], vec![0.0; L::COUNT]);
        let total = workspace.differentiate(
            Objective { network: self, options: &options, loss, weights: &weights },
            Samples { x, y, weights: None },
            all,
            &mut Rng::new(0),
            Found { gradient: &mut gradient, sums: &mut sums, inputs: None },
            |_| {},
        );
        Ok((total / x.samples() as f64, gradient))
    }

    /// What a training loop of one's own asks for gradients. TensorFlow: `GradientTape`.
    ///
    /// It keeps the memory of a step, so that no step allocates, and the random numbers of layers such as `Dropout`.
    fn gradient_tape<L: LossList<Self::Scalar, Self::Output>>(&self, loss: L) -> GradientTape<Self, L> {
        GradientTape::new(loss)
    }

    /// Writes all parameters under their names, as safetensors. Keras: `model.save_weights`. See [`weights`](crate::weights).
    ///
    /// # Errors
    /// If the file cannot be written; an old one stays.
    #[cfg(feature = "safetensors")]
    fn save_weights(&self, path: impl AsRef<Path>) -> Result<(), FileError> {
        weights::weights_content(self)?.write(path.as_ref())
    }

    /// The bytes of the file that [`save_weights`](Self::save_weights) writes.
    ///
    /// # Errors
    /// If the summary of a layer of one's own does not list all of its parameters.
    #[cfg(feature = "safetensors")]
    fn weights_to_bytes(&self) -> Result<Vec<u8>, FileError> {
        weights::weights_content(self)?.to_bytes()
    }

    /// Sets all parameters to those of a file of safetensors. Keras: `model.load_weights`. See [`weights`](crate::weights).
    ///
    /// # Errors
    /// If the file cannot be read, or anything in it does not fit; the network stays as it was.
    #[cfg(feature = "safetensors")]
    fn load_weights(&mut self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        weights::load_weights(self, Source::File(path.as_ref()))
    }

    /// The same from the file's bytes: `network.load_weights_bytes(include_bytes!("net.safetensors"))`.
    ///
    /// # Errors
    /// If anything in them does not fit; the network stays as it was.
    #[cfg(feature = "safetensors")]
    fn load_weights_bytes(&mut self, bytes: &[u8]) -> Result<(), WeightsError> {
        weights::load_weights(self, Source::Bytes(bytes))
    }

    /// The network as a file of ONNX. See [`onnx`](crate::onnx).
    ///
    /// # Errors
    /// If a layer of one's own does not say how it is computed.
    #[cfg(feature = "onnx")]
    fn to_onnx(&self) -> Result<Vec<u8>, ExportError> {
        onnx::to_bytes(self)
    }

    /// Writes the network as a file of ONNX. Keras: `model.export(path, format="onnx")`. See [`onnx`](crate::onnx).
    ///
    /// # Errors
    /// If a layer of one's own does not say how it is computed, or the file cannot be written; an old one stays.
    #[cfg(feature = "onnx")]
    fn save_onnx(&self, path: impl AsRef<Path>) -> Result<(), OnnxError> {
        let (bytes, path) = (self.to_onnx()?, path.as_ref());
        Ok(write_file(path, |writer| Ok(writer.write_all(&bytes)?))?)
    }

    /// Sets all parameters to those of a `state_dict` of PyTorch, as `safetensors.torch.save_file` writes it.
    ///
    /// [`ForeignWeights`](crate::weights::ForeignWeights) says which layer is which, and renames them where the names differ.
    ///
    /// # Errors
    /// If the file cannot be read, or anything in it does not fit; the network stays as it was.
    #[cfg(feature = "safetensors")]
    fn load_pytorch(&mut self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        ForeignWeights::pytorch(path)?.load_into(self)
    }

    /// Sets all parameters to those of a model of Keras 3: a `.weights.h5` of `save_weights`, or a `.keras` of `save`.
    ///
    /// [`ForeignWeights`](crate::weights::ForeignWeights) says which layer is which, and renames them where the names differ.
    ///
    /// # Errors
    /// If the file cannot be read, or anything in it does not fit; the network stays as it was.
    #[cfg(feature = "keras")]
    fn load_keras(&mut self, path: impl AsRef<Path>) -> Result<(), WeightsError> {
        ForeignWeights::keras(path)?.load_into(self)
    }

    /// Chooses how to train it. Keras: `model.compile(optimizer, loss)`.
    ///
    /// The gradient, the optimizer's moments and the tiles of one step are allocated here; a training step allocates
    /// nothing. Metrics are added by [`Compiled::metrics`].
    ///
    /// The memory of a large network trained with Adam is four times that of its parameters: they, the gradient and two
    /// moments, each of which exists once. A network of up to 16 MB has a fifth, the copy it falls back on if the loss
    /// becomes NaN; so has one of any size with an optimizer that cannot [undo](Optimizer::undo) a step. The tiles of a
    /// step hold up to 512 samples of every value between the layers, of its gradient, and of input and target: 2 KB a
    /// feature and tile. Nothing of a layer's size is ever on the stack.
    fn compile<O, L>(self: Box<Self>, optimizer: O, loss: L) -> Compiled<Self, O, L>
    where
        O: Optimizer,
        L: LossList<Self::Scalar, Self::Output>,
    {
        Compiled::new(self, optimizer, loss)
    }
}
