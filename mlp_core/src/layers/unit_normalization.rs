use core::marker::PhantomData;

use nalgebra::SVector;

use super::{Backward, Features, Mode, Module, TwiceDifferentiable, UNSIZED, WithScalar};
use crate::export::{Exported, GraphBuilder, Value};
use crate::kernels::{Normalization, NormalizationGradient, NormalizeSample, Vector};
use crate::memory::{Allocator, Memory};
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::streams::{StreamGraph, Values, inverse_root_of_at_least};
use crate::tile::{Tile, TileMut};

/// `y = x / √(Σ x²)`, with the sum over a sample's features: every sample has norm 1.
///
/// A sample of zeros is not changed. Written `UnitNormalization(64)` in a network. Keras: `UnitNormalization`.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct UnitNormalization<const N: usize = UNSIZED, T = f32>(PhantomData<fn() -> T>);

/// Minimum norm, as in Keras.
const MIN_NORM: f64 = 1e-12;

// SAFETY: `repr(C)`, zero-sized.
unsafe impl<const N: usize, T: Scalar> Parameters for UnitNormalization<N, T> {
    type Scalar = T;
}

impl<const N: usize, S, T: Scalar> WithScalar<T> for UnitNormalization<N, S> {
    type Layer = UnitNormalization<N, T>;
}

/// Returns the constants of the kernel.
fn rule<T: Scalar>() -> Normalization<'static, T> {
    Normalization {
        centered: false,
        share: T::one(),
        epsilon: T::zero(),
        max_inverse: T::from_f64(1.0 / MIN_NORM),
        scale: &[],
        offset: &[],
    }
}

impl<const N: usize, T: Scalar> Module for UnitNormalization<N, T> {
    type Input = Features<N>;
    type Output = Features<N>;
    type Options = ();
    type Cache<M: Memory> = ();

    const KIND: &'static str = "UnitNormalization";
    const READS_OUTPUT: bool = false;

    fn cache<M: Memory>(_allocator: Allocator<M>) {}

    fn forward<M: Memory>(&self, (): &(), _mode: Mode<'_>, input: Tile<'_, T>, output: TileMut<'_, T>, (): &mut ()) {
        T::normalize(rule(), input, output);
    }

    // dX = (dY − y Σ y dY) / √(Σ x²), summed over the features
    fn backward<M: Memory>(&self, (): &(), pass: Backward<'_, Self>, (): &mut ()) {
        let gradient = NormalizationGradient { scale: &mut [], offset: &mut [], input: pass.input_gradient };
        T::normalize_backward(rule(), pass.input, pass.output_gradient.as_tile(), gradient);
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, (): &(), input: &SVector<T, N>) -> SVector<T, N> {
        let mut output = SVector::<T, N>::ZEROS;
        NormalizeSample::new(rule(), &input.data.0[0], &mut output.data.0[0]).run_with::<V>();
        output
    }

    fn export(&self, _options: &Self::Options, graph: &mut dyn GraphBuilder, inputs: &[Value]) -> Exported {
        let least = graph.scalar("least", MIN_NORM);
        let squares = graph.node("Mul", &[inputs[0], inputs[0]]);
        let sum = graph.sum(squares);
        let length = graph.node("Sqrt", &[sum]);
        let length = graph.node("Max", &[length, least]);
        Ok(graph.node("Div", &[inputs[0], length]).into())
    }

    fn trace(&self, (): &(), graph: &mut dyn StreamGraph<T>, inputs: &[Value]) -> Values {
        let square = graph.dot(inputs[0], inputs[0], 1.0);
        let inverse = graph.elementwise(square, |square, values| {
            inverse_root_of_at_least(MIN_NORM * MIN_NORM, square, values);
        });
        graph.product(inputs[0], inverse).into()
    }
}

impl<const N: usize, T: Scalar, Any> TwiceDifferentiable<Any> for UnitNormalization<N, T> {}
