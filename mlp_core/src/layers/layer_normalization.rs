use nalgebra::SVector;

use super::{Backward, Features, Mode, Module, TwiceDifferentiable, UNSIZED, UpdateRule, Variable, WithScalar};
use crate::export::{Attribute, Exported, GraphBuilder, Value};
use crate::kernels::{Normalization, NormalizationGradient, NormalizeSample, Vector};
use crate::memory::{Allocator, Memory};
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::streams::{Coefficients, StreamGraph, Values, inverse_root};
use crate::tile::{Tile, TileMut};

/// `y = gamma · (x − mean) / √(variance + epsilon) + beta`, with the mean and the variance over a sample's features.
///
/// Written `LayerNormalization(64)` in a network. Keras: `LayerNormalization`. Source: Ba, Kiros and Hinton, "Layer
/// Normalization", 2016.
#[doc(alias = "LayerNorm")]
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct LayerNormalization<const N: usize = UNSIZED, T: Scalar = f32> {
    /// Scale of the normalized values, initially 1.
    pub gamma: SVector<T, N>,
    /// Offset of the normalized values, initially 0.
    pub beta: SVector<T, N>,
}

/// Hyper-parameters of [`LayerNormalization`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerNormalizationOptions {
    epsilon: f64,
}

impl Default for LayerNormalizationOptions {
    /// Returns Keras's default: epsilon 0.001.
    fn default() -> Self {
        Self { epsilon: 1e-3 }
    }
}

impl LayerNormalizationOptions {
    /// Sets the constant added to the variance: `epsilon = 1e-5`. Defaults to 0.001.
    #[must_use]
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self { epsilon }
    }
}

// SAFETY: `repr(C)`, two arrays of the scalar.
unsafe impl<const N: usize, T: Scalar> Parameters for LayerNormalization<N, T> {
    type Scalar = T;
}

impl<const N: usize, S: Scalar, T: Scalar> WithScalar<T> for LayerNormalization<N, S> {
    type Layer = LayerNormalization<N, T>;
}

impl<const N: usize, T: Scalar> LayerNormalization<N, T> {
    fn rule(&self, options: &LayerNormalizationOptions) -> Normalization<'_, T> {
        Normalization {
            centered: true,
            share: T::from_f64(1.0 / N as f64),
            epsilon: T::from_f64(options.epsilon),
            max_inverse: T::infinity(),
            scale: self.gamma.as_slice(),
            offset: self.beta.as_slice(),
        }
    }
}

impl<const N: usize, T: Scalar> Module for LayerNormalization<N, T> {
    type Input = Features<N>;
    type Output = Features<N>;
    type Options = LayerNormalizationOptions;
    type Cache<M: Memory> = ();

    const KIND: &'static str = "LayerNormalization";
    const READS_OUTPUT: bool = false;
    const OPTIONS: &'static [&'static str] = &["epsilon"];
    const VARIABLES: &'static [Variable] = &[Variable::vector("gamma", N), Variable::vector("beta", N)];

    fn cache<M: Memory>(_allocator: Allocator<M>) {}

    fn initialize(&mut self, _options: &Self::Options, _rng: &mut Rng) {
        self.gamma.fill(T::one());
    }

    fn forward<M: Memory>(
        &self,
        options: &Self::Options,
        _mode: Mode<'_>,
        input: Tile<'_, T>,
        output: TileMut<'_, T>,
        (): &mut (),
    ) {
        T::normalize(self.rule(options), input, output);
    }

    // x̂ = (x − mean) / s,  s = √(variance + ε),  g = gamma dY
    // dgamma += Σ dY x̂,  dbeta += Σ dY over the samples
    // dX = (g − Σ g / N − x̂ Σ g x̂ / N) / s, summed over the features
    fn backward<M: Memory>(&self, options: &Self::Options, pass: Backward<'_, Self>, (): &mut ()) {
        let Self { gamma, beta } = pass.gradient;
        let (scale, offset) = (gamma.as_mut_slice(), beta.as_mut_slice());
        let gradient = NormalizationGradient { scale, offset, input: pass.input_gradient };
        T::normalize_backward(self.rule(options), pass.input, pass.output_gradient.as_tile(), gradient);
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, options: &Self::Options, input: &SVector<T, N>) -> SVector<T, N> {
        let mut output = SVector::<T, N>::ZEROS;
        NormalizeSample::new(self.rule(options), &input.data.0[0], &mut output.data.0[0]).run_with::<V>();
        output
    }

    fn update(&mut self, _options: &Self::Options, gradient: &Self, rule: UpdateRule<'_, T>) {
        rule(self.gamma.as_mut_slice(), gradient.gamma.as_slice());
        rule(self.beta.as_mut_slice(), gradient.beta.as_slice());
    }

    fn export(&self, options: &Self::Options, graph: &mut dyn GraphBuilder, inputs: &[Value]) -> Exported {
        let gamma = graph.constant("gamma", &[N], self.gamma.iter().map(|&value| Scalar::to_f64(value)));
        let beta = graph.constant("beta", &[N], self.beta.iter().map(|&value| Scalar::to_f64(value)));
        let settings = [Attribute::Int("axis", 1), Attribute::Float("epsilon", options.epsilon as f32)];
        Ok(graph.add_node("LayerNormalization", &[inputs[0], gamma, beta], &settings).into())
    }

    fn trace(&self, options: &LayerNormalizationOptions, graph: &mut dyn StreamGraph<T>, inputs: &[Value]) -> Values {
        let share = 1.0 / N as f64;
        let ones = graph.scale(inputs[0], Coefficients::Uniform(0.0), Coefficients::Uniform(1.0));
        let mean = graph.sum_features(inputs[0], share);
        let mean = graph.product(ones, mean);
        let centered = graph.sum(&[(inputs[0], 1.0), (mean, -1.0)]);
        let variance = graph.dot(centered, centered, share);
        let variance = graph.scale(variance, Coefficients::Uniform(1.0), Coefficients::Uniform(options.epsilon));
        let inverse = graph.elementwise(variance, inverse_root);
        let normalized = graph.product(centered, inverse);
        let [gamma, beta] = [&self.gamma, &self.beta].map(|values| Coefficients::Trained(values.as_slice()));
        graph.scale(normalized, gamma, beta).into()
    }
}

impl<const N: usize, T: Scalar, Any> TwiceDifferentiable<Any> for LayerNormalization<N, T> {}
