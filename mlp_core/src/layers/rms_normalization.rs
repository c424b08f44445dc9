use nalgebra::SVector;

use super::{Backward, Features, Mode, Module, TwiceDifferentiable, UNSIZED, Variable, WithScalar};
use crate::export::{Exported, GraphBuilder, Value};
use crate::kernels::{Normalization, NormalizationGradient, NormalizeSample, Vector};
use crate::memory::{Allocator, Memory};
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::streams::{Coefficients, StreamGraph, Values, inverse_root};
use crate::tile::{Tile, TileMut};

/// `y = scale · x / √(mean(x²) + epsilon)`, with the mean over a sample's features.
///
/// Written `RmsNormalization(64)` in a network. Keras: `RMSNormalization`. Source: Zhang and Sennrich, "Root Mean Square
/// Layer Normalization", 2019.
#[doc(alias = "RMSNorm")]
#[doc(alias = "RmsNorm")]
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct RmsNormalization<const N: usize = UNSIZED, T: Scalar = f32> {
    /// Scale of the normalized values, initially 1.
    pub scale: SVector<T, N>,
}

/// Hyper-parameters of [`RmsNormalization`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsNormalizationOptions {
    epsilon: f64,
}

impl Default for RmsNormalizationOptions {
    /// Returns Keras's default: epsilon 1e-6.
    fn default() -> Self {
        Self { epsilon: 1e-6 }
    }
}

impl RmsNormalizationOptions {
    /// Sets the constant added to the mean square: `epsilon = 1e-5`. Defaults to 1e-6.
    #[must_use]
    pub fn epsilon(self, epsilon: f64) -> Self {
        Self { epsilon }
    }
}

// SAFETY: `repr(C)`, an array of the scalar.
unsafe impl<const N: usize, T: Scalar> Parameters for RmsNormalization<N, T> {
    type Scalar = T;
}

impl<const N: usize, S: Scalar, T: Scalar> WithScalar<T> for RmsNormalization<N, S> {
    type Layer = RmsNormalization<N, T>;
}

impl<const N: usize, T: Scalar> RmsNormalization<N, T> {
    fn rule(&self, options: &RmsNormalizationOptions) -> Normalization<'_, T> {
        Normalization {
            centered: false,
            share: T::from_f64(1.0 / N as f64),
            epsilon: T::from_f64(options.epsilon),
            max_inverse: T::infinity(),
            scale: self.scale.as_slice(),
            offset: &[],
        }
    }
}

impl<const N: usize, T: Scalar> Module for RmsNormalization<N, T> {
    type Input = Features<N>;
    type Output = Features<N>;
    type Options = RmsNormalizationOptions;
    type Cache<M: Memory> = ();

    const KIND: &'static str = "RmsNormalization";
    const READS_OUTPUT: bool = false;
    const OPTIONS: &'static [&'static str] = &["epsilon"];
    const VARIABLES: &'static [Variable] = &[Variable::vector("scale", N)];

    fn cache<M: Memory>(_allocator: Allocator<M>) {}

    fn initialize(&mut self, _options: &Self::Options, _rng: &mut Rng) {
        self.scale.fill(T::one());
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

    // x̂ = x / s,  s = √(mean(x²) + ε),  g = scale dY
    // dscale += Σ dY x̂ over the samples
    // dX = (g − x̂ Σ g x̂ / N) / s, summed over the features
    fn backward<M: Memory>(&self, options: &Self::Options, pass: Backward<'_, Self>, (): &mut ()) {
        let scale = pass.gradient.scale.as_mut_slice();
        let gradient = NormalizationGradient { scale, offset: &mut [], input: pass.input_gradient };
        T::normalize_backward(self.rule(options), pass.input, pass.output_gradient.as_tile(), gradient);
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, options: &Self::Options, input: &SVector<T, N>) -> SVector<T, N> {
        let mut output = SVector::<T, N>::ZEROS;
        NormalizeSample::new(self.rule(options), &input.data.0[0], &mut output.data.0[0]).run_with::<V>();
        output
    }

    fn export(&self, options: &Self::Options, graph: &mut dyn GraphBuilder, inputs: &[Value]) -> Exported {
        let scale = graph.constant("scale", &[N], self.scale.iter().map(|&value| Scalar::to_f64(value)));
        let (epsilon, count) = (graph.scalar("epsilon", options.epsilon), graph.scalar("count", N as f64));
        let squares = graph.node("Mul", &[inputs[0], inputs[0]]);
        let sum = graph.sum(squares);
        let mean = graph.node("Div", &[sum, count]);
        let mean = graph.node("Add", &[mean, epsilon]);
        let root = graph.node("Sqrt", &[mean]);
        let normalized = graph.node("Div", &[inputs[0], root]);
        Ok(graph.node("Mul", &[normalized, scale]).into())
    }

    fn trace(&self, options: &RmsNormalizationOptions, graph: &mut dyn StreamGraph<T>, inputs: &[Value]) -> Values {
        let square = graph.dot(inputs[0], inputs[0], 1.0 / N as f64);
        let square = graph.scale(square, Coefficients::Uniform(1.0), Coefficients::Uniform(options.epsilon));
        let inverse = graph.elementwise(square, inverse_root);
        let normalized = graph.product(inputs[0], inverse);
        let scale = Coefficients::Trained(self.scale.as_slice());
        graph.scale(normalized, scale, Coefficients::Uniform(0.0)).into()
    }
}

impl<const N: usize, T: Scalar, Any> TwiceDifferentiable<Any> for RmsNormalization<N, T> {}
