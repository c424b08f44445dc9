//! Arguments of losses and metrics.

use crate::kernels::LossTiles;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// Predictions, targets and sample weights of one tile: the input of a `Metric`.
#[derive(Clone, Copy, Debug)]
pub struct MetricInput<'a, T> {
    /// Outputs of the network, shape (samples, outputs).
    pub predictions: Tile<'a, T>,
    /// Targets, shape (samples, targets).
    pub targets: Tile<'a, T>,
    /// Per-sample weights, zero in the padding; `None` means 1 for every sample.
    pub weights: Option<&'a [T]>,
}

/// Input of a [`Loss`](super::Loss): predictions, targets and sample weights of one tile, and the place of the gradient.
#[derive(Debug)]
pub struct LossInput<'a, T> {
    /// Predictions, targets and sample weights.
    pub pairs: MetricInput<'a, T>,
    /// Destination of the derivatives by the predictions, shape (samples, outputs); `None` if only the value is needed.
    pub gradient: Option<TileMut<'a, T>>,
    /// Factor of the gradient: 1 / (samples in the batch).
    pub scale: T,
}

/// Input of a loss that is a sum of squares: predictions, targets and sample weights of one tile, and the places of the
/// residuals, whose squares add up to the loss.
#[doc(hidden)]
#[derive(Debug)]
pub struct ResidualInput<'a, T> {
    /// Predictions, targets and sample weights.
    pub pairs: MetricInput<'a, T>,
    /// Destination of the residual of each prediction, shape (samples, outputs).
    pub residuals: TileMut<'a, T>,
    /// Destination of the derivative of each residual by its prediction, shape (samples, outputs).
    pub derivatives: TileMut<'a, T>,
    /// Factor of the squares: 1 / (samples in the batch).
    pub scale: f64,
}

impl<T: Scalar> MetricInput<'_, T> {
    /// Returns the weight of a sample, 1 if there are no sample weights.
    #[inline]
    pub fn weight(&self, sample: usize) -> T {
        self.weights.map_or(T::one(), |weights| weights[sample])
    }

    /// Calls `f(feature, prediction, target, weight)` for every element, feature by feature.
    ///
    /// Predictions and targets must have the same number of features.
    #[inline]
    pub fn for_each(&self, mut f: impl FnMut(usize, T, T, T)) {
        self.for_each_indexed(|_, feature, prediction, target, weight| f(feature, prediction, target, weight));
    }

    /// Calls `f(sample, feature, prediction, target, weight)` for every element, feature by feature.
    #[inline]
    pub(crate) fn for_each_indexed(&self, mut f: impl FnMut(usize, usize, T, T, T)) {
        for feature in 0..self.predictions.features() {
            let pairs = self.predictions.feature(feature).iter().zip(self.targets.feature(feature));
            for (sample, (&prediction, &target)) in pairs.enumerate() {
                f(sample, feature, prediction, target, self.weight(sample));
            }
        }
    }
}

impl<'a, T: Scalar> LossInput<'a, T> {
    /// Creates an input that asks for the value alone.
    pub fn without_gradient(pairs: MetricInput<'a, T>) -> Self {
        Self { pairs, gradient: None, scale: T::one() }
    }
}

impl<'a, T> From<LossInput<'a, T>> for LossTiles<'a, T> {
    fn from(input: LossInput<'a, T>) -> Self {
        let MetricInput { predictions, targets, weights } = input.pairs;
        Self { predictions, targets, weights, gradient: input.gradient, scale: input.scale }
    }
}
