//! Losses over a tile: the sum of the samples' losses, and the gradient by the predictions.

use core::marker::PhantomData;

use super::dispatch::Kernel;
use super::math;
use super::vector::{Vector, splat};
use crate::losses::{LossInput, MetricInput};
use crate::scalar::Scalar;

/// A loss that is the mean, over the outputs, of a function of one prediction and one target.
pub trait ElementwiseLoss {
    /// The function.
    fn value<V: Vector<Scalar: Scalar>>(prediction: V, target: V) -> V;
    /// Its derivative by the prediction.
    fn slope<V: Vector<Scalar: Scalar>>(prediction: V, target: V) -> V;
}

/// A loss with kernels that are compiled in this crate, one for each scalar type.
pub trait LossKernel {
    /// See [`crate::losses::Loss::evaluate`].
    fn evaluate_f32(input: LossInput<'_, f32>) -> f64;
    /// See [`crate::losses::Loss::evaluate`].
    fn evaluate_f64(input: LossInput<'_, f64>) -> f64;
}

/// A scalar type that selects its kernel of a loss.
pub trait EvaluateLoss: Sized {
    /// See [`crate::losses::Loss::evaluate`].
    fn evaluate_loss<L: LossKernel>(input: LossInput<'_, Self>) -> f64;
}

impl EvaluateLoss for f32 {
    #[inline]
    fn evaluate_loss<L: LossKernel>(input: LossInput<'_, f32>) -> f64 {
        L::evaluate_f32(input)
    }
}

impl EvaluateLoss for f64 {
    #[inline]
    fn evaluate_loss<L: LossKernel>(input: LossInput<'_, f64>) -> f64 {
        L::evaluate_f64(input)
    }
}

/// Implements [`LossKernel`] by a kernel made of the input.
macro_rules! loss_kernel {
    ($loss:ty, $kernel:expr) => {
        impl $crate::kernels::LossKernel for $loss {
            fn evaluate_f32(input: $crate::losses::LossInput<'_, f32>) -> f64 {
                $crate::kernels::Dispatch::dispatch($kernel(input))
            }
            fn evaluate_f64(input: $crate::losses::LossInput<'_, f64>) -> f64 {
                $crate::kernels::Dispatch::dispatch($kernel(input))
            }
        }
    };
}
pub(crate) use loss_kernel;

/// Evaluates an [`ElementwiseLoss`].
pub(crate) struct ElementwiseEvaluation<'a, T, L> {
    input: LossInput<'a, T>,
    loss: PhantomData<L>,
}

impl<'a, T, L> ElementwiseEvaluation<'a, T, L> {
    pub(crate) fn new(input: LossInput<'a, T>) -> Self {
        let LossInput { pairs: MetricInput { predictions, targets, .. }, gradient, .. } = &input;
        assert_eq!(predictions.features(), targets.features(), "features of predictions and targets");
        assert_eq!(predictions.samples(), targets.samples(), "samples of predictions and targets");
        if let Some(gradient) = gradient {
            assert_eq!(gradient.features(), predictions.features(), "features of a gradient");
            assert_eq!(gradient.samples(), predictions.samples(), "samples of a gradient");
        }
        Self { input, loss: PhantomData }
    }
}

impl<T: Scalar, L: ElementwiseLoss> Kernel<T> for ElementwiseEvaluation<'_, T, L> {
    type Output = f64;

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> f64 {
        let LossInput { pairs, mut gradient, scale } = self.input;
        let MetricInput { predictions, targets, weights } = pairs;
        let (features, samples) = (predictions.features(), predictions.samples());
        let share = 1.0 / features as f64;
        let factor = V::splat(scale * T::from_f64(share));
        let mut sum = V::splat(T::zero());
        for feature in 0..features {
            for sample in (0..predictions.padded_samples()).step_by(V::LANES) {
                let real = lanes_below::<V>(samples, sample);
                // SAFETY: `sample` runs over whole registers of padded tiles, whose sizes `new` has compared.
                unsafe {
                    let prediction = V::load(predictions.as_ptr().add(feature * predictions.stride() + sample));
                    let target = V::load(targets.as_ptr().add(feature * targets.stride() + sample));
                    let weigh = weigh::<V>(weights, sample);
                    sum = sum.add(real.if_positive(weigh(L::value(prediction, target)), V::splat(T::zero())));
                    if let Some(gradient) = &mut gradient {
                        let slope = weigh(L::slope(prediction, target).mul(factor));
                        let slope = real.if_positive(slope, V::splat(T::zero()));
                        slope.store(gradient.as_mut_ptr().add(feature * gradient.stride() + sample));
                    }
                }
            }
        }
        sum.sum().to_f64() * share
    }
}

/// Multiplies by the weights of the samples from `first` on.
///
/// # Panics
/// If there are fewer.
#[inline(always)]
fn weigh<V: Vector>(weights: Option<&[V::Scalar]>, first: usize) -> impl Fn(V) -> V {
    // SAFETY: the slice is a whole register.
    let weights = weights.map(|weights| unsafe { V::load(weights[first..first + V::LANES].as_ptr()) });
    #[inline(always)]
    move |value: V| weights.map_or(value, |weights| value.mul(weights))
}

/// Positive in the lanes, counted from `first`, that are below `count`: the samples that are not padding.
#[inline(always)]
fn lanes_below<V: Vector<Scalar: Scalar>>(count: usize, first: usize) -> V {
    V::splat(V::Scalar::from_f64(count as f64 - first as f64 - 0.5)).sub(V::lane_numbers())
}

/// The cross-entropy of a softmax with class indices.
pub(crate) struct SparseCrossentropy<'a, T>(pub(crate) LossInput<'a, T>);

impl<T: Scalar> Kernel<T> for SparseCrossentropy<'_, T> {
    type Output = f64;

    // m = maxₖ zₖ,  s = Σₖ exp(zₖ − m)
    // loss = ln s + m − z_c
    // ∂loss/∂zₖ = exp(zₖ − m) / s − [k = c]
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> f64 {
        let LossInput { pairs, mut gradient, scale } = self.0;
        let MetricInput { predictions, targets, weights } = pairs;
        assert_eq!(targets.features(), 1, "one class index a sample");
        assert_eq!(predictions.samples(), targets.samples(), "samples of predictions and targets");
        let (zero, one, factor) = (V::splat(T::zero()), V::splat(T::one()), V::splat(scale));
        let mut total = 0.0;
        for sample in (0..predictions.padded_samples()).step_by(V::LANES) {
            let real = lanes_below::<V>(predictions.samples(), sample);
            // SAFETY: `sample` runs over whole registers of padded tiles of the same number of samples.
            let logits =
                |feature| unsafe { V::load(predictions.as_ptr().add(feature * predictions.stride() + sample)) };
            // SAFETY: as above; the targets have one feature.
            let class = unsafe { V::load(targets.as_ptr().add(sample)) };
            let is_class = |feature: usize| {
                let distance = class.sub(splat(feature as f64));
                splat::<V>(0.5).sub(distance.max(zero.sub(distance)))
            };

            let most = (1..predictions.features()).fold(logits(0), |most, feature| most.max(logits(feature)));
            let (mut sum, mut chosen) = (zero, zero);
            for feature in 0..predictions.features() {
                sum = sum.add(math::exp(logits(feature).sub(most)));
                chosen = is_class(feature).if_positive(logits(feature).sub(most), chosen);
            }
            // The logarithm of a few sums a register costs nothing beside the exponentials.
            let weigh = weigh::<V>(weights, sample);
            for_each_lane(real, [sum, chosen, weigh(one)], |[sum, chosen, weight]| {
                total += (sum.ln().to_f64() - chosen.to_f64()) * weight.to_f64();
            });

            if let Some(gradient) = &mut gradient {
                for feature in 0..predictions.features() {
                    let probability = math::exp(logits(feature).sub(most)).div(sum);
                    let slope = weigh(probability.sub(is_class(feature).if_positive(one, zero)).mul(factor));
                    let target = &mut gradient.padded_feature(feature)[sample..sample + V::LANES];
                    // SAFETY: the slice is a whole register.
                    unsafe { real.if_positive(slope, zero).store(target.as_mut_ptr()) };
                }
            }
        }
        total
    }
}

/// Calls `f` with the numbers of each lane in which `real` is positive.
#[inline(always)]
fn for_each_lane<V: Vector<Scalar: Scalar>, const COUNT: usize>(
    real: V,
    vectors: [V; COUNT],
    mut f: impl FnMut([V::Scalar; COUNT]),
) {
    let lanes = |vector: V| {
        let mut lanes = [<V::Scalar as num_traits::Zero>::zero(); crate::tile::LANES];
        // SAFETY: no register is wider than `LANES`.
        unsafe { vector.store(lanes.as_mut_ptr()) };
        lanes
    };
    let (real, vectors) = (lanes(real), vectors.map(lanes));
    for lane in 0..V::LANES {
        if real[lane] > num_traits::Zero::zero() {
            f(vectors.map(|vector| vector[lane]));
        }
    }
}
