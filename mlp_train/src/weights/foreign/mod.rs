//! Weights of PyTorch and Keras, for networks of the same architecture.

mod copy;
#[cfg(feature = "keras")]
mod keras;
mod matching;
mod pytorch;
mod source;
mod target;

use core::cmp::Reverse;
use std::path::{Path, PathBuf};

use mlp_core::layers::Role;
use mlp_data::{FileError, Limits, nearest};

use super::checkpoint::variables;
use super::error::{Mismatch, WeightsError};
use super::file::check_start;
use super::fill;
use super::partial::{self, LoadedWeights};
use crate::heap::BoxedParameters as _;
use crate::summary::NamedVariable;
use crate::summary::Summary;
use matching::{Matches, Matching};
use mlp_core::network::BaseNetwork;
use source::SourceModule;
use target::TargetLayer;

/// Framework that wrote a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framework {
    Keras,
    PyTorch,
}

/// Weights of a PyTorch or Keras file, to be loaded into a network.
///
/// ```no_run
/// # use mlp_train::{Network, weights::{ForeignWeights, WeightsError}};
/// # fn load(network: &mut impl Network) -> Result<(), WeightsError> {
/// let weights = ForeignWeights::pytorch("model.safetensors")?;
/// weights.rename("hidden", "dense_1").rename("head", "dense_2").load_into(network)?;
/// # Ok(())
/// # }
/// ```
///
/// # Matching of layers
/// 1. Layers that [`rename`](Self::rename) matches.
/// 2. Layers with the same name. Names that Keras generates, such as `dense_3`, count as numbers, not as names.
///    Numbered names of PyTorch count only if all names with the same stem exist in the network: `fc0` and `fc1` do not
///    match `fc1` and `fc2`.
/// 3. The remaining layers of the same kind, in order. In Keras, this is the order of creation, or, if some layers have
///    custom names, the order in the model. In PyTorch, it is the order of the numbers, as in `nn.Sequential` or in
///    `fc1`, `fc2`. PyTorch files do not store the order of modules such as `hidden` and `head`: use `rename` for them.
///
/// Inner networks are matched like layers, and then their layers. If only one side has an inner network, that level is
/// flattened: a module's `net.0` matches the first layer of a network without an inner network. A layer that is called
/// several times occurs once in a file.
///
/// # Conversion of variables
/// | here | PyTorch | Keras: variables of |
/// |---|---|---|
/// | `Dense`: `weights` `[OUT, IN]`, `bias` | `weight`, `bias` | `Dense`: 0, of shape `(in, out)`, transposed; 1 |
/// | `BatchNormalization`: `gamma`, `beta`, `moving_mean`, `moving_variance` | `weight`, `bias`, `running_mean`, `running_var`; `num_batches_tracked` is ignored | `BatchNormalization`: 0 to 3 |
/// | `LayerNormalization`: `gamma`, `beta` | `weight`, `bias` | `LayerNormalization`: 0, 1 |
/// | `RmsNormalization`: `scale` | `weight` | `RmsNormalization`: 0 |
/// | `PRelu`: `alpha` | `weight`; a single value is broadcast to all features | `PRelu`: 0; likewise |
/// | `Embedding`: `embeddings` `[OUT, CATEGORIES]` | `weight`, transposed | `Embedding`: 0, transposed |
/// | `Normalization`: `mean`, `variance` | — | `Normalization`: 0, 1 |
/// | a custom layer | the names of the variables | its variables in order |
///
/// Elements of a lower precision are converted, which is exact; elements of a higher precision are rejected. Every
/// tensor is used once. All missing, unexpected, mismatching and non-finite tensors are reported at once, and the
/// network is left unchanged.
///
/// The file contains neither activations nor the epsilon of a normalization. PyTorch's default is 10⁻⁵, Keras's 10⁻³:
/// set `epsilon = 1e-5` for weights of PyTorch.
#[derive(Debug)]
pub struct ForeignWeights {
    framework: Framework,
    root: SourceModule,
    file: Option<PathBuf>,
    /// Pairs of a path in the file and a path in the network.
    renamed: Vec<(String, String)>,
}

impl ForeignWeights {
    /// Reads a `state_dict` that `safetensors.torch.save_file` wrote.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read or is incomplete.
    pub fn pytorch(path: impl AsRef<Path>) -> Result<Self, FileError> {
        Self::pytorch_with(path, Limits::default())
    }

    /// Reads a `state_dict` with custom limits.
    ///
    /// # Errors
    /// Returns the errors of [`pytorch`](Self::pytorch), and an error if a limit is exceeded.
    pub fn pytorch_with(path: impl AsRef<Path>, limits: Limits) -> Result<Self, FileError> {
        let path = path.as_ref();
        let bytes = limits.read_file(path, |start| check_start(start, limits))?;
        Self::in_file(path, Self::pytorch_bytes_with(&bytes, limits))
    }

    /// Reads the bytes of a `state_dict`.
    ///
    /// # Errors
    /// Returns an error if the bytes are not a complete safetensors file.
    pub fn pytorch_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        Self::pytorch_bytes_with(bytes, Limits::default())
    }

    /// Reads the bytes of a `state_dict` with custom limits.
    ///
    /// # Errors
    /// Returns the errors of [`pytorch_bytes`](Self::pytorch_bytes), and an error if a limit is exceeded.
    pub fn pytorch_bytes_with(bytes: &[u8], limits: Limits) -> Result<Self, FileError> {
        Ok(Self::new(Framework::PyTorch, pytorch::read(bytes, limits)?))
    }

    fn new(framework: Framework, root: SourceModule) -> Self {
        Self { framework, root, file: None, renamed: Vec::new() }
    }

    fn in_file(path: &Path, weights: Result<Self, FileError>) -> Result<Self, FileError> {
        let weights = weights.map_err(|error| error.in_file(path))?;
        Ok(Self { file: Some(path.to_owned()), ..weights })
    }

    /// Matches a layer, or an inner network, of the file with one of the network: `("encoder.0", "encoder.dense_1")`.
    #[must_use]
    pub fn rename(mut self, in_file: &str, in_network: &str) -> Self {
        self.renamed.push((in_file.to_owned(), in_network.to_owned()));
        self
    }

    /// Sets all parameters of a network.
    ///
    /// # Errors
    /// Returns an error with all mismatches, and leaves the network unchanged.
    pub fn load_into<N: BaseNetwork>(mut self, network: &mut N) -> Result<(), WeightsError> {
        let (candidate, LoadedWeights { skipped, .. }) = self.fill(network)?;
        if skipped.is_empty() {
            network.as_mut_slice().copy_from_slice(candidate.as_slice());
            return Ok(());
        }
        Err(WeightsError::Mismatch { file: self.file, mismatches: skipped })
    }

    /// Sets the parameters that match tensors of the file, and reports the others.
    ///
    /// # Errors
    /// Returns an error if no tensor matches or a value is NaN or infinite, and leaves the network unchanged.
    pub fn load_matching_into<N: BaseNetwork>(mut self, network: &mut N) -> Result<LoadedWeights, WeightsError> {
        let (candidate, weights) = self.fill(network)?;
        partial::accept(network, &candidate, weights)
            .map_err(|mismatches| WeightsError::Mismatch { file: self.file, mismatches })
    }

    /// Returns a copy of the network with the tensors of the file that match.
    fn fill<N: BaseNetwork>(&mut self, network: &N) -> Result<(Box<N>, LoadedWeights), FileError> {
        let variables = variables::<N>()?;
        let layers = target::layers(self.framework, Summary::of_network::<N>().rows(), "");
        let (mut loaded, mut skipped) = (Vec::new(), Vec::new());
        let mut matches = self.matches(&layers, &mut skipped);
        let mut candidate = network.to_boxed();
        let mut rest = candidate.as_mut_slice();
        for variable in &variables {
            let (values, after) = rest.split_at_mut(variable.count());
            rest = after;
            let pair = matches.matched.remove(&variable.name);
            let is_missing = pair.is_none();
            let mismatch = pair.map_or_else(|| missing(variable), |pair| copy::copy(&pair, variable, values));
            if mismatch.is_none() && !is_missing {
                loaded.push(variable.name.clone());
            }
            skipped.extend(mismatch);
        }
        fill::report_unused(self.unused(matches), &mut skipped);
        Ok((candidate, LoadedWeights { loaded, skipped }))
    }

    fn matches(&mut self, layers: &[TargetLayer], mismatches: &mut Vec<Mismatch>) -> Matches {
        let mut matches = Matches::default();
        let renamed: Vec<String> = self.renamed.iter().map(|(_, in_network)| in_network.clone()).collect();
        let matching = Matching { framework: self.framework, renamed: &renamed };
        let mut pairs = Vec::new();
        // The longest path first: a module is removed before the module that contains it.
        self.renamed.sort_by_key(|(in_file, _)| Reverse(in_file.len()));
        for (in_file, in_network) in &self.renamed {
            let paths = self.root.paths();
            match (TargetLayer::find(layers, in_network), self.root.remove(in_file)) {
                (Some(layer), Some(module)) => pairs.push((layer, module)),
                (None, _) => mismatches.push(unknown(in_network, "network", &TargetLayer::paths(layers))),
                (_, None) => mismatches.push(unknown(in_file, "file", &paths)),
            }
        }
        pairs.into_iter().for_each(|(layer, module)| matching.pair(layer, module, &mut matches));
        let root = core::mem::take(&mut self.root);
        matches.unmatched.extend(root.tensors);
        matching.level(layers.iter().collect(), root.modules, &mut matches);
        matches
    }

    fn unused(&self, matches: Matches) -> fill::Tensors {
        let unused = matches.unmatched.into_iter().filter(|tensor| !self.framework.ignores(&tensor.name));
        unused.map(|tensor| (tensor.full_name, tensor.value)).collect()
    }
}

fn missing(variable: &NamedVariable) -> Option<Mismatch> {
    let tensor = variable.name.clone();
    let shape = variable.shape.clone();
    (variable.role != Role::Unused).then_some(Mismatch::Missing { tensor, shape, suggestion: None })
}

fn unknown(layer: &str, container: &'static str, known: &[String]) -> Mismatch {
    Mismatch::Layer { layer: layer.to_owned(), container, suggestion: nearest(layer, known).cloned() }
}

impl Framework {
    /// Returns whether a tensor is ignored because it has no influence on the outputs.
    fn ignores(self, name: &str) -> bool {
        self == Self::PyTorch && name == "num_batches_tracked"
    }
}
