use core::fmt;
use core::marker::PhantomData;

use nalgebra::SVector;

use super::{Backward, Features, Mode, Module, TwiceDifferentiable, WithScalar};
use crate::activations::{ActivationFunction, SmoothActivation};
use crate::export::{Exported, GraphBuilder, Value};
use crate::kernels::Vector;
use crate::memory::{Allocator, Memory, TileBuffer as _};
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::streams::{StreamGraph, Values};
use crate::tile::{Tile, TileMut};

/// `y = f(x)`: an activation as a separate layer.
///
/// Written `Activation(64, relu)` in a network. Keras: `Activation("relu")`.
#[repr(C)]
pub struct Activation<const N: usize, A, T = f32>(PhantomData<fn() -> (A, T)>);

impl<const N: usize, A, T> Clone for Activation<N, A, T> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

impl<const N: usize, A, T> fmt::Debug for Activation<N, A, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Activation")
    }
}

impl<const N: usize, A, T> PartialEq for Activation<N, A, T> {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

// SAFETY: `repr(C)`, zero-sized.
unsafe impl<const N: usize, A: 'static, T: Scalar> Parameters for Activation<N, A, T> {
    type Scalar = T;
}

impl<const N: usize, A: ActivationFunction<T>, S, T: Scalar> WithScalar<T> for Activation<N, A, S> {
    type Layer = Activation<N, A, T>;
}

/// Cache of [`Activation`]: the derivative, if it follows from more than `y`. Without a heap, the backward pass computes it.
#[derive(Debug)]
pub struct ActivationCache<B> {
    kept: B,
}

impl<const N: usize, A: ActivationFunction<T>, T: Scalar> Module for Activation<N, A, T> {
    type Input = Features<N>;
    type Output = Features<N>;
    type Options = ();
    type Cache<M: Memory> = ActivationCache<M::HeapBuffer<T, Features<N>>>;

    const KIND: &'static str = "Activation";
    const ACTIVATIONS: &'static [&'static str] = &[A::NAME];

    fn cache<M: Memory>(allocator: Allocator<M>) -> Self::Cache<M> {
        ActivationCache { kept: allocator.training_on_heap(if A::KEEPS_DERIVATIVE { N } else { 0 }) }
    }

    fn forward<M: Memory>(
        &self,
        (): &(),
        mode: Mode<'_>,
        input: Tile<'_, T>,
        output: TileMut<'_, T>,
        cache: &mut Self::Cache<M>,
    ) {
        if A::KEEPS_DERIVATIVE && mode.backward_follows() && !cache.kept.is_empty() {
            A::forward_keeping_from(input, output, cache.kept.tile_mut(N, input.samples()));
        } else {
            A::forward_from(input, output);
        }
    }

    // dX = dY ⊙ f'(X)
    fn backward<M: Memory>(&self, (): &(), pass: Backward<'_, Self>, cache: &mut Self::Cache<M>) {
        let Backward { input, output, output_gradient, input_gradient: Some(gradient), .. } = pass else { return };
        if A::KEEPS_DERIVATIVE && !cache.kept.is_empty() {
            A::backward_kept_to(cache.kept.tile(N, input.samples()), output, output_gradient, gradient);
        } else {
            A::backward_to(A::KEEPS_INPUT.then_some(input), output, output_gradient, gradient);
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, (): &(), input: &SVector<T, N>) -> SVector<T, N> {
        let mut output = *input;
        A::apply::<V>(output.as_mut_slice());
        output
    }

    fn export(&self, _options: &Self::Options, graph: &mut dyn GraphBuilder, inputs: &[Value]) -> Exported {
        Ok(A::export(graph, inputs[0])?.into())
    }

    fn trace(&self, (): &(), graph: &mut dyn StreamGraph<T>, inputs: &[Value]) -> Values {
        A::trace(graph, inputs[0]).into()
    }
}

impl<const N: usize, A: SmoothActivation<T>, T: Scalar, Any> TwiceDifferentiable<Any> for Activation<N, A, T> {}
