//! Losses of a whole sample: of classes, distributions and directions.

use num_traits::clamp;

use super::pointwise::{EPSILON, number, probability};
use super::{Comparison, Loss, SparseCategoricalCrossentropy};
use crate::kernels::Evaluate;
use crate::layers::Features;
use crate::scalar::Scalar;

/// A function of all outputs of a sample and their targets.
trait Samplewise {
    /// Its value; sets the derivatives by the predictions.
    fn at<T: Scalar>(&self, predictions: &[T], targets: &[T], slopes: &mut [T]) -> T;
}

macro_rules! losses {
    ($($name:ident = $text:literal, $accepts:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Scalar, const N: usize> Loss<T, Features<N>> for $name {
            type Targets = Features<N>;

            fn name(&self) -> &'static str {
                $text
            }
            fn accepts(&self, target: T) -> bool {
                $accepts(target)
            }
            fn evaluate(&self, comparison: Comparison<'_, T>) -> f64 {
                evaluate::<T, N>(self, comparison)
            }
        }
    )*};
}

losses! {
    CategoricalCrossentropy = "categorical_crossentropy", probability;
    KlDivergence = "kl_divergence", probability;
    CosineSimilarity = "cosine_similarity", |_| true;
}

fn evaluate<T: Scalar, const N: usize>(loss: &impl Samplewise, comparison: Comparison<'_, T>) -> f64 {
    let Comparison { predictions, targets, weights, mut gradient, scale } = comparison;
    let mut sum = 0.0;
    let (mut own, mut wanted, mut slopes) = ([T::zero(); N], [T::zero(); N], [T::zero(); N]);
    for sample in 0..predictions.samples() {
        let weight = weights.map_or(T::one(), |weights| weights[sample]);
        for (feature, prediction) in own.iter_mut().enumerate() {
            *prediction = predictions.feature(feature)[sample];
        }
        let wanted = &mut wanted[..targets.features()];
        for (feature, target) in wanted.iter_mut().enumerate() {
            *target = targets.feature(feature)[sample];
        }
        sum += Scalar::to_f64(loss.at(&own, wanted, &mut slopes) * weight);
        if let Some(gradient) = &mut gradient {
            for (feature, &slope) in slopes.iter().enumerate() {
                gradient.feature(feature)[sample] = slope * weight * scale;
            }
        }
    }
    if let Some(gradient) = &mut gradient {
        (0..N).for_each(|feature| gradient.clear_padding(feature));
    }
    sum
}

/// `−Σₖ yₖ ln pₖ` with `p = softmax(z)` over the outputs `z`, for targets that are distributions, as one-hot codes are.
///
/// The network gives logits, without a softmax of its own; both are computed in one, which is stable. Keras:
/// `CategoricalCrossentropy(from_logits=True)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CategoricalCrossentropy {
    /// Whether the network gives logits, as it does if nothing is said, or probabilities.
    pub from_logits: bool,
    /// How far targets are moved toward the same number for each class.
    pub label_smoothing: f64,
}

impl Default for CategoricalCrossentropy {
    fn default() -> Self {
        Self { from_logits: true, label_smoothing: 0.0 }
    }
}

impl CategoricalCrossentropy {
    /// For a network that ends in a softmax. Keras: `CategoricalCrossentropy()`.
    pub fn from_probabilities() -> Self {
        Self { from_logits: false, ..Self::default() }
    }
    /// Moves targets toward the same number for each of `n` classes: `y (1 − s) + s / n`.
    #[must_use]
    pub fn label_smoothing(self, label_smoothing: f64) -> Self {
        Self { label_smoothing, ..self }
    }
}

impl Samplewise for CategoricalCrossentropy {
    fn at<T: Scalar>(&self, predictions: &[T], targets: &[T], slopes: &mut [T]) -> T {
        let (kept, added) =
            (number::<T>(1.0 - self.label_smoothing), number::<T>(self.label_smoothing / targets.len() as f64));
        let target = |class: usize| targets[class] * kept + added;
        let wanted = (0..targets.len()).map(target).sum::<T>();
        if self.from_logits {
            let most = predictions.iter().copied().fold(T::neg_infinity(), T::max);
            let total = predictions.iter().map(|&z| (z - most).exp()).sum::<T>();
            let logarithm = total.ln() + most;
            for (class, slope) in slopes.iter_mut().enumerate() {
                *slope = (predictions[class] - most).exp() / total * wanted - target(class);
            }
            return (0..targets.len()).map(|class| target(class) * (logarithm - predictions[class])).sum();
        }
        // q = p / Σ p, kept away from 0 and 1: the loss is −Σ y ln q.
        let total = predictions.iter().copied().sum::<T>();
        let least = number::<T>(EPSILON);
        let share = |class: usize| predictions[class] / total;
        let clipped = |class: usize| clamp(share(class), least, T::one() - least);
        let slope_of_share = |class: usize| match share(class) == clipped(class) {
            true => -target(class) / share(class),
            false => T::zero(),
        };
        let common = (0..targets.len()).map(|class| slope_of_share(class) * share(class)).sum::<T>();
        for (class, slope) in slopes.iter_mut().enumerate() {
            *slope = (slope_of_share(class) - common) / total;
        }
        (0..targets.len()).map(|class| -target(class) * clipped(class).ln()).sum()
    }
}

/// `ln Σₖ pₖ − ln p_c`: the cross-entropy of probabilities, for the class with index `c`, with all numbers kept between 1e-7
/// and one less that.
///
/// For a network that ends in a softmax: `SparseCategoricalCrossentropy::from_probabilities()`. Without one,
/// [`SparseCategoricalCrossentropy`] is more exact. Keras: `SparseCategoricalCrossentropy()`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SparseCategoricalCrossentropyOfProbabilities;

impl SparseCategoricalCrossentropy {
    /// For a network that ends in a softmax.
    pub fn from_probabilities() -> SparseCategoricalCrossentropyOfProbabilities {
        SparseCategoricalCrossentropyOfProbabilities
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar, const CLASSES: usize> Loss<T, Features<CLASSES>> for SparseCategoricalCrossentropyOfProbabilities
where
    SparseCategoricalCrossentropy: Evaluate<T>,
{
    type Targets = Features<1>;

    fn name(&self) -> &'static str {
        "sparse_categorical_crossentropy"
    }
    fn accepts(&self, target: T) -> bool {
        Loss::<T, Features<CLASSES>>::accepts(&SparseCategoricalCrossentropy, target)
    }
    fn evaluate(&self, comparison: Comparison<'_, T>) -> f64 {
        evaluate::<T, CLASSES>(self, comparison)
    }
}

impl Samplewise for SparseCategoricalCrossentropyOfProbabilities {
    fn at<T: Scalar>(&self, predictions: &[T], targets: &[T], slopes: &mut [T]) -> T {
        let least = number::<T>(EPSILON);
        let clip = |p: T| clamp(p, least, T::one() - least);
        let total = predictions.iter().map(|&p| clip(p)).sum::<T>();
        let mut chosen = T::zero();
        for (class, (&p, slope)) in predictions.iter().zip(slopes).enumerate() {
            let is_class = targets[0] == number(class as f64);
            if is_class {
                chosen = clip(p);
            }
            let own = if is_class { clip(p).recip() } else { T::zero() };
            *slope = if clip(p) == p { total.recip() - own } else { T::zero() };
        }
        total.ln() - chosen.ln()
    }
}

/// `Σₖ yₖ ln(yₖ / ŷₖ)`, of distributions, with all numbers kept between 1e-7 and 1. Keras: `KLDivergence`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct KlDivergence;

impl Samplewise for KlDivergence {
    fn at<T: Scalar>(&self, predictions: &[T], targets: &[T], slopes: &mut [T]) -> T {
        let clip = |p: T| clamp(p, number(EPSILON), T::one());
        let mut sum = T::zero();
        for ((&prediction, &target), slope) in predictions.iter().zip(targets).zip(slopes) {
            let (p, y) = (clip(prediction), clip(target));
            sum += y * (y / p).ln();
            *slope = if p == prediction { -y / p } else { T::zero() };
        }
        sum
    }
}

/// `−Σₖ yₖ ŷₖ / (|y| |ŷ|)`: −1 for the same direction, 1 for the opposite one. As a metric, without the minus. Keras:
/// `CosineSimilarity`, of its losses and of its metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CosineSimilarity;

impl Samplewise for CosineSimilarity {
    fn at<T: Scalar>(&self, predictions: &[T], targets: &[T], slopes: &mut [T]) -> T {
        let product = |a: &[T], b: &[T]| a.iter().zip(b).map(|(&a, &b)| a * b).sum::<T>();
        let least = number::<T>(1e-12);
        let (own, wanted) = (product(predictions, predictions), product(targets, targets));
        let (own_length, wanted_length) = (own.max(least).sqrt(), wanted.max(least).sqrt());
        let cosine = product(predictions, targets) / (own_length * wanted_length);
        for ((slope, &prediction), &target) in slopes.iter_mut().zip(predictions).zip(targets) {
            let along = if own > least { prediction * cosine / own } else { T::zero() };
            *slope = along - target / (own_length * wanted_length);
        }
        -cosine
    }
}
