use mlp_core::DataError;

use super::{Network, predict};
use crate::batch::{TILE_SAMPLES, Workers};
use crate::batch_shape::BatchShape;
use crate::dataset::{Data, check};

/// A network with the memory of its predictions, as [`predictor`](Network::predictor) returns it.
///
/// [`Network::predict`] allocates this memory at every call, which costs more than the prediction of a few samples.
///
/// ```
/// # use mlp_core::layers::Features;
/// # use mlp_train::{Network, linspace};
/// # fn print<N: Network<Scalar = f32, Input = Features<1>, Output = Features<1>>>(network: &N) {
/// let mut predictor = network.predictor();
/// for end in [1.0, 2.0, 3.0] {
///     println!("{}", predictor.predict(&linspace(0.0, end, 64)).expect("the data is finite"));
/// }
/// # }
/// ```
pub struct Predictor<'a, N: Network> {
    network: &'a N,
    options: N::Options,
    workers: Workers<N>,
    /// Number of samples that the buffers hold.
    capacity: usize,
}

impl<'a, N: Network> Predictor<'a, N> {
    pub(super) fn new(network: &'a N) -> Self {
        Self { network, options: N::Options::default(), workers: Workers::inference(0, 0), capacity: 0 }
    }

    /// Returns the predictions for all samples of `x`, one row per sample. Keras: `model.predict`.
    ///
    /// Allocates the predictions, and more memory if `x` has more samples than all calls before.
    ///
    /// # Errors
    /// If `x` has no rows, or a value is NaN or infinite.
    pub fn predict<X>(&mut self, x: &X) -> Result<<N::Output as BatchShape>::Batch<N::Scalar>, DataError>
    where
        X: Data<N::Scalar, N::Input> + ?Sized,
        N::Output: BatchShape,
    {
        check::inputs(&x)?;
        let samples = x.samples().min(TILE_SAMPLES);
        if self.capacity < samples {
            (self.workers, self.capacity) = (Workers::inference(samples, 0), samples);
        }
        Ok(predict(&mut self.workers, self.network, &self.options, &x))
    }
}
