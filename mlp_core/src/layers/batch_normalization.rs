use nalgebra::SVector;

use super::{Backward, Features, Layer, Mode, Purpose, Summary, UpdateRule, Variable, WithScalar};
use crate::kernels::Vector;
#[cfg(feature = "onnx")]
use crate::onnx;
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// `y = gamma · (x − mean) / √(variance + epsilon) + beta`, feature by feature.
///
/// In training mean and variance are those of the batch; in prediction they are the moving averages of those of the batches
/// it was trained on.
///
/// Written `BatchNormalization(64)` in a network. Keras: `BatchNormalization`. Source: Ioffe and Szegedy, "Batch
/// Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift", 2015.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct BatchNormalization<const N: usize, T: Scalar = f32> {
    /// What the normalized numbers are multiplied by; 1 at first.
    pub gamma: SVector<T, N>,
    /// What is added then; 0 at first.
    pub beta: SVector<T, N>,
    /// The moving average of the batches' means; 0 at first. In a gradient: the batch's mean.
    pub moving_mean: SVector<T, N>,
    /// The moving average of the batches' variances; 1 at first. In a gradient: the batch's variance.
    pub moving_variance: SVector<T, N>,
}

/// The hyper-parameters of [`BatchNormalization`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNormalizationOptions {
    momentum: f64,
    epsilon: f64,
}

impl Default for BatchNormalizationOptions {
    /// Keras's defaults: 0.99 and 0.001.
    fn default() -> Self {
        Self { momentum: 0.99, epsilon: 1e-3 }
    }
}

impl BatchNormalizationOptions {
    /// How much of a moving average stays at each step: `momentum = 0.9`.
    #[must_use]
    pub fn momentum(self, momentum: f64) -> Self {
        Self { momentum, ..self }
    }
    /// Added to the variance: `epsilon = 1e-5`.
    #[must_use]
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self { epsilon, ..self }
    }
}

// SAFETY: `repr(C)`, four arrays of the scalar.
unsafe impl<const N: usize, T: Scalar> Parameters for BatchNormalization<N, T> {
    type Scalar = T;
}

impl<const N: usize, S: Scalar, T: Scalar> WithScalar<T> for BatchNormalization<N, S> {
    type Layer = BatchNormalization<N, T>;
}

/// The statistics of the batch.
#[derive(Debug)]
pub struct BatchStatistics<T: Scalar, const N: usize> {
    mean: SVector<T, N>,
    variance: SVector<T, N>,
}

impl<const N: usize, T: Scalar> BatchNormalization<N, T> {
    /// `gamma / √(variance + ε)`
    fn factor(&self, feature: usize, variance: T, options: &BatchNormalizationOptions) -> T {
        self.gamma[feature] / (variance + T::from_f64(options.epsilon)).sqrt()
    }
}

/// The mean and the variance of some numbers. Both are summed in double precision: in single, the sum of a large batch whose
/// mean is far from zero would be of larger steps than its deviation.
fn moments<T: Scalar>(numbers: &[T]) -> (T, T) {
    let count = numbers.len() as f64;
    let mean = sum(numbers, |number| number) / count;
    let variance = sum(numbers, |number| (number - mean) * (number - mean)) / count;
    (T::from_f64(mean), T::from_f64(variance))
}

/// In eight parts, which a register or two add at once.
fn sum<T: Scalar>(numbers: &[T], each: impl Fn(f64) -> f64) -> f64 {
    let (groups, rest) = numbers.as_chunks::<8>();
    let mut parts = [0.0; 8];
    for group in groups {
        parts.iter_mut().zip(group).for_each(|(part, &number)| *part += each(number.to_f64()));
    }
    rest.iter().map(|&number| each(number.to_f64())).chain(parts).sum()
}

impl<const N: usize, T: Scalar> Layer for BatchNormalization<N, T> {
    type Input = Features<N>;
    type Output = Features<N>;
    type Options = BatchNormalizationOptions;
    type Cache = BatchStatistics<T, N>;
    const WHOLE_BATCH: bool = true;

    fn cache(_samples: usize, _purpose: Purpose) -> Self::Cache {
        BatchStatistics { mean: SVector::zeros(), variance: SVector::zeros() }
    }

    fn initialize(&mut self, _options: &Self::Options, _generator: &mut Rng) {
        self.gamma.fill(T::one());
        self.moving_variance.fill(T::one());
    }

    fn forward(
        &self,
        options: &Self::Options,
        mode: Mode<'_>,
        input: Tile<'_, T>,
        mut output: TileMut<'_, T>,
        cache: &mut Self::Cache,
    ) {
        for feature in 0..N {
            let (mean, variance) = if mode.is_training() {
                moments(input.feature(feature))
            } else {
                (self.moving_mean[feature], self.moving_variance[feature])
            };
            (cache.mean[feature], cache.variance[feature]) = (mean, variance);
            let (factor, beta) = (self.factor(feature, variance, options), self.beta[feature]);
            let numbers = output.padded_feature(feature).iter_mut().zip(input.padded_feature(feature));
            numbers.for_each(|(y, &x)| *y = (x - mean) * factor + beta);
        }
    }

    // x̂ = (x − mean) / s,  s = √(variance + ε)
    // dgamma += Σ dY x̂,  dbeta += Σ dY
    // dX = gamma / s · (dY − Σ dY / n − x̂ Σ dY x̂ / n)
    fn backward(&self, options: &Self::Options, mut pass: Backward<'_, Self>, cache: &mut Self::Cache) {
        let slopes = pass.output_gradient.as_tile();
        let count = T::from_f64(pass.input.samples() as f64);
        for feature in 0..N {
            let (mean, variance) = (cache.mean[feature], cache.variance[feature]);
            let inverse = (variance + T::from_f64(options.epsilon)).sqrt().recip();
            let pairs = || pass.input.feature(feature).iter().zip(slopes.feature(feature));
            let by_gamma = pairs().map(|(&x, &dy)| dy * (x - mean) * inverse).sum::<T>();
            let by_beta = slopes.feature(feature).iter().copied().sum::<T>();
            pass.gradient.gamma[feature] += by_gamma;
            pass.gradient.beta[feature] += by_beta;
            (pass.gradient.moving_mean[feature], pass.gradient.moving_variance[feature]) = (mean, variance);
            let Some(gradient) = &mut pass.input_gradient else { continue };
            let factor = self.gamma[feature] * inverse;
            for (dx, (&x, &dy)) in gradient.feature(feature).iter_mut().zip(pairs()) {
                *dx = factor * (dy - by_beta / count - (x - mean) * inverse * by_gamma / count);
            }
            gradient.clear_padding(feature);
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, options: &Self::Options, input: &SVector<T, N>) -> SVector<T, N> {
        SVector::from_fn(|feature, _| {
            let (mean, variance) = (self.moving_mean[feature], self.moving_variance[feature]);
            (input[feature] - mean) * self.factor(feature, variance, options) + self.beta[feature]
        })
    }

    /// The rule is for gamma and beta; the averages move toward the batch.
    fn update(&mut self, options: &Self::Options, gradient: &Self, rule: UpdateRule<'_, T>) {
        rule(self.gamma.as_mut_slice(), gradient.gamma.as_slice());
        rule(self.beta.as_mut_slice(), gradient.beta.as_slice());
        let (kept, new) = (T::from_f64(options.momentum), T::from_f64(1.0 - options.momentum));
        self.moving_mean = self.moving_mean * kept + gradient.moving_mean * new;
        self.moving_variance = self.moving_variance * kept + gradient.moving_variance * new;
    }

    #[cfg(feature = "onnx")]
    fn export(&self, options: &Self::Options, graph: &mut onnx::Graph, inputs: &[onnx::Value]) -> onnx::Exported {
        let array = |graph: &mut onnx::Graph, name: &str, numbers: &SVector<T, N>| {
            graph.constant(name, &[N], numbers.iter().map(|&number| Scalar::to_f64(number)))
        };
        let (gamma, beta) = (array(graph, "gamma", &self.gamma), array(graph, "beta", &self.beta));
        let mean = array(graph, "moving_mean", &self.moving_mean);
        let variance = array(graph, "moving_variance", &self.moving_variance);
        let epsilon = [onnx::Attribute::Float("epsilon", options.epsilon as f32)];
        let values = [&inputs[0], &gamma, &beta, &mean, &variance];
        Ok(vec![graph.node_with("BatchNormalization", &values, &epsilon)])
    }

    fn summarize(name: &str, _options: &Self::Options, summary: &mut Summary) {
        let [gamma, beta] = ["gamma", "beta"].map(|variable| Variable::new(variable, [N]));
        let [mean, variance] =
            ["moving_mean", "moving_variance"].map(|variable| Variable::new(variable, [N]).trained(false));
        summary.row(name, "BatchNormalization", N, [gamma, beta, mean, variance]);
    }
}
