use core::marker::PhantomData;

use nalgebra::SVector;

use super::{Backward, Features, Layer, Mode, Purpose, Summary, WithScalar};
use crate::kernels::Vector;
#[cfg(feature = "onnx")]
use crate::onnx;
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// `y = scale · x + offset`, with constants.
///
/// Written `Rescaling(784, scale = 1.0 / 255.0)` in a network. Keras: `Rescaling(1 / 255)`.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Rescaling<const N: usize, T = f32>(PhantomData<fn() -> T>);

/// The hyper-parameters of [`Rescaling`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RescalingOptions {
    scale: f64,
    offset: f64,
}

impl Default for RescalingOptions {
    fn default() -> Self {
        Self { scale: 1.0, offset: 0.0 }
    }
}

impl RescalingOptions {
    /// What is multiplied by: `scale = 0.5`.
    #[must_use]
    pub fn scale(self, scale: f64) -> Self {
        Self { scale, ..self }
    }
    /// What is added then: `offset = -1.0`.
    #[must_use]
    pub fn offset(self, offset: f64) -> Self {
        Self { offset, ..self }
    }
}

// SAFETY: `repr(C)`, nothing of size.
unsafe impl<const N: usize, T: Scalar> Parameters for Rescaling<N, T> {
    type Scalar = T;
}

impl<const N: usize, S, T: Scalar> WithScalar<T> for Rescaling<N, S> {
    type Layer = Rescaling<N, T>;
}

impl<const N: usize, T: Scalar> Layer for Rescaling<N, T> {
    type Input = Features<N>;
    type Output = Features<N>;
    type Options = RescalingOptions;
    type Cache = ();

    fn cache(_samples: usize, _purpose: Purpose) {}

    fn initialize(&mut self, _options: &RescalingOptions, _generator: &mut Rng) {}

    fn forward(
        &self,
        options: &RescalingOptions,
        _mode: Mode<'_>,
        input: Tile<'_, T>,
        mut output: TileMut<'_, T>,
        (): &mut (),
    ) {
        let (scale, offset) = (T::from_f64(options.scale), T::from_f64(options.offset));
        for feature in 0..N {
            let numbers = output.padded_feature(feature).iter_mut().zip(input.padded_feature(feature));
            numbers.for_each(|(y, &x)| *y = x * scale + offset);
        }
    }

    // dX = scale dY
    fn backward(&self, options: &RescalingOptions, pass: Backward<'_, Self>, (): &mut ()) {
        let Some(mut gradient) = pass.input_gradient else { return };
        let (scale, slopes) = (T::from_f64(options.scale), pass.output_gradient.as_tile());
        for feature in 0..N {
            let numbers = gradient.padded_feature(feature).iter_mut().zip(slopes.padded_feature(feature));
            numbers.for_each(|(dx, &dy)| *dx = dy * scale);
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, options: &RescalingOptions, input: &SVector<T, N>) -> SVector<T, N> {
        let (scale, offset) = (T::from_f64(options.scale), T::from_f64(options.offset));
        input.map(|x| x * scale + offset)
    }

    #[cfg(feature = "onnx")]
    fn export(&self, options: &Self::Options, graph: &mut onnx::Graph, inputs: &[onnx::Value]) -> onnx::Exported {
        let (scale, offset) = (graph.scalar("scale", options.scale), graph.scalar("offset", options.offset));
        let scaled = graph.node("Mul", &[&inputs[0], &scale]);
        Ok(vec![graph.node("Add", &[&scaled, &offset])])
    }

    fn summarize(name: &str, _options: &Self::Options, summary: &mut Summary) {
        summary.row(name, "Rescaling", N, []);
    }
}
