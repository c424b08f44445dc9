//! Layers that adapt to data before training.

use mlp_core::layers::{Features, Normalization};
use mlp_core::{DataError, Scalar};

use crate::dataset::{Data, check};

/// Adaptation of a layer to data, before training.
pub trait Adapt<T: Scalar, const N: usize> {
    /// Sets the state of the layer from data. Keras: `layer.adapt`.
    ///
    /// # Errors
    /// If there are no samples, or a value is NaN or infinite. The layer is left unchanged then.
    fn adapt(&mut self, x: &(impl Data<T, Features<N>> + ?Sized)) -> Result<(), DataError>;
}

/// Sets the mean and the variance of each feature.
impl<T: Scalar, const N: usize> Adapt<T, N> for Normalization<N, T> {
    fn adapt(&mut self, x: &(impl Data<T, Features<N>> + ?Sized)) -> Result<(), DataError> {
        check::inputs(&x)?;
        let count = x.samples() as f64;
        for feature in 0..N {
            let values = || (0..x.samples()).map(|sample| Scalar::to_f64(x.get(sample, feature)));
            let mean = values().sum::<f64>() / count;
            let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
            self.mean[feature] = T::from_f64(mean);
            self.variance[feature] = T::from_f64(variance);
        }
        Ok(())
    }
}
