use nalgebra::SVector;

use super::{Backward, Features, Layer, Mode, Purpose, Summary, Variable, WithScalar};
use crate::kernels::Vector;
#[cfg(feature = "onnx")]
use crate::onnx;
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};

/// `y = x` for a positive `x`, and `y = alpha · x` otherwise, with an `alpha` for each feature that is learned.
///
/// Written `PRelu(64)` in a network. Keras: `PReLU`. Source: He et al., "Delving Deep into Rectifiers", 2015.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct PRelu<const N: usize, T: Scalar = f32> {
    /// The slopes for negative numbers; 0 at first, as in Keras.
    pub alpha: SVector<T, N>,
}

// SAFETY: `repr(C)`, an array of the scalar.
unsafe impl<const N: usize, T: Scalar> Parameters for PRelu<N, T> {
    type Scalar = T;
}

impl<const N: usize, S: Scalar, T: Scalar> WithScalar<T> for PRelu<N, S> {
    type Layer = PRelu<N, T>;
}

impl<const N: usize, T: Scalar> Layer for PRelu<N, T> {
    type Input = Features<N>;
    type Output = Features<N>;
    type Options = ();
    type Cache = ();

    fn cache(_samples: usize, _purpose: Purpose) {}

    fn initialize(&mut self, (): &(), _generator: &mut Rng) {}

    fn forward(&self, (): &(), _mode: Mode<'_>, input: Tile<'_, T>, mut output: TileMut<'_, T>, (): &mut ()) {
        for feature in 0..N {
            let alpha = self.alpha[feature];
            let numbers = output.padded_feature(feature).iter_mut().zip(input.padded_feature(feature));
            numbers.for_each(|(y, &x)| *y = if x > T::zero() { x } else { alpha * x });
        }
    }

    // dalpha += Σ dY min(X, 0)
    // dX = dY where X > 0, alpha dY elsewhere
    fn backward(&self, (): &(), mut pass: Backward<'_, Self>, (): &mut ()) {
        let slopes = pass.output_gradient.as_tile();
        for feature in 0..N {
            let negative = pass.input.feature(feature).iter().zip(slopes.feature(feature));
            pass.gradient.alpha[feature] += negative.map(|(&x, &dy)| dy * x.min(T::zero())).sum::<T>();
            let Some(gradient) = &mut pass.input_gradient else { continue };
            let alpha = self.alpha[feature];
            let pairs = pass.input.padded_feature(feature).iter().zip(slopes.padded_feature(feature));
            for (dx, (&x, &dy)) in gradient.padded_feature(feature).iter_mut().zip(pairs) {
                *dx = if x > T::zero() { dy } else { alpha * dy };
            }
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, (): &(), input: &SVector<T, N>) -> SVector<T, N> {
        input.zip_map(&self.alpha, |x, alpha| if x > T::zero() { x } else { alpha * x })
    }

    #[cfg(feature = "onnx")]
    fn export(&self, _options: &Self::Options, graph: &mut onnx::Graph, inputs: &[onnx::Value]) -> onnx::Exported {
        let alpha = graph.constant("alpha", &[N], self.alpha.iter().map(|&number| Scalar::to_f64(number)));
        Ok(vec![graph.node("PRelu", &[&inputs[0], &alpha])])
    }

    fn summarize(name: &str, (): &(), summary: &mut Summary) {
        summary.row(name, "PRelu", N, [Variable::new("alpha", [N])]);
    }
}
