//! Arguments of losses and metrics.

use super::MAX_OUTPUTS;
use crate::kernels::math;
use crate::kernels::{LossTiles, MapSample, RegisterFunction, Vector};
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// Activation that a loss applies to an output itself, because the output is logits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Logits {
    /// The output is no logits.
    #[default]
    No,
    /// `p = 1 / (1 + exp(−z))`, output by output.
    Sigmoid,
    /// `pₖ = exp(zₖ) / Σⱼ exp(zⱼ)`, over the outputs of a sample.
    Softmax,
}

impl Logits {
    /// Returns the activation of this name.
    pub fn of(activation: Option<&str>) -> Self {
        match activation {
            Some("softmax") => Self::Softmax,
            Some(_) => Self::Sigmoid,
            None => Self::No,
        }
    }
}

/// Predictions, targets and sample weights of one tile: the input of a `Metric`.
#[derive(Clone, Copy, Debug)]
pub struct MetricInput<'a, T> {
    /// Outputs of the network, shape (samples, outputs).
    pub predictions: Tile<'a, T>,
    /// Targets, shape (samples, targets).
    pub targets: Tile<'a, T>,
    /// Per-sample weights, zero in the padding; `None` means 1 for every sample.
    pub weights: Option<&'a [T]>,
    /// Activation that the loss applies to each output.
    logits: [Logits; MAX_OUTPUTS],
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

impl<'a, T: Scalar> MetricInput<'a, T> {
    /// Creates an input whose predictions are not logits.
    pub fn new(predictions: Tile<'a, T>, targets: Tile<'a, T>, weights: Option<&'a [T]>) -> Self {
        Self { predictions, targets, weights, logits: [Logits::No; MAX_OUTPUTS] }
    }

    /// Returns the same input with the activations that the loss applies to the outputs.
    #[must_use]
    pub fn with_logits(self, logits: [Logits; MAX_OUTPUTS]) -> Self {
        Self { logits, ..self }
    }

    /// Returns the features of one output and of its targets. Each pair is the first feature and the number of features.
    #[must_use]
    pub fn part(&self, output: usize, predictions: (usize, usize), targets: (usize, usize)) -> Self {
        let mut logits = [Logits::No; MAX_OUTPUTS];
        logits[0] = self.logits[output];
        Self {
            predictions: self.predictions.part(predictions.0, predictions.1),
            targets: self.targets.part(targets.0, targets.1),
            weights: self.weights,
            logits,
        }
    }

    /// Returns the activation that the loss applies to the predictions.
    pub fn logits(&self) -> Logits {
        self.logits[0]
    }

    /// Calls `f(feature, probability)` for every prediction of a sample. Logits become probabilities; other predictions are
    /// unchanged.
    pub fn for_each_probability(&self, sample: usize, mut f: impl FnMut(usize, T)) {
        let predictions = self.predictions;
        let value = |feature: usize| predictions.feature(feature)[sample];
        let features = 0..predictions.features();
        match self.logits() {
            Logits::No => features.for_each(|feature| f(feature, value(feature))),
            Logits::Sigmoid => features.for_each(|feature| f(feature, (T::one() + (-value(feature)).exp()).recip())),
            Logits::Softmax => {
                let max = features.clone().map(value).fold(T::neg_infinity(), T::max);
                let total = features.clone().map(|feature| (value(feature) - max).exp()).sum::<T>();
                features.for_each(|feature| f(feature, (value(feature) - max).exp() / total));
            }
        }
    }

    /// Sets the probabilities of one output for as many samples as `target` is long, from `first` on. The output must not be
    /// one of several logits of a softmax, which depend on each other.
    #[doc(hidden)]
    pub fn probabilities(&self, feature: usize, first: usize, target: &mut [T]) {
        target.copy_from_slice(&self.predictions.feature(feature)[first..first + target.len()]);
        if self.logits() == Logits::Sigmoid {
            T::dispatch(MapSample { values: target, function: Sigmoid });
        }
    }

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

/// `1 / (1 + e⁻ᶻ)`
struct Sigmoid;

impl<T: Scalar> RegisterFunction<T> for Sigmoid {
    #[inline(always)]
    fn of<V: Vector<Scalar = T>>(&self, values: V) -> V {
        math::sigmoid(values)
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
        let MetricInput { predictions, targets, weights, .. } = input.pairs;
        Self { predictions, targets, weights, gradient: input.gradient, scale: input.scale }
    }
}
