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

/// `y = x / √(Σ x²)`, with the sum over a sample's features: every sample has the length 1.
///
/// A sample of zeros stays one. Written `UnitNormalization(64)` in a network. Keras: `UnitNormalization`.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct UnitNormalization<const N: usize, T = f32>(PhantomData<fn() -> T>);

/// Keras: no sample is divided by less.
const LEAST: f64 = 1e-12;

// SAFETY: `repr(C)`, nothing of size.
unsafe impl<const N: usize, T: Scalar> Parameters for UnitNormalization<N, T> {
    type Scalar = T;
}

impl<const N: usize, S, T: Scalar> WithScalar<T> for UnitNormalization<N, S> {
    type Layer = UnitNormalization<N, T>;
}

/// `1 / √(Σ x²)`, and whether it depends on `x`.
#[inline(always)]
fn inverse<const N: usize, T: Scalar>(number: impl Fn(usize) -> T) -> (T, bool) {
    let inverse = (0..N).map(|feature| number(feature) * number(feature)).sum::<T>().sqrt().recip();
    let most = T::from_f64(1.0 / LEAST);
    if inverse < most { (inverse, true) } else { (most, false) }
}

impl<const N: usize, T: Scalar> Layer for UnitNormalization<N, T> {
    type Input = Features<N>;
    type Output = Features<N>;
    type Options = ();
    type Cache = ();

    fn cache(_samples: usize, _purpose: Purpose) {}

    fn initialize(&mut self, (): &(), _generator: &mut Rng) {}

    fn forward(&self, (): &(), _mode: Mode<'_>, input: Tile<'_, T>, mut output: TileMut<'_, T>, (): &mut ()) {
        for sample in 0..input.padded_samples() {
            let number = |feature: usize| input.padded_feature(feature)[sample];
            let (inverse, _) = inverse::<N, T>(number);
            for feature in 0..N {
                output.padded_feature(feature)[sample] = number(feature) * inverse;
            }
        }
    }

    // dX = (dY − y Σ y dY) / √(Σ x²), summed over the features
    fn backward(&self, (): &(), pass: Backward<'_, Self>, (): &mut ()) {
        let Some(mut gradient) = pass.input_gradient else { return };
        let slopes = pass.output_gradient.as_tile();
        for sample in 0..pass.input.samples() {
            let number = |feature: usize| pass.input.feature(feature)[sample];
            let slope = |feature: usize| slopes.feature(feature)[sample];
            let (inverse, depends) = inverse::<N, T>(number);
            let along = (0..N).map(|feature| slope(feature) * number(feature) * inverse).sum::<T>();
            let along = if depends { along } else { T::zero() };
            for feature in 0..N {
                gradient.feature(feature)[sample] = (slope(feature) - number(feature) * inverse * along) * inverse;
            }
        }
        (0..N).for_each(|feature| gradient.clear_padding(feature));
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, (): &(), input: &SVector<T, N>) -> SVector<T, N> {
        let (inverse, _) = inverse::<N, T>(|feature| input[feature]);
        SVector::from_fn(|feature, _| input[feature] * inverse)
    }

    #[cfg(feature = "onnx")]
    fn export(&self, _options: &Self::Options, graph: &mut onnx::Graph, inputs: &[onnx::Value]) -> onnx::Exported {
        let least = graph.scalar("least", LEAST);
        let squares = graph.node("Mul", &[&inputs[0], &inputs[0]]);
        let sum = graph.sum(&squares);
        let length = graph.node("Sqrt", &[&sum]);
        let length = graph.node("Max", &[&length, &least]);
        Ok(vec![graph.node("Div", &[&inputs[0], &length])])
    }

    fn summarize(name: &str, (): &(), summary: &mut Summary) {
        summary.row(name, "UnitNormalization", N, []);
    }
}
