use core::fmt;
use core::marker::PhantomData;

use nalgebra::SVector;

use super::{Backward, Features, Layer, Mode, Purpose, Summary, WithScalar};
use crate::activations::ActivationFunction;
use crate::kernels::Vector;
#[cfg(feature = "onnx")]
use crate::onnx;
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// `y = f(x)`: an activation as a layer of its own, for where it does not follow a layer at once.
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

// SAFETY: `repr(C)`, nothing of size.
unsafe impl<const N: usize, A: 'static, T: Scalar> Parameters for Activation<N, A, T> {
    type Scalar = T;
}

impl<const N: usize, A: ActivationFunction<T>, S, T: Scalar> WithScalar<T> for Activation<N, A, S> {
    type Layer = Activation<N, A, T>;
}

impl<const N: usize, A: ActivationFunction<T>, T: Scalar> Layer for Activation<N, A, T> {
    type Input = Features<N>;
    type Output = Features<N>;
    type Options = ();
    type Cache = ();

    fn cache(_samples: usize, _purpose: Purpose) {}

    fn initialize(&mut self, (): &(), _generator: &mut Rng) {}

    fn forward(&self, (): &(), _mode: Mode<'_>, input: Tile<'_, T>, mut output: TileMut<'_, T>, (): &mut ()) {
        output.copy_from(input);
        A::forward(output);
    }

    // dX = dY ⊙ f'(X)
    fn backward(&self, (): &(), mut pass: Backward<'_, Self>, (): &mut ()) {
        let Some(mut gradient) = pass.input_gradient else { return };
        A::backward(A::KEEPS_INPUT.then_some(pass.input), pass.output, pass.output_gradient.reborrow());
        gradient.copy_from(pass.output_gradient.as_tile());
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, (): &(), input: &SVector<T, N>) -> SVector<T, N> {
        let mut output = *input;
        A::apply::<V>(output.as_mut_slice());
        output
    }

    #[cfg(feature = "onnx")]
    fn export(&self, _options: &Self::Options, graph: &mut onnx::Graph, inputs: &[onnx::Value]) -> onnx::Exported {
        Ok(vec![A::export(graph, &inputs[0])?])
    }

    fn summarize(name: &str, (): &(), summary: &mut Summary) {
        summary.row(name, "Activation", N, []);
    }
}
