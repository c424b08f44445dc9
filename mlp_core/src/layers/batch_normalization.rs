use nalgebra::SVector;

use super::{Backward, Features, Mode, Module, UNSIZED, UpdateRule, Variable, WithScalar};
use crate::export::{Attribute, Exported, GraphBuilder, Value};
use crate::kernels::{Normalization, NormalizationGradient, Standardization, StandardizeSample, Vector};
use crate::memory::{Allocator, Memory};
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// `y = gamma · (x − mean) / √(variance + epsilon) + beta`, feature by feature.
///
/// Training uses the mean and the variance of the batch; inference uses the moving averages of those of the training
/// batches.
///
/// Written `BatchNormalization(64)` in a network. Keras: `BatchNormalization`. Source: Ioffe and Szegedy, "Batch
/// Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift", 2015.
#[doc(alias = "BatchNorm")]
#[doc(alias = "BatchNorm1d")]
#[doc(alias = "BatchNormalisation")]
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct BatchNormalization<const N: usize = UNSIZED, T: Scalar = f32> {
    /// Scale of the normalized values, initially 1.
    pub gamma: SVector<T, N>,
    /// Offset of the normalized values, initially 0.
    pub beta: SVector<T, N>,
    /// Moving average of the batch means, initially 0. In a gradient: the mean of the batch.
    pub moving_mean: SVector<T, N>,
    /// Moving average of the batch variances, initially 1. In a gradient: the variance of the batch.
    pub moving_variance: SVector<T, N>,
}

/// Hyper-parameters of [`BatchNormalization`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNormalizationOptions {
    momentum: f64,
    epsilon: f64,
}

impl Default for BatchNormalizationOptions {
    /// Returns Keras's defaults: momentum 0.99, epsilon 0.001.
    fn default() -> Self {
        Self { momentum: 0.99, epsilon: 1e-3 }
    }
}

impl BatchNormalizationOptions {
    /// Sets the momentum of the moving averages: `momentum = 0.9`. Defaults to 0.99.
    #[must_use]
    pub fn momentum(self, momentum: f64) -> Self {
        Self { momentum, ..self }
    }
    /// Sets the constant added to the variance: `epsilon = 1e-5`. Defaults to 0.001.
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

/// Mean and variance of the batch, or the moving averages at inference.
#[derive(Debug)]
pub struct BatchStatistics<T: Scalar, const N: usize> {
    /// `true` if `mean` and `variance` depend on the batch.
    is_of_batch: bool,
    mean: SVector<T, N>,
    variance: SVector<T, N>,
}

impl<const N: usize, T: Scalar> BatchNormalization<N, T> {
    /// Returns the rule of the kernels.
    fn rule(&self, of_batch: bool, options: &BatchNormalizationOptions) -> Standardization<'_, T> {
        let (scale, offset) = (self.gamma.as_slice(), self.beta.as_slice());
        Standardization { of_batch, epsilon: T::from_f64(options.epsilon), scale, offset }
    }
}

impl<const N: usize, T: Scalar> Module for BatchNormalization<N, T> {
    type Input = Features<N>;
    type Output = Features<N>;
    type Options = BatchNormalizationOptions;
    type Cache<M: Memory> = BatchStatistics<T, N>;

    const KIND: &'static str = "BatchNormalization";
    const READS_OUTPUT: bool = false;
    const OPTIONS: &'static [&'static str] = &["momentum", "epsilon"];
    const VARIABLES: &'static [Variable] = &[
        Variable::vector("gamma", N),
        Variable::vector("beta", N),
        Variable::vector("moving_mean", N).kept(),
        Variable::vector("moving_variance", N).kept(),
    ];
    const WHOLE_BATCH: bool = true;

    fn cache<M: Memory>(_allocator: Allocator<M>) -> Self::Cache<M> {
        BatchStatistics { is_of_batch: true, mean: SVector::zeros(), variance: SVector::zeros() }
    }

    fn initialize(&mut self, _options: &Self::Options, _rng: &mut Rng) {
        self.gamma.fill(T::one());
        self.moving_variance.fill(T::one());
    }

    fn forward<M: Memory>(
        &self,
        options: &Self::Options,
        mode: Mode<'_>,
        input: Tile<'_, T>,
        output: TileMut<'_, T>,
        cache: &mut Self::Cache<M>,
    ) {
        cache.is_of_batch = mode.is_training();
        if !cache.is_of_batch {
            (cache.mean, cache.variance) = (self.moving_mean, self.moving_variance);
        }
        let statistics = [cache.mean.as_mut_slice(), cache.variance.as_mut_slice()];
        T::standardize(self.rule(cache.is_of_batch, options), statistics, input, output);
    }

    // x̂ = (x − mean) / s,  s = √(variance + ε)
    // dgamma += Σ dY x̂,  dbeta += Σ dY
    // dX = gamma / s · (dY − Σ dY / n − x̂ Σ dY x̂ / n), or gamma / s · dY if the statistics are not of the batch
    fn backward<M: Memory>(&self, options: &Self::Options, pass: Backward<'_, Self>, cache: &mut Self::Cache<M>) {
        let Self { gamma, beta, moving_mean, moving_variance } = pass.gradient;
        let gradient = NormalizationGradient {
            scale: gamma.as_mut_slice(),
            offset: beta.as_mut_slice(),
            input: pass.input_gradient,
        };
        let (rule, dy) = (self.rule(cache.is_of_batch, options), pass.output_gradient.as_tile());
        let statistics = [cache.mean.as_slice(), cache.variance.as_slice()];
        T::standardize_backward(rule, statistics, pass.input, dy, gradient);
        (*moving_mean, *moving_variance) = (cache.mean, cache.variance);
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, options: &Self::Options, input: &SVector<T, N>) -> SVector<T, N> {
        let mut output = SVector::<T, N>::ZEROS;
        let rule = Normalization {
            centered: true,
            share: T::one(),
            epsilon: T::from_f64(options.epsilon),
            max_inverse: T::infinity(),
            scale: self.gamma.as_slice(),
            offset: self.beta.as_slice(),
        };
        let statistics = [self.moving_mean.as_slice(), self.moving_variance.as_slice()];
        StandardizeSample::new(rule, statistics, &input.data.0[0], &mut output.data.0[0]).run_with::<V>();
        output
    }

    // The rule applies to gamma and beta; the moving averages follow the batch.
    fn update(&mut self, options: &Self::Options, gradient: &Self, rule: UpdateRule<'_, T>) {
        rule(self.gamma.as_mut_slice(), gradient.gamma.as_slice());
        rule(self.beta.as_mut_slice(), gradient.beta.as_slice());
        let (kept, new) = (T::from_f64(options.momentum), T::from_f64(1.0 - options.momentum));
        self.moving_mean = self.moving_mean * kept + gradient.moving_mean * new;
        self.moving_variance = self.moving_variance * kept + gradient.moving_variance * new;
    }

    fn export(&self, options: &Self::Options, graph: &mut dyn GraphBuilder, inputs: &[Value]) -> Exported {
        let array = |graph: &mut dyn GraphBuilder, name: &str, values: &SVector<T, N>| {
            graph.constant(name, &[N], values.iter().map(|&value| Scalar::to_f64(value)))
        };
        let (gamma, beta) = (array(graph, "gamma", &self.gamma), array(graph, "beta", &self.beta));
        let mean = array(graph, "moving_mean", &self.moving_mean);
        let variance = array(graph, "moving_variance", &self.moving_variance);
        let epsilon = [Attribute::Float("epsilon", options.epsilon as f32)];
        let values = [inputs[0], gamma, beta, mean, variance];
        Ok(graph.add_node("BatchNormalization", &values, &epsilon).into())
    }
}
