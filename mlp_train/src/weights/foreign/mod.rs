//! Weights of PyTorch and Keras, for networks of the same shape.

#[cfg(feature = "keras")]
mod keras;
mod layer;
mod matching;
mod module;
mod place;
mod pytorch;

use core::cmp::Reverse;
use std::fs;
use std::path::{Path, PathBuf};

use super::checkpoint::variables;
use super::fill;
use super::{Mismatch, WeightsError};
use crate::data::{FileError, nearest};
use crate::layers::{Role, Variable};
use crate::training::Network;
use layer::Layer;
use matching::{Matches, Matching};
use module::Module;

/// Whose file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framework {
    Keras,
    PyTorch,
}

/// Weights that PyTorch or Keras wrote, on their way into a network.
///
/// ```no_run
/// # use mlp_core::{training::Network, weights::{Weights, WeightsError}};
/// # fn load(network: &mut impl Network) -> Result<(), WeightsError> {
/// Weights::pytorch("model.safetensors")?.rename("hidden", "dense_1").rename("head", "dense_2").load_into(network)?;
/// # Ok(())
/// # }
/// ```
///
/// # Which layer is which
/// 1. Those that [`rename`](Self::rename) says.
/// 2. Those with the same name. The names that Keras gives, such as `dense_3`, are no names but numbers. Numbered names of
///    PyTorch count as names only if all with the same stem are in the network: `fc0` and `fc1` are not `fc1` and `fc2`.
/// 3. All others of one kind in their order. Keras: the order in which the layers were made, or, if some of them have names
///    of their own, in which the model lists them. PyTorch: the order of the numbers, as in `nn.Sequential`, or in `fc1`,
///    `fc2`. PyTorch's files do not say in which order modules called `hidden` and `head` come: these need `rename`.
///
/// Networks in networks are matched as layers are, and then what is in them. Where only one side has such a level, it is
/// left out on that side: a module's `net.0` is the first layer of a network without an inner one. A layer that is called several
/// times is in a file once, as it is here.
///
/// # What becomes of the numbers
/// | here | PyTorch | Keras: the variables of |
/// |---|---|---|
/// | `Dense`: `weights` `[OUT, IN]`, `bias` | `weight`, `bias` | `Dense`: 0, of shape `(in, out)`, transposed; 1 |
/// | `BatchNormalization`: `gamma`, `beta`, `moving_mean`, `moving_variance` | `weight`, `bias`, `running_mean`, `running_var`; `num_batches_tracked` is not needed | `BatchNormalization`: 0 to 3 |
/// | `LayerNormalization`: `gamma`, `beta` | `weight`, `bias` | `LayerNormalization`: 0, 1 |
/// | `RmsNormalization`: `scale` | `weight` | `RmsNormalization`: 0 |
/// | `PRelu`: `alpha` | `weight`; a single one is that of all features | `PRelu`: 0; the same |
/// | `Embedding`: `embeddings` `[OUT, CATEGORIES]` | `weight`, transposed | `Embedding`: 0, transposed |
/// | `Normalization`: `mean`, `variance` | — | `Normalization`: 0, 1 |
/// | a layer of one's own | the variables' names | its variables in order |
///
/// Numbers of fewer bits become those of the network, which is exact; numbers of more bits are refused. Every tensor is
/// used once; what is missing, left over, of another shape, or not finite, is told all at once, and the network stays as it was.
///
/// The file says nothing about activations, nor about the small number in a normalization: PyTorch's is 10⁻⁵, and Keras's
/// 10⁻³, so write `epsilon = 1e-5` for PyTorch's.
#[derive(Debug)]
pub struct Weights {
    framework: Framework,
    root: Module,
    file: Option<PathBuf>,
    names: Vec<(String, String)>,
}

impl Weights {
    /// Reads a `state_dict` that `safetensors.torch.save_file` wrote.
    ///
    /// # Errors
    /// If the file cannot be read or is not whole.
    pub fn pytorch(path: impl AsRef<Path>) -> Result<Self, FileError> {
        Self::read(path.as_ref(), Self::pytorch_bytes)
    }

    /// The same from the file's bytes.
    ///
    /// # Errors
    /// If they are not a whole file of safetensors.
    pub fn pytorch_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        Ok(Self::new(Framework::PyTorch, pytorch::read(bytes)?))
    }

    /// Reads a `.weights.h5` of Keras 3's `save_weights`, or a `.keras` of its `save`.
    ///
    /// # Errors
    /// If the file cannot be read, is not whole, or has something of HDF5 in it that Keras does not write.
    #[cfg(feature = "keras")]
    pub fn keras(path: impl AsRef<Path>) -> Result<Self, FileError> {
        Self::read(path.as_ref(), Self::keras_bytes)
    }

    /// The same from the file's bytes.
    ///
    /// # Errors
    /// If they are not such a file.
    #[cfg(feature = "keras")]
    pub fn keras_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        Ok(Self::new(Framework::Keras, keras::read(bytes)?))
    }

    fn new(framework: Framework, root: Module) -> Self {
        Self { framework, root, file: None, names: Vec::new() }
    }

    fn read(path: &Path, parse: impl FnOnce(&[u8]) -> Result<Self, FileError>) -> Result<Self, FileError> {
        let read = fs::read(path).map_err(FileError::from).and_then(|bytes| parse(&bytes));
        let read = read.map_err(|error| error.in_file(path))?;
        Ok(Self { file: Some(path.to_owned()), ..read })
    }

    /// Says that a layer of the file, or a network in it, is another one's here: `("encoder.0", "encoder.dense_1")`.
    #[must_use]
    pub fn rename(mut self, in_file: &str, here: &str) -> Self {
        self.names.push((in_file.to_owned(), here.to_owned()));
        self
    }

    /// Sets all parameters of a network.
    ///
    /// # Errors
    /// If anything does not fit; the network stays as it was.
    pub fn load_into<N: Network>(mut self, network: &mut N) -> Result<(), WeightsError> {
        let variables = variables(network)?;
        let mut differences = Vec::new();
        let mut matches = self.matches(&layer::layers(self.framework, network.summary().rows(), ""), &mut differences);
        let mut candidate = network.to_boxed();
        let mut rest = candidate.as_mut_slice();
        for variable in &variables {
            let (numbers, after) = rest.split_at_mut(variable.count());
            rest = after;
            differences.extend(match matches.placed.remove(&variable.name) {
                Some(placed) => place::copy(&placed, variable, numbers),
                None => missing(variable),
            });
        }
        fill::left_over(self.left_over(matches), &mut differences);
        if differences.is_empty() {
            network.as_mut_slice().copy_from_slice(candidate.as_slice());
            return Ok(());
        }
        Err(WeightsError::Different { file: self.file, differences })
    }

    fn matches(&mut self, layers: &[Layer], differences: &mut Vec<Mismatch>) -> Matches {
        let mut matches = Matches::default();
        let taken: Vec<String> = self.names.iter().map(|(_, here)| here.clone()).collect();
        let matching = Matching { framework: self.framework, taken: &taken };
        let mut pairs = Vec::new();
        // What is inside comes first.
        self.names.sort_by_key(|(in_file, _)| Reverse(in_file.len()));
        for (in_file, here) in &self.names {
            let known = self.root.paths();
            match (Layer::find(layers, here), self.root.remove(in_file)) {
                (Some(layer), Some(module)) => pairs.push((layer, module)),
                (None, _) => differences.push(unknown(here, "network", &Layer::paths(layers))),
                (_, None) => differences.push(unknown(in_file, "file", &known)),
            }
        }
        pairs.into_iter().for_each(|(layer, module)| matching.pair(layer, module, &mut matches));
        let root = core::mem::take(&mut self.root);
        matches.left_over.extend(root.tensors);
        matching.level(layers.iter().collect(), root.modules, &mut matches);
        matches
    }

    fn left_over(&self, matches: Matches) -> fill::Tensors {
        let extra = matches.left_over.into_iter().filter(|field| !self.framework.ignores(&field.name));
        extra.map(place::extra).collect()
    }
}

fn missing(variable: &Variable) -> Option<Mismatch> {
    let (tensor, shape) = (variable.name.clone(), variable.shape.clone());
    (variable.role != Role::Unused).then_some(Mismatch::Missing { tensor, shape, suggestion: None })
}

fn unknown(layer: &str, of: &'static str, known: &[String]) -> Mismatch {
    Mismatch::Layer { layer: layer.to_owned(), of, suggestion: nearest(layer, known).cloned() }
}

impl Framework {
    /// Whether a layer's tensor only counts what was trained with.
    fn ignores(self, field: &str) -> bool {
        self == Self::PyTorch && field == "num_batches_tracked"
    }
}
