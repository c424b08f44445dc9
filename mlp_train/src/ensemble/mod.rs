//! Ensembles: several networks of one type, trained and used as one value.
//!
//! ```text
//! fit(x, y, arguments):
//!     for each member, on any thread:
//!         lend the thread's buffers to the member
//!         member.fit(x, y, arguments(index))             // the same code as for a single network
//! ```

mod compiled;
mod error;
#[cfg(feature = "safetensors")]
mod files;
mod prediction;

pub use compiled::CompiledEnsemble;
pub use error::EnsembleError;
pub use prediction::{EnsemblePrediction, InvalidQuantile};

use core::ops::{Index, IndexMut};
#[cfg(feature = "onnx")]
use std::path::Path;

use mlp_core::DataError;
use mlp_core::optimizers::Optimizer;

use crate::batch_shape::BatchShape;
use crate::dataset::Data;
use crate::network::{Compiled, Network};
#[cfg(feature = "onnx")]
use crate::onnx::{self, ExportError, OnnxError};

/// `K` networks of one type, each with its own weights: a deep ensemble.
///
/// Members that start from different weights make similar errors where there is data, and different ones where there is none,
/// so that their mean is better than one of them and their spread shows where not to rely on it. Source: Lakshminarayanan,
/// Pritzel and Blundell, "Simple and scalable predictive uncertainty estimation using deep ensembles", 2017.
///
/// [`compile`](Self::compile) adds an optimizer and a loss to each member. The members are on the heap.
///
/// ```
/// # use mlp_core::layers::{Features, Module};
/// # use mlp_core::losses::MeanSquaredError;
/// # use mlp_core::optimizers::Adam;
/// # use mlp_train::{Ensemble, Fit, Network, linspace};
/// # fn train<SineNet>() -> Result<(), Box<dyn std::error::Error>>
/// # where
/// #     SineNet: Network<Scalar = f32, Input = Features<1>, Output = Features<1>> + Send + Sync,
/// # {
/// let x = linspace(0.0, 6.0, 1000);
/// let y = x.map(f32::sin);
/// let ensemble = Ensemble::<SineNet, 8>::new(0);
/// let mut ensemble = ensemble.compile(|_, network| network.compile(Adam::new(1e-3), MeanSquaredError));
/// let histories = ensemble.fit(&x, &y, |member| Fit::new().epochs(20).seed(member as u64))?;
/// println!("{:?}", histories[0].loss().last());
/// let prediction = ensemble.predict(&x)?;
/// println!("{} ± {}", prediction.mean(), prediction.standard_deviation());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Ensemble<N, const K: usize> {
    members: Vec<Box<N>>,
}

impl<N: Network, const K: usize> Ensemble<N, K> {
    /// Creates an ensemble whose member `i` has the initial weights of the seed `seed + i`, those of `N::new(seed + i)`.
    pub fn new(seed: u64) -> Self {
        Self::from_fn(|member| N::new(seed.wrapping_add(member as u64)))
    }

    /// Creates an ensemble of the networks that `member` returns for the indices 0 to `K - 1`.
    ///
    /// ```
    /// # use mlp_train::{Ensemble, Network};
    /// # fn create<N: Network + Clone>(network: Box<N>) -> Ensemble<N, 4> {
    /// // A network without a name, such as that of an expression `sequential![…]`.
    /// Ensemble::from_fn(|member| network.clone().seed(member as u64))
    /// # }
    /// ```
    pub fn from_fn(member: impl FnMut(usize) -> Box<N>) -> Self {
        const { assert!(K > 0, "an ensemble has at least one member") };
        Self { members: (0..K).map(member).collect() }
    }

    /// Returns the members.
    pub fn members(&self) -> &[Box<N>] {
        &self.members
    }

    /// Adds an optimizer and a loss to each member, as [`Network::compile`] does. `compile` receives the index of a member and
    /// its network.
    ///
    /// Each member may have its own learning rate, `network.compile(Adam::new(RATES[member]), MeanSquaredError)`, and metrics,
    /// which [`Compiled::metrics`] adds.
    ///
    /// [`Network::compile_residuals`] fits too. [`CompiledEnsemble::train`] then calls `solve`.
    pub fn compile<P: Network, O: Optimizer, L, M>(
        self,
        mut compile: impl FnMut(usize, Box<N>) -> Compiled<P, O, L, M>,
    ) -> CompiledEnsemble<P, O, L, M, K> {
        CompiledEnsemble::new(self.members.into_iter().enumerate().map(|(member, network)| compile(member, network)))
    }

    /// Returns the predictions of all members for all samples of `x`. Members run on several threads with the feature `threads`.
    ///
    /// # Errors
    /// If `x` has no rows, or a value is NaN or infinite.
    pub fn predict<X>(&self, x: &X) -> Result<EnsemblePrediction<N>, DataError>
    where
        N: Sync,
        N::Output: BatchShape,
        X: Data<N::Scalar, N::Input> + Sync + ?Sized,
    {
        prediction::predict(self.members.iter().map(|member| &**member), x)
    }

    /// Returns the ensemble as the bytes of one ONNX file, as [`save_onnx`](Self::save_onnx) writes it.
    ///
    /// # Errors
    /// If a custom layer does not implement its export.
    #[cfg(feature = "onnx")]
    pub fn to_onnx(&self) -> Result<Vec<u8>, ExportError> {
        onnx::ensemble_to_bytes(&self.members)
    }

    /// Writes the ensemble to one ONNX file. Its inputs are those of a member. For each output of a member, such as `output`, it
    /// has the outputs `output_mean` and `output_std`, the mean and the standard deviation over the members.
    ///
    /// # Errors
    /// If a custom layer does not implement its export, or the file cannot be written. An existing file is left unchanged.
    #[cfg(feature = "onnx")]
    pub fn save_onnx(&self, path: impl AsRef<Path>) -> Result<(), OnnxError> {
        onnx::save_ensemble(&self.members, path.as_ref())
    }
}

impl<N, const K: usize> Index<usize> for Ensemble<N, K> {
    type Output = N;

    /// Returns a member.
    ///
    /// # Panics
    /// If `member` is not below `K`.
    fn index(&self, member: usize) -> &N {
        &self.members[member]
    }
}

impl<N, const K: usize> IndexMut<usize> for Ensemble<N, K> {
    fn index_mut(&mut self, member: usize) -> &mut N {
        &mut self.members[member]
    }
}
