use nalgebra::SVector;

use super::{Backward, Features, Mode, Module, TwiceDifferentiable, UNSIZED, Variable, WithScalar};
use crate::export::{Exported, GraphBuilder, Value};
use crate::kernels::{LeakySample, Vector};
use crate::memory::{Allocator, Memory};
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::streams::{Coefficients, StreamGraph, Values};
use crate::tile::{Tile, TileMut};

/// `y = x` for a positive `x`, and `y = alpha · x` otherwise, with a trained `alpha` for each feature.
///
/// Written `PRelu(64)` in a network. Keras: `PReLU`. Source: He et al., "Delving Deep into Rectifiers", 2015.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct PRelu<const N: usize = UNSIZED, T: Scalar = f32> {
    /// Derivative for negative inputs, initially 0, as in Keras.
    pub alpha: SVector<T, N>,
}

// SAFETY: `repr(C)`, an array of the scalar.
unsafe impl<const N: usize, T: Scalar> Parameters for PRelu<N, T> {
    type Scalar = T;
}

impl<const N: usize, S: Scalar, T: Scalar> WithScalar<T> for PRelu<N, S> {
    type Layer = PRelu<N, T>;
}

impl<const N: usize, T: Scalar> Module for PRelu<N, T> {
    type Input = Features<N>;
    type Output = Features<N>;
    type Options = ();
    type Cache<M: Memory> = ();

    const KIND: &'static str = "PRelu";
    const READS_OUTPUT: bool = false;
    const VARIABLES: &'static [Variable] = &[Variable::vector("alpha", N)];

    fn cache<M: Memory>(_allocator: Allocator<M>) {}

    fn forward<M: Memory>(
        &self,
        (): &(),
        _mode: Mode<'_>,
        input: Tile<'_, T>,
        mut output: TileMut<'_, T>,
        (): &mut (),
    ) {
        for feature in 0..N {
            T::leaky(self.alpha[feature], input.padded_feature(feature), output.padded_feature(feature));
        }
    }

    // dalpha += Σ dY min(X, 0)
    // dX = dY where X > 0, alpha dY elsewhere
    fn backward<M: Memory>(&self, (): &(), mut pass: Backward<'_, Self>, (): &mut ()) {
        let dy = pass.output_gradient.as_tile();
        for feature in 0..N {
            pass.gradient.alpha[feature] += T::leaky_gradient(pass.input.feature(feature), dy.feature(feature));
            if let Some(gradient) = &mut pass.input_gradient {
                let (x, dy) = (pass.input.padded_feature(feature), dy.padded_feature(feature));
                T::leaky_backward(self.alpha[feature], x, dy, gradient.padded_feature(feature));
            }
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, (): &(), input: &SVector<T, N>) -> SVector<T, N> {
        let mut output = SVector::<T, N>::ZEROS;
        LeakySample::new(self.alpha.as_slice(), &input.data.0[0], &mut output.data.0[0]).run_with::<V>();
        output
    }

    fn export(&self, _options: &Self::Options, graph: &mut dyn GraphBuilder, inputs: &[Value]) -> Exported {
        let alpha = graph.constant("alpha", &[N], self.alpha.iter().map(|&value| Scalar::to_f64(value)));
        Ok(graph.node("PRelu", &[inputs[0], alpha]).into())
    }

    fn trace(&self, (): &(), graph: &mut dyn StreamGraph<T>, inputs: &[Value]) -> Values {
        let zero = graph.multiple(inputs[0], 0.0);
        // At zero, the derivative is alpha, as in `backward`.
        let positive = graph.maximum(zero, inputs[0]);
        let negative = graph.sum(&[(inputs[0], 1.0), (positive, -1.0)]);
        let alpha = Coefficients::Trained(self.alpha.as_slice());
        let scaled = graph.scale(negative, alpha, Coefficients::Uniform(0.0));
        graph.sum(&[(positive, 1.0), (scaled, 1.0)]).into()
    }
}

impl<const N: usize, T: Scalar, Any> TwiceDifferentiable<Any> for PRelu<N, T> {}
