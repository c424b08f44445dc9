use core::marker::PhantomData;

use nalgebra::SVector;

use super::{Backward, Features, Mode, Module, TwiceDifferentiable, UNSIZED, WithScalar};
use crate::export::{Exported, GraphBuilder, Value};
use crate::kernels::{ScaleSample, Vector};
use crate::memory::{Allocator, Memory};
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::streams::{Coefficients, StreamGraph, Values};
use crate::tile::{Tile, TileMut};

/// `y = scale · x + offset`, with fixed constants.
///
/// Written `Rescaling(784, scale = 1.0 / 255.0)` in a network. Keras: `Rescaling(1 / 255)`.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Rescaling<const N: usize = UNSIZED, T = f32>(PhantomData<fn() -> T>);

/// Hyper-parameters of [`Rescaling`].
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
    /// Sets the factor: `scale = 0.5`. Defaults to 1.
    #[must_use]
    pub fn scale(self, scale: f64) -> Self {
        Self { scale, ..self }
    }
    /// Sets the constant to add: `offset = -1.0`. Defaults to 0.
    #[must_use]
    pub fn offset(self, offset: f64) -> Self {
        Self { offset, ..self }
    }
}

// SAFETY: `repr(C)`, zero-sized.
unsafe impl<const N: usize, T: Scalar> Parameters for Rescaling<N, T> {
    type Scalar = T;
}

impl<const N: usize, S, T: Scalar> WithScalar<T> for Rescaling<N, S> {
    type Layer = Rescaling<N, T>;
}

impl<const N: usize, T: Scalar> Module for Rescaling<N, T> {
    type Input = Features<N>;
    type Output = Features<N>;
    type Options = RescalingOptions;
    type Cache<M: Memory> = ();

    const KIND: &'static str = "Rescaling";
    const READS_OUTPUT: bool = false;
    const OPTIONS: &'static [&'static str] = &["scale", "offset"];

    fn cache<M: Memory>(_allocator: Allocator<M>) {}

    fn forward<M: Memory>(
        &self,
        options: &RescalingOptions,
        _mode: Mode<'_>,
        input: Tile<'_, T>,
        mut output: TileMut<'_, T>,
        (): &mut (),
    ) {
        let (scale, offset) = (T::from_f64(options.scale), T::from_f64(options.offset));
        for feature in 0..N {
            let (x, y) = (input.padded_feature(feature), output.padded_feature(feature));
            T::shift_and_scale([T::zero(), scale, offset], x, y);
        }
    }

    // dX = scale dY
    fn backward<M: Memory>(&self, options: &RescalingOptions, pass: Backward<'_, Self>, (): &mut ()) {
        let Some(mut gradient) = pass.input_gradient else { return };
        let (scale, dy) = (T::from_f64(options.scale), pass.output_gradient.as_tile());
        for feature in 0..N {
            let constants = [T::zero(), scale, T::zero()];
            T::shift_and_scale(constants, dy.padded_feature(feature), gradient.padded_feature(feature));
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, options: &RescalingOptions, input: &SVector<T, N>) -> SVector<T, N> {
        let [scale, offset] = [options.scale, options.offset].map(T::from_f64);
        // Fused into the next layer by the compiler.
        if const { V::LANES > 1 } {
            return input.map(|x| x * scale + offset);
        }
        let mut output = SVector::<T, N>::ZEROS;
        ScaleSample::new([scale, offset], &input.data.0[0], &mut output.data.0[0]).run_with::<V>();
        output
    }

    fn export(&self, options: &Self::Options, graph: &mut dyn GraphBuilder, inputs: &[Value]) -> Exported {
        let (scale, offset) = (graph.scalar("scale", options.scale), graph.scalar("offset", options.offset));
        let scaled = graph.node("Mul", &[inputs[0], scale]);
        Ok(graph.node("Add", &[scaled, offset]).into())
    }

    fn trace(&self, options: &RescalingOptions, graph: &mut dyn StreamGraph<T>, inputs: &[Value]) -> Values {
        let [scale, offset] = [options.scale, options.offset].map(Coefficients::Uniform);
        graph.scale(inputs[0], scale, offset).into()
    }
}

impl<const N: usize, T: Scalar, Any> TwiceDifferentiable<Any> for Rescaling<N, T> {}
