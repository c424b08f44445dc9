//! The share of right answers.

use core::cmp::Ordering;

use super::{Mean, Metric};
use crate::layers::Features;
use crate::losses::{Compared, class_of};
use crate::scalar::Scalar;

/// The share of outputs on the same side of a threshold as their targets, 0 or 1. Keras: `BinaryAccuracy`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BinaryAccuracy {
    /// A prediction above it is a yes. 0.5 for probabilities, if nothing is said; 0 for logits.
    pub threshold: f64,
}

impl Default for BinaryAccuracy {
    fn default() -> Self {
        Self { threshold: 0.5 }
    }
}

impl BinaryAccuracy {
    /// A yes is above this: `BinaryAccuracy::new(0.0)` for a network that gives logits.
    pub fn new(threshold: f64) -> Self {
        Self { threshold }
    }
}

/// The share of samples whose largest output is where the largest target is. Keras: `CategoricalAccuracy`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CategoricalAccuracy;

/// The share of samples whose largest output is that of their class. Keras: `SparseCategoricalAccuracy`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SparseCategoricalAccuracy;

/// The share of samples whose class, the largest target, has one of the `k` largest outputs. Keras:
/// `TopKCategoricalAccuracy`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TopKCategoricalAccuracy {
    /// How many outputs count; 5 if nothing is said.
    pub k: usize,
}

impl Default for TopKCategoricalAccuracy {
    fn default() -> Self {
        Self { k: 5 }
    }
}

/// The share of samples whose class has one of the `k` largest outputs. Keras: `SparseTopKCategoricalAccuracy`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SparseTopKCategoricalAccuracy {
    /// How many outputs count; 5 if nothing is said.
    pub k: usize,
}

impl Default for SparseTopKCategoricalAccuracy {
    fn default() -> Self {
        Self { k: 5 }
    }
}

/// A metric that is the mean of a number of each sample.
macro_rules! means {
    ($($name:ident = $text:literal, $targets:ty, |$metric:ident, $compared:ident, $sample:ident| $share:expr;)*) => {$(
        impl<T: Scalar, const N: usize> Metric<T, Features<N>, $targets> for $name {
            type State = Mean;

            fn name(&self) -> &'static str {
                $text
            }
            fn begin(&self) -> Mean {
                Mean::default()
            }
            fn add(&self, state: &mut Mean, compared: Compared<'_, T>) {
                let ($metric, $compared) = (self, compared);
                let share = |$sample: usize| -> f64 { $share };
                let weighted = |sample: usize| share(sample) * weight(compared, sample);
                state.add((0..compared.predictions.samples()).map(weighted).sum(), compared);
            }
            fn value(&self, state: &Mean) -> f64 {
                state.value()
            }
        }
    )*};
}

means! {
    BinaryAccuracy = "binary_accuracy", Features<N>, |metric, compared, sample| {
        let threshold = T::from_f64(metric.threshold);
        let is_right = |feature: &usize| {
            let is_yes = compared.predictions.feature(*feature)[sample] > threshold;
            compared.targets.feature(*feature)[sample] == if is_yes { T::one() } else { T::zero() }
        };
        (0..N).filter(is_right).count() as f64 / N as f64
    };
    CategoricalAccuracy = "categorical_accuracy", Features<N>, |_metric, compared, sample| {
        let class = largest(N, |class| compared.targets.feature(class)[sample]);
        f64::from(largest(N, |class| compared.predictions.feature(class)[sample]) == class)
    };
    SparseCategoricalAccuracy = "sparse_categorical_accuracy", Features<1>, |_metric, compared, sample| {
        let best = largest(N, |class| compared.predictions.feature(class)[sample]);
        f64::from(T::from_f64(best as f64) == compared.targets.feature(0)[sample])
    };
    TopKCategoricalAccuracy = "top_k_categorical_accuracy", Features<N>, |metric, compared, sample| {
        let class = largest(N, |class| compared.targets.feature(class)[sample]);
        f64::from(rank(N, |class| compared.predictions.feature(class)[sample], class) < metric.k)
    };
    SparseTopKCategoricalAccuracy = "sparse_top_k_categorical_accuracy", Features<1>, |metric, compared, sample| {
        let class = class_of(compared.targets.feature(0)[sample]).filter(|&class| class < N);
        let place = class.map(|class| rank(N, |class| compared.predictions.feature(class)[sample], class));
        f64::from(place.is_some_and(|place| place < metric.k))
    };
}

/// The first of the largest.
fn largest<T: Scalar>(count: usize, number: impl Fn(usize) -> T) -> usize {
    (1..count).fold(0, |best, index| if number(index) > number(best) { index } else { best })
}

/// How many are larger, or not to be compared: a NaN is the last.
fn rank<T: Scalar>(count: usize, number: impl Fn(usize) -> T, index: usize) -> usize {
    let is_larger = |&other: &usize| number(other).partial_cmp(&number(index)).is_none_or(Ordering::is_gt);
    (0..count).filter(is_larger).count()
}

/// How much a sample counts.
pub(super) fn weight<T: Scalar>(compared: Compared<'_, T>, sample: usize) -> f64 {
    compared.weights.map_or(1.0, |weights| Scalar::to_f64(weights[sample]))
}
