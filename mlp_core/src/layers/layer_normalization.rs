use nalgebra::SVector;

use super::{Backward, Features, Layer, Mode, Purpose, Summary, UpdateRule, Variable, WithScalar};
use crate::kernels::Vector;
#[cfg(feature = "onnx")]
use crate::onnx;
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// `y = gamma · (x − mean) / √(variance + epsilon) + beta`, with the mean and the variance of a sample's features.
///
/// Written `LayerNormalization(64)` in a network. Keras: `LayerNormalization`. Source: Ba, Kiros and Hinton, "Layer
/// Normalization", 2016.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct LayerNormalization<const N: usize, T: Scalar = f32> {
    /// What the normalized numbers are multiplied by; 1 at first.
    pub gamma: SVector<T, N>,
    /// What is added then; 0 at first.
    pub beta: SVector<T, N>,
}

/// The hyper-parameters of [`LayerNormalization`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerNormalizationOptions {
    epsilon: f64,
}

impl Default for LayerNormalizationOptions {
    /// Keras's default: 0.001.
    fn default() -> Self {
        Self { epsilon: 1e-3 }
    }
}

impl LayerNormalizationOptions {
    /// Added to the variance: `epsilon = 1e-5`.
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

/// The mean, and the inverse of the standard deviation, of some numbers.
#[inline(always)]
fn moments<T: Scalar>(count: usize, number: impl Fn(usize) -> T, epsilon: f64) -> (T, T) {
    let share = T::from_f64(1.0 / count as f64);
    let mean = (0..count).map(&number).sum::<T>() * share;
    let variance = (0..count).map(|index| (number(index) - mean) * (number(index) - mean)).sum::<T>() * share;
    (mean, (variance + T::from_f64(epsilon)).sqrt().recip())
}

impl<const N: usize, T: Scalar> Layer for LayerNormalization<N, T> {
    type Input = Features<N>;
    type Output = Features<N>;
    type Options = LayerNormalizationOptions;
    type Cache = ();

    fn cache(_samples: usize, _purpose: Purpose) {}

    fn initialize(&mut self, _options: &Self::Options, _generator: &mut Rng) {
        self.gamma.fill(T::one());
    }

    fn forward(
        &self,
        options: &Self::Options,
        _mode: Mode<'_>,
        input: Tile<'_, T>,
        mut output: TileMut<'_, T>,
        (): &mut (),
    ) {
        for sample in 0..input.padded_samples() {
            let number = |feature: usize| input.padded_feature(feature)[sample];
            let (mean, inverse) = moments(N, number, options.epsilon);
            for feature in 0..N {
                output.padded_feature(feature)[sample] =
                    (number(feature) - mean) * inverse * self.gamma[feature] + self.beta[feature];
            }
        }
    }

    // x̂ = (x − mean) / s,  s = √(variance + ε),  g = gamma dY
    // dgamma += Σ dY x̂,  dbeta += Σ dY over the samples
    // dX = (g − Σ g / N − x̂ Σ g x̂ / N) / s, summed over the features
    fn backward(&self, options: &Self::Options, mut pass: Backward<'_, Self>, (): &mut ()) {
        let slopes = pass.output_gradient.as_tile();
        let share = T::from_f64(1.0 / N as f64);
        for sample in 0..pass.input.samples() {
            let number = |feature: usize| pass.input.feature(feature)[sample];
            let slope = |feature: usize| slopes.feature(feature)[sample];
            let (mean, inverse) = moments(N, number, options.epsilon);
            let normalized = |feature: usize| (number(feature) - mean) * inverse;
            for feature in 0..N {
                pass.gradient.gamma[feature] += slope(feature) * normalized(feature);
                pass.gradient.beta[feature] += slope(feature);
            }
            let Some(gradient) = &mut pass.input_gradient else { continue };
            let scaled = |feature: usize| slope(feature) * self.gamma[feature];
            let sum = (0..N).map(scaled).sum::<T>() * share;
            let along = (0..N).map(|feature| scaled(feature) * normalized(feature)).sum::<T>() * share;
            for feature in 0..N {
                gradient.feature(feature)[sample] = (scaled(feature) - sum - normalized(feature) * along) * inverse;
            }
        }
        if let Some(gradient) = &mut pass.input_gradient {
            (0..N).for_each(|feature| gradient.clear_padding(feature));
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, options: &Self::Options, input: &SVector<T, N>) -> SVector<T, N> {
        let (mean, inverse) = moments(N, |feature| input[feature], options.epsilon);
        SVector::from_fn(|feature, _| (input[feature] - mean) * inverse * self.gamma[feature] + self.beta[feature])
    }

    fn update(&mut self, _options: &Self::Options, gradient: &Self, rule: UpdateRule<'_, T>) {
        rule(self.gamma.as_mut_slice(), gradient.gamma.as_slice());
        rule(self.beta.as_mut_slice(), gradient.beta.as_slice());
    }

    #[cfg(feature = "onnx")]
    fn export(&self, options: &Self::Options, graph: &mut onnx::Graph, inputs: &[onnx::Value]) -> onnx::Exported {
        let gamma = graph.constant("gamma", &[N], self.gamma.iter().map(|&number| Scalar::to_f64(number)));
        let beta = graph.constant("beta", &[N], self.beta.iter().map(|&number| Scalar::to_f64(number)));
        let settings = [onnx::Attribute::Int("axis", 1), onnx::Attribute::Float("epsilon", options.epsilon as f32)];
        Ok(vec![graph.node_with("LayerNormalization", &[&inputs[0], &gamma, &beta], &settings)])
    }

    fn summarize(name: &str, _options: &Self::Options, summary: &mut Summary) {
        let variables = ["gamma", "beta"].map(|variable| Variable::new(variable, [N]));
        summary.row(name, "LayerNormalization", N, variables);
    }
}
