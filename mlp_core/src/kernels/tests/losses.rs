//! The losses. What lies in the padding of predictions and targets is NaN here: it must not reach the sum, and the
//! padding of the gradient must be zero, as `weight_gradient` asks for it.

use super::super::dispatch::Kernel;
use super::super::evaluation::{ElementwiseEvaluation, ElementwiseLoss, SparseCrossentropy};
use super::super::vector::Vector;
use super::{Exact, FEATURES, Number, SAMPLES, at, for_both_scalars, nothing, samples};
use crate::losses::{LossInput, MeanAbsoluteError, MeanSquaredError, MetricInput};
use crate::scalar::Scalar;
use crate::tile::{Buffer, Tile};

for_both_scalars! { mean_squared_error mean_absolute_error sparse_categorical_crossentropy }

/// An evaluation with a gradient of its own, which is NaN at first.
struct Own<'a, T, F> {
    predictions: Tile<'a, T>,
    targets: Tile<'a, T>,
    scale: T,
    evaluation: F,
}

impl<T: Scalar, F: Evaluation<T>> Kernel<T> for Own<'_, T, F> {
    type Output = (f64, Buffer<T>);

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> Self::Output {
        let Self { predictions, targets, scale, .. } = self;
        let (features, samples) = (predictions.features(), predictions.samples());
        let mut gradient = nothing(features, samples);
        let tile = Some(gradient.tile_mut(features, samples));
        let pairs = MetricInput { predictions, targets, weights: None };
        let sum = self.evaluation.run::<V>(LossInput { pairs, gradient: tile, scale });
        (sum, gradient)
    }
}

/// The kernel of a loss.
trait Evaluation<T> {
    fn run<V: Vector<Scalar = T>>(self, input: LossInput<'_, T>) -> f64;
}

impl<T: Scalar, L: ElementwiseLoss> Evaluation<T> for L {
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self, input: LossInput<'_, T>) -> f64 {
        ElementwiseEvaluation::<_, L>::new(input).run::<V>()
    }
}

struct Crossentropy;

impl<T: Scalar> Evaluation<T> for &Crossentropy {
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self, input: LossInput<'_, T>) -> f64 {
        SparseCrossentropy(input).run::<V>()
    }
}

fn mean_squared_error<T: Number>() {
    elementwise::<T, _>(MeanSquaredError, |error| error * error, |error| 2.0 * error);
}

fn mean_absolute_error<T: Number>() {
    elementwise::<T, _>(MeanAbsoluteError, f64::abs, f64::signum);
}

fn elementwise<T: Number, L: ElementwiseLoss + Copy>(loss: L, value: fn(f64) -> f64, slope: fn(f64) -> f64) {
    for (features, count) in shapes() {
        let [predictions, targets] = [1, 2].map(|seed| samples(features, count, seed, T::nan()));
        let (predictions, targets) = (predictions.tile(features, count), targets.tile(features, count));
        let error = |feature, sample| at(predictions, feature, sample) - at(targets, feature, sample);
        let share = 1.0 / features as f64;
        let mut sum = Exact::default();
        for (feature, sample) in places(features, count) {
            sum.add(value(error(feature, sample)) * share);
        }
        let scale = T::from_f64(1.0 / count as f64);
        let gradient = |feature, sample| slope(error(feature, sample)) * share * scale.to_f64();
        T::dispatch_to_each(
            || Own { predictions, targets, scale, evaluation: loss },
            |set, found| {
                check(&format!("{set}, {features} features, {count} samples"), (features, count), sum, gradient, found)
            },
        );
    }
}

fn sparse_categorical_crossentropy<T: Number>() {
    for (classes, count) in shapes().filter(|&(classes, _)| classes > 1) {
        let (logits, mut targets) = (samples(classes, count, 1, T::nan()), nothing(1, count));
        for (sample, target) in targets.tile_mut(1, count).feature(0).iter_mut().enumerate() {
            *target = T::from_f64((sample * 7 % classes) as f64);
        }
        let (predictions, targets) = (logits.tile(classes, count), targets.tile(1, count));
        let exponential = |class, sample| at(predictions, class, sample).exp();
        let sum_of = |sample| (0..classes).map(|class| exponential(class, sample)).sum::<f64>();
        let sums: Vec<f64> = (0..count).map(sum_of).collect();
        let mut sum = Exact::default();
        for (sample, exponentials) in sums.iter().enumerate() {
            sum.add(exponentials.ln() - at(predictions, sample * 7 % classes, sample));
        }
        // The sum of the exponentials rounds once for each class.
        sum.terms += classes;
        let scale = T::from_f64(1.0 / count as f64);
        let gradient = |class, sample: usize| {
            let target = if class == sample * 7 % classes { 1.0 } else { 0.0 };
            (exponential(class, sample) / sums[sample] - target) * scale.to_f64()
        };
        T::dispatch_to_each(
            || Own { predictions, targets, scale, evaluation: &Crossentropy },
            |set, found| {
                check(&format!("{set}, {classes} classes, {count} samples"), (classes, count), sum, gradient, found)
            },
        );
    }
}

fn check<T: Scalar>(
    what: &str,
    (features, count): (usize, usize),
    sum: Exact,
    gradient: impl Fn(usize, usize) -> f64,
    (found, mut slopes): (f64, Buffer<T>),
) {
    sum.check(T::from_f64(found), || what.to_owned());
    let mut slopes = slopes.tile_mut(features, count);
    for feature in 0..features {
        let (real, padding) = slopes.padded_feature(feature).split_at(count);
        assert!(padding.iter().all(|slope| slope.is_zero()), "{what}: the gradient's padding");
        for (sample, &slope) in real.iter().enumerate() {
            let expected = gradient(feature, sample);
            // Each class rounds once; the largest slope is that of an error of 2.
            let bound = (16 + features) as f64 * T::epsilon().to_f64() / count as f64;
            assert!((slope.to_f64() - expected).abs() <= bound, "{what}: {slope} is not {expected}");
        }
    }
}

fn places(features: usize, samples: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..features).flat_map(move |feature| (0..samples).map(move |sample| (feature, sample)))
}

/// Features and samples.
fn shapes() -> impl Iterator<Item = (usize, usize)> {
    FEATURES.into_iter().flat_map(|features| SAMPLES.map(|samples| (features, samples)))
}
