use nalgebra::SVector;

use super::{Backward, Features, Mode, Module, TwiceDifferentiable, UNSIZED, UpdateRule, Variable, WithScalar};
use crate::export::{Exported, GraphBuilder, Value};
use crate::kernels::{self, StandardizeSample, Vector};
use crate::memory::{Allocator, Memory};
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::streams::{Coefficients, StreamGraph, Values};
use crate::tile::{Tile, TileMut};

/// `y = (x − mean) / √variance`, feature by feature, with the mean and the variance of the data passed to `adapt`.
///
/// Written `Normalization(17)` in a network. Call `network.normalization_1.adapt(&x)?` before training. Training does not
/// change it, and it is saved with the network. Keras: `Normalization`.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Normalization<const N: usize = UNSIZED, T: Scalar = f32> {
    /// Mean of each feature, initially 0.
    pub mean: SVector<T, N>,
    /// Variance of each feature, initially 1.
    pub variance: SVector<T, N>,
}

/// Minimum standard deviation, as in Keras.
const MIN_DEVIATION: f64 = 1e-7;

impl<const N: usize, T: Scalar> Normalization<N, T> {
    fn factor(&self, feature: usize) -> T {
        self.variance[feature].sqrt().max(T::from_f64(MIN_DEVIATION)).recip()
    }
}

// SAFETY: `repr(C)`, two arrays of the scalar.
unsafe impl<const N: usize, T: Scalar> Parameters for Normalization<N, T> {
    type Scalar = T;
}

impl<const N: usize, S: Scalar, T: Scalar> WithScalar<T> for Normalization<N, S> {
    type Layer = Normalization<N, T>;
}

impl<const N: usize, T: Scalar> Module for Normalization<N, T> {
    type Input = Features<N>;
    type Output = Features<N>;
    type Options = ();
    type Cache<M: Memory> = ();

    const KIND: &'static str = "Normalization";
    const READS_OUTPUT: bool = false;
    const VARIABLES: &'static [Variable] =
        &[Variable::vector("mean", N).kept(), Variable::vector("variance", N).kept()];

    fn cache<M: Memory>(_allocator: Allocator<M>) {}

    fn initialize(&mut self, (): &(), _rng: &mut Rng) {
        self.variance.fill(T::one());
    }

    fn forward<M: Memory>(
        &self,
        (): &(),
        _mode: Mode<'_>,
        input: Tile<'_, T>,
        mut output: TileMut<'_, T>,
        (): &mut (),
    ) {
        for feature in 0..N {
            let constants = [self.mean[feature], self.factor(feature), T::zero()];
            T::shift_and_scale(constants, input.padded_feature(feature), output.padded_feature(feature));
        }
    }

    // dX = dY / √variance
    fn backward<M: Memory>(&self, (): &(), pass: Backward<'_, Self>, (): &mut ()) {
        let Some(mut gradient) = pass.input_gradient else { return };
        let dy = pass.output_gradient.as_tile();
        for feature in 0..N {
            let constants = [T::zero(), self.factor(feature), T::zero()];
            T::shift_and_scale(constants, dy.padded_feature(feature), gradient.padded_feature(feature));
        }
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = T>>(&self, (): &(), input: &SVector<T, N>) -> SVector<T, N> {
        let mut output = SVector::<T, N>::ZEROS;
        let rule = kernels::Normalization {
            centered: true,
            share: T::one(),
            epsilon: T::zero(),
            max_inverse: T::from_f64(1.0 / MIN_DEVIATION),
            scale: &[],
            offset: &[],
        };
        let statistics = [self.mean.as_slice(), self.variance.as_slice()];
        StandardizeSample::new(rule, statistics, &input.data.0[0], &mut output.data.0[0]).run_with::<V>();
        output
    }

    fn update(&mut self, (): &(), _gradient: &Self, _rule: UpdateRule<'_, T>) {}

    fn export(&self, _options: &Self::Options, graph: &mut dyn GraphBuilder, inputs: &[Value]) -> Exported {
        let mean = graph.constant("mean", &[N], self.mean.iter().map(|&value| Scalar::to_f64(value)));
        let factors = (0..N).map(|feature| Scalar::to_f64(self.factor(feature)));
        let factors = graph.constant("factor", &[N], factors);
        let centered = graph.node("Sub", &[inputs[0], mean]);
        Ok(graph.node("Mul", &[centered, factors]).into())
    }

    fn trace(&self, (): &(), graph: &mut dyn StreamGraph<T>, inputs: &[Value]) -> Values {
        // The difference first, as in `forward`: a mean may be much larger than the deviation.
        let (mean, factors) = (-self.mean, SVector::<T, N>::from_fn(|feature, _| self.factor(feature)));
        let centered = graph.scale(inputs[0], Coefficients::Uniform(1.0), Coefficients::Kept(mean.as_slice()));
        graph.scale(centered, Coefficients::Kept(factors.as_slice()), Coefficients::Uniform(0.0)).into()
    }
}

impl<const N: usize, T: Scalar, Any> TwiceDifferentiable<Any> for Normalization<N, T> {}
