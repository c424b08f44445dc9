use nalgebra::SVector;
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

use super::{Backward, Features, Layer, Mode, Purpose, Summary, UpdateRule, Variable, WithScalar};
use crate::kernels::Vector;
#[cfg(feature = "onnx")]
use crate::onnx;
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Tile, TileMut};
use crate::training::{Data, DataError};

/// `y = (x − mean) / √variance`, feature by feature, with the mean and the variance of the data it was adapted to.
///
/// Written `Normalization(17)` in a network, and adapted before training: `model.normalization_1.adapt(&x)?`. Training does
/// not change it, and it is saved with the model. Keras: `Normalization`.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Normalization<const N: usize, T: Scalar = f32> {
    /// The mean of each feature; 0 at first.
    pub mean: SVector<T, N>,
    /// The variance of each feature; 1 at first.
    pub variance: SVector<T, N>,
}

/// Keras: no feature is divided by less.
const LEAST: f64 = 1e-7;

impl<const N: usize, T: Scalar> Normalization<N, T> {
    /// Takes the mean and the variance of each feature from some data.
    ///
    /// # Errors
    /// If there are no samples, or a number is NaN or infinite; nothing changes then.
    pub fn adapt(&mut self, x: &(impl Data<T, Features<N>> + ?Sized)) -> Result<(), DataError> {
        crate::training::check_inputs(x)?;
        let count = x.samples() as f64;
        for feature in 0..N {
            let numbers = || (0..x.samples()).map(|sample| Scalar::to_f64(x.get(sample, feature)));
            let mean = numbers().sum::<f64>() / count;
            let variance = numbers().map(|number| (number - mean).powi(2)).sum::<f64>() / count;
            (self.mean[feature], self.variance[feature]) = (T::from_f64(mean), T::from_f64(variance));
        }
        Ok(())
    }

    fn factor(&self, feature: usize) -> T {
        self.variance[feature].sqrt().max(T::from_f64(LEAST)).recip()
    }
}

// SAFETY: `repr(C)`, two arrays of the scalar.
unsafe impl<const N: usize, T: Scalar> Parameters for Normalization<N, T> {
    type Scalar = T;
}

impl<const N: usize, S: Scalar, T: Scalar> WithScalar<T> for Normalization<N, S> {
    type Layer = Normalization<N, T>;
}

impl<const N: usize, T: Scalar> Layer for Normalization<N, T> {
    type Input = Features<N>;
    type Output = Features<N>;
    type Options = ();
    type Cache = ();

    fn cache(_samples: usize, _purpose: Purpose) {}

    fn initialize(&mut self, (): &(), _generator: &mut Rng) {
        self.variance.fill(T::one());
    }

    fn forward(&self, (): &(), _mode: Mode<'_>, input: Tile<'_, T>, mut output: TileMut<'_, T>, (): &mut ()) {
        for feature in 0..N {
            let (mean, factor) = (self.mean[feature], self.factor(feature));
            let numbers = output.padded_feature(feature).iter_mut().zip(input.padded_feature(feature));
            numbers.for_each(|(y, &x)| *y = (x - mean) * factor);
        }
    }

    // dX = dY / √variance
    fn backward(&self, (): &(), pass: Backward<'_, Self>, (): &mut ()) {
        let Some(mut gradient) = pass.input_gradient else { return };
        let slopes = pass.output_gradient.as_tile();
        for feature in 0..N {
            let factor = self.factor(feature);
            let numbers = gradient.padded_feature(feature).iter_mut().zip(slopes.padded_feature(feature));
            numbers.for_each(|(dx, &dy)| *dx = dy * factor);
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, (): &(), input: &SVector<T, N>) -> SVector<T, N> {
        SVector::from_fn(|feature, _| (input[feature] - self.mean[feature]) * self.factor(feature))
    }

    /// Training changes nothing here.
    fn update(&mut self, (): &(), _gradient: &Self, _rule: UpdateRule<'_, T>) {}

    #[cfg(feature = "onnx")]
    fn export(&self, _options: &Self::Options, graph: &mut onnx::Graph, inputs: &[onnx::Value]) -> onnx::Exported {
        let mean = graph.constant("mean", &[N], self.mean.iter().map(|&number| Scalar::to_f64(number)));
        let factors = (0..N).map(|feature| Scalar::to_f64(self.factor(feature)));
        let factors = graph.constant("factor", &[N], factors);
        let centered = graph.node("Sub", &[&inputs[0], &mean]);
        Ok(vec![graph.node("Mul", &[&centered, &factors])])
    }

    fn summarize(name: &str, (): &(), summary: &mut Summary) {
        let variables = ["mean", "variance"].map(|variable| Variable::new(variable, [N]).trained(false));
        summary.row(name, "Normalization", N, variables);
    }
}
