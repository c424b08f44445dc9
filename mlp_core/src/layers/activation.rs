use core::fmt;
use core::marker::PhantomData;

use nalgebra::SVector;

use super::{Backward, Features, Mode, Module, TwiceDifferentiable, WithScalar};
use crate::activations::{ActivationFunction, SmoothActivation};
use crate::export::{Exported, GraphBuilder, Value};
use crate::kernels::Vector;
use crate::memory::{Allocator, Memory};
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

impl<const N: usize, A: ActivationFunction<T>, T: Scalar> Module for Activation<N, A, T> {
    type Input = Features<N>;
    type Output = Features<N>;
    type Options = ();
    type Cache<M: Memory> = ();

    const KIND: &'static str = "Activation";
    const ACTIVATIONS: &'static [&'static str] = &[A::NAME];

    fn cache<M: Memory>(_allocator: Allocator<M>) {}

    fn forward<M: Memory>(&self, (): &(), _mode: Mode<'_>, input: Tile<'_, T>, output: TileMut<'_, T>, (): &mut ()) {
        A::forward_from(input, output);
    }

    // dX = dY ⊙ f'(X)
    fn backward<M: Memory>(&self, (): &(), pass: Backward<'_, Self>, (): &mut ()) {
        let Some(gradient) = pass.input_gradient else { return };
        A::backward_to(A::KEEPS_INPUT.then_some(pass.input), pass.output, pass.output_gradient, gradient);
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
