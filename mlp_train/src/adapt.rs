//! Layers that adapt to data before training.

use mlp_core::layers::{Features, Normalization};
use mlp_core::{DataError, Scalar};
use mlp_data::Moments;

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
        for feature in 0..N {
            let moments = Moments::of((0..x.samples()).map(|sample| Scalar::to_f64(x.get(sample, feature))));
            self.mean[feature] = T::from_f64(moments.mean);
            self.variance[feature] = T::from_f64(moments.variance());
        }
        Ok(())
    }
}
