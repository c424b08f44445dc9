//! Tests of the loss kernels. The padding of predictions and targets is NaN and must not propagate to the sum. The
//! padding of the gradient must be zero, as `weight_gradient` expects.

use super::super::dispatch::Kernel;
use super::super::evaluation::{ElementwiseEvaluation, ElementwiseLoss, LossTiles};
use super::super::math::Elementary;
use super::super::sample_losses::SampleEvaluation;
use super::super::vector::{Vector, splat};
use super::{Element, Exact, FEATURES, SAMPLES, at, for_both_scalars, nan_samples, random_samples};
use crate::losses::SparseCategoricalCrossentropy;
use crate::real::Real;
use crate::tile::{Buffer, Tile};

for_both_scalars! { squared_error absolute_error sparse_crossentropy tiny_gradients }

/// An evaluation that owns its gradient, which is NaN at first.
struct OwnedEvaluation<'a, T, F> {
    predictions: Tile<'a, T>,
    targets: Tile<'a, T>,
    scale: T,
    evaluation: F,
}

impl<T: Elementary, F: Evaluation<T>> Kernel<T> for OwnedEvaluation<'_, T, F> {
    type Output = (f64, Buffer<T>);

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> Self::Output {
        let Self { predictions, targets, scale, .. } = self;
        let (features, samples) = (predictions.features(), predictions.samples());
        let mut gradient = nan_samples(features, samples);
        let tile = Some(gradient.tile_mut(features, samples));
        let sum = self.evaluation.run::<V>(LossTiles { predictions, targets, weights: None, gradient: tile, scale });
        (sum, gradient)
    }
}

/// The kernel of a loss.
trait Evaluation<T> {
    fn run<V: Vector<Scalar = T>>(self, tiles: LossTiles<'_, T>) -> f64;
}

impl<T: Elementary, L: ElementwiseLoss> Evaluation<T> for L {
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self, tiles: LossTiles<'_, T>) -> f64 {
        ElementwiseEvaluation::new(self, tiles).run::<V>()
    }
}

/// Selects the kernel of [`SparseCategoricalCrossentropy`].
struct Crossentropy;

impl<T: Elementary> Evaluation<T> for &Crossentropy {
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self, tiles: LossTiles<'_, T>) -> f64 {
        SampleEvaluation::new(SparseCategoricalCrossentropy::new(), tiles).run::<V>()
    }
}

/// `(ŷ − y)²`
#[derive(Clone, Copy)]
struct SquaredError;

impl ElementwiseLoss for SquaredError {
    #[inline(always)]
    fn value_and_derivative<V: Vector<Scalar: Elementary>>(&self, prediction: V, target: V) -> (V, V) {
        let error = prediction.sub(target);
        (error.mul(error), error.add(error))
    }
}

/// `|ŷ − y|`
#[derive(Clone, Copy)]
struct AbsoluteError;

impl ElementwiseLoss for AbsoluteError {
    #[inline(always)]
    fn value_and_derivative<V: Vector<Scalar: Elementary>>(&self, prediction: V, target: V) -> (V, V) {
        let error = prediction.sub(target);
        (error.max(target.sub(prediction)), error.select_positive(splat(1.0), splat(-1.0)))
    }
}

fn squared_error<T: Element>() {
    elementwise::<T, _>(SquaredError, |error| error * error, |error| 2.0 * error);
}

fn absolute_error<T: Element>() {
    elementwise::<T, _>(AbsoluteError, f64::abs, f64::signum);
}

fn elementwise<T: Element, L: ElementwiseLoss + Copy>(loss: L, value: fn(f64) -> f64, derivative: fn(f64) -> f64) {
    for (features, count) in shapes() {
        let [predictions, targets] = [1, 2].map(|seed| random_samples(features, count, seed, T::nan()));
        let (predictions, targets) = (predictions.tile(features, count), targets.tile(features, count));
        let error = |feature, sample| at(predictions, feature, sample) - at(targets, feature, sample);
        let share = 1.0 / features as f64;
        let mut sum = Exact::default();
        for (feature, sample) in places(features, count) {
            sum.add(value(error(feature, sample)) * share);
        }
        let scale = T::nearest(1.0 / count as f64);
        let gradient = |feature, sample| derivative(error(feature, sample)) * share * scale.widen();
        T::dispatch_to_each(
            || OwnedEvaluation { predictions, targets, scale, evaluation: loss },
            |set, found| {
                check(&format!("{set}, {features} features, {count} samples"), (features, count), sum, gradient, found)
            },
        );
    }
}

fn sparse_crossentropy<T: Element>() {
    for (classes, count) in shapes().filter(|&(classes, _)| classes > 1) {
        let (logits, mut targets) = (random_samples(classes, count, 1, T::nan()), nan_samples(1, count));
        for (sample, target) in targets.tile_mut(1, count).feature(0).iter_mut().enumerate() {
            *target = T::nearest((sample * 7 % classes) as f64);
        }
        let (predictions, targets) = (logits.tile(classes, count), targets.tile(1, count));
        let exponential = |class, sample| at(predictions, class, sample).exp();
        let sum_of = |sample| (0..classes).map(|class| exponential(class, sample)).sum::<f64>();
        let sums: Vec<f64> = (0..count).map(sum_of).collect();
        let mut sum = Exact::default();
        for (sample, exponentials) in sums.iter().enumerate() {
            sum.add(exponentials.ln() - at(predictions, sample * 7 % classes, sample));
        }
        // The sum of the exponentials may round once per class.
        sum.terms += classes;
        let scale = T::nearest(1.0 / count as f64);
        let gradient = |class, sample: usize| {
            let target = if class == sample * 7 % classes { 1.0 } else { 0.0 };
            (exponential(class, sample) / sums[sample] - target) * scale.widen()
        };
        T::dispatch_to_each(
            || OwnedEvaluation { predictions, targets, scale, evaluation: &Crossentropy },
            |set, found| {
                check(&format!("{set}, {classes} classes, {count} samples"), (classes, count), sum, gradient, found)
            },
        );
    }
}

/// Checks that a gradient is zero or so large that its products with weights down to one rounding error of 1 are normal, and
/// that nothing else is lost: predictions of a softmax and errors over the whole range of the scalar.
fn tiny_gradients<T: Element>() {
    const COUNT: usize = 1200;
    let min = T::min_positive_value() / T::epsilon();
    let [mut logits, mut errors, mut targets] = [2, 1, 1].map(|features| nan_samples(features, COUNT));
    targets.tile_mut(1, COUNT).fill(T::zero());
    for sample in 0..COUNT {
        logits.tile_mut(2, COUNT).feature(0)[sample] = T::zero();
        logits.tile_mut(2, COUNT).feature(1)[sample] = T::nearest(-(sample as f64));
        errors.tile_mut(1, COUNT).feature(0)[sample] = T::nearest(0.5_f64.powi(sample as i32));
    }
    let (logits, errors, targets) = (logits.tile(2, COUNT), errors.tile(1, COUNT), targets.tile(1, COUNT));
    let scale = T::nearest(1.0 / 32.0);
    let check = |set: &str, found: &[T], exact: &dyn Fn(i32) -> f64| {
        for (sample, &found) in found.iter().enumerate() {
            let exact = exact(sample as i32) / 32.0;
            assert!(found.is_zero() || found >= min, "{set}, {sample}: {found} is tiny");
            let bound = 0.51 * min.widen() + 1e-4 * exact;
            assert!((found.widen() - exact).abs() < bound, "{set}, {sample}: {found}, not {exact}");
        }
    };
    T::dispatch_to_each(
        || OwnedEvaluation { predictions: logits, targets, scale, evaluation: &Crossentropy },
        |set, (_, gradient)| {
            check(set, gradient.tile(2, COUNT).feature(1), &|sample| 1.0 / (1.0 + f64::from(sample).exp()))
        },
    );
    T::dispatch_to_each(
        || OwnedEvaluation { predictions: errors, targets, scale, evaluation: SquaredError },
        |set, (_, gradient)| check(set, gradient.tile(1, COUNT).feature(0), &|sample| 2.0 * 0.5_f64.powi(sample)),
    );
}

fn check<T: Real>(
    what: &str,
    (features, count): (usize, usize),
    sum: Exact,
    gradient: impl Fn(usize, usize) -> f64,
    (found, mut gradients): (f64, Buffer<T>),
) {
    sum.check(T::nearest(found), || what.to_owned());
    let mut gradients = gradients.tile_mut(features, count);
    for feature in 0..features {
        let (real, padding) = gradients.padded_feature(feature).split_at(count);
        assert!(padding.iter().all(|element| element.is_zero()), "{what}: the gradient's padding");
        for (sample, &found) in real.iter().enumerate() {
            let expected = gradient(feature, sample);
            // Each class may round once. The largest derivative is that of an error of 2.
            let bound = (16 + features) as f64 * T::epsilon().widen() / count as f64;
            assert!((found.widen() - expected).abs() <= bound, "{what}: found {found}, expected {expected}");
        }
    }
}

fn places(features: usize, samples: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..features).flat_map(move |feature| (0..samples).map(move |sample| (feature, sample)))
}

/// Returns all combinations of features and samples.
fn shapes() -> impl Iterator<Item = (usize, usize)> {
    FEATURES.into_iter().flat_map(|features| SAMPLES.map(|samples| (features, samples)))
}
