//! Accuracy metrics.

use core::cmp::Ordering;

use super::detection::{check_threshold, for_each_run};
use super::{Mean, Metric, MonitorMode};
use crate::class_weight::class_of;
use mlp_core::layers::Features;
use mlp_core::layers::InvalidValue;
use mlp_core::losses::{Logits, MetricInput};
use mlp_core::options;
use mlp_core::{Scalar, Tile};

/// Writes a table of metrics that are the mean of a score of each sample.
///
/// A row is the type with its options (see [`options!`](crate::options::options)), the name in the history, the shape of the
/// targets, and a function of the metric, the input and a sample `first` that returns the scores of the [`RUN`] samples from it
/// on; those beyond the last sample are ignored.
macro_rules! means {
    ($(
        $(#[$doc:meta])*
        struct $name:ident $options:tt
        $text:literal targets: $targets:ty;
        |$metric:ident, $input:ident, $first:ident| $scores:block
    )*) => {$(
        options! { $(#[$doc])* $name $options }

        impl<T: Scalar, const N: usize> Metric<T, Features<N>, $targets> for $name {
            type State = Mean;

            fn name(&self) -> &'static str {
                $text
            }
            fn mode(&self) -> Option<MonitorMode> {
                Some(MonitorMode::Max)
            }
            fn init(&self) -> Mean {
                Mean::default()
            }
            fn update(&self, state: &mut Mean, $input: MetricInput<'_, T>) {
                let $metric = self;
                let samples = $input.predictions.samples();
                let mut sum = 0.0;
                for $first in (0..samples).step_by(RUN) {
                    let scores: [f64; RUN] = $scores;
                    let weighted = |(sample, score): (usize, f64)| score * Scalar::to_f64($input.weight(sample));
                    sum += ($first..samples).zip(scores).map(weighted).sum::<f64>();
                }
                state.add(sum, $input);
            }
            fn result(&self, state: &Mean) -> f64 {
                state.result()
            }
        }
    )*};
}

means! {
    /// `mean [argmax ŷ = argmax y]`: the share of samples with the right class, for one-hot targets.
    ///
    /// The maximum is best. Keras: `CategoricalAccuracy`. scikit-learn: `accuracy_score`.
    struct CategoricalAccuracy;
    "categorical_accuracy" targets: Features<N>;
    |_metric, input, first| {
        const { assert!(N > 1, "a single output has no classes to compare: use `BinaryAccuracy`") };
        let (best, class) = (largest(input.predictions, first), largest(input.targets, first));
        core::array::from_fn(|i| f64::from(best[i] == class[i]))
    }

    /// `mean [argmax ŷ = c]`: the share of samples with the right class, for targets that are class indices `c`.
    ///
    /// The maximum is best. Keras: `SparseCategoricalAccuracy`. scikit-learn: `accuracy_score`.
    #[doc(alias = "Accuracy")]
    struct SparseCategoricalAccuracy;
    "sparse_categorical_accuracy" targets: Features<1>;
    |_metric, input, first| {
        const { assert!(N > 1, "a single output has no classes to compare: use `BinaryAccuracy`") };
        let (best, class) = (largest(input.predictions, first), &input.targets.feature(0)[first..]);
        core::array::from_fn(|i| f64::from(class.get(i) == Some(&best[i])))
    }

    /// `mean [rank of argmax y in ŷ < k]`: the share of samples whose class has one of the `k` largest outputs, for one-hot
    /// targets.
    ///
    /// The maximum is best. Keras: `TopKCategoricalAccuracy`. scikit-learn: `top_k_accuracy_score`.
    struct TopKCategoricalAccuracy {
        /// Sets the number of outputs that count. Defaults to 5.
        k: usize = 5,
    }
    "top_k_categorical_accuracy" targets: Features<N>;
    |metric, input, first| {
        let classes = largest(input.targets, first).map(class_of);
        core::array::from_fn(|i| f64::from(rank::<T, N>(input, first + i, classes[i]) < metric.k))
    }

    /// `mean [rank of c in ŷ < k]`: the share of samples whose class has one of the `k` largest outputs, for targets that
    /// are class indices `c`.
    ///
    /// The maximum is best. Keras: `SparseTopKCategoricalAccuracy`. scikit-learn: `top_k_accuracy_score`.
    struct SparseTopKCategoricalAccuracy {
        /// Sets the number of outputs that count. Defaults to 5.
        k: usize = 5,
    }
    "sparse_top_k_categorical_accuracy" targets: Features<1>;
    |metric, input, first| {
        let classes = &input.targets.feature(0)[first..];
        let class = |i: usize| classes.get(i).and_then(|&class| class_of(class)).filter(|&class| class < N);
        core::array::from_fn(|i| f64::from(rank::<T, N>(input, first + i, class(i)) < metric.k))
    }
}

options! {
    /// `mean [ŷ > threshold] = [y = 1]`: the share of outputs on the side of the threshold that their target names, 0 or 1.
    ///
    /// The maximum is best. Keras: `BinaryAccuracy`. scikit-learn: `accuracy_score`.
    BinaryAccuracy {
        /// Sets the threshold of a positive prediction, a probability where the loss expects logits. Defaults to 0.5.
        threshold: f64 = 0.5,
    }
}

impl<T: Scalar, const N: usize> Metric<T, Features<N>, Features<N>> for BinaryAccuracy {
    type State = Mean;

    fn name(&self) -> &'static str {
        "binary_accuracy"
    }
    fn mode(&self) -> Option<MonitorMode> {
        Some(MonitorMode::Max)
    }
    fn check(&self, logits: Logits) -> Result<(), InvalidValue> {
        check_threshold(logits, "threshold", self.threshold)
    }
    fn init(&self) -> Mean {
        Mean::default()
    }
    fn update(&self, state: &mut Mean, input: MetricInput<'_, T>) {
        let (threshold, mut right) = (T::from_f64(self.threshold), 0.0);
        for_each_run(input, |feature, first, probabilities| {
            let targets = &input.targets.feature(feature)[first..];
            for ((sample, &probability), &target) in (first..).zip(probabilities).zip(targets) {
                let class = if probability > threshold { T::one() } else { T::zero() };
                right += if class == target { Scalar::to_f64(input.weight(sample)) } else { 0.0 };
            }
        });
        state.add(right / N as f64, input);
    }
    fn result(&self, state: &Mean) -> f64 {
        state.result()
    }
}

/// Number of samples that are compared at a time.
pub(super) const RUN: usize = 64;

/// Returns the first feature with the largest value, for each of [`RUN`] samples from `first` on.
// Feature by feature, so that the compiler vectorizes the loop over the samples.
pub(super) fn largest<T: Scalar>(values: Tile<'_, T>, first: usize) -> [T; RUN] {
    let (mut best, mut largest) = ([T::zero(); RUN], [T::neg_infinity(); RUN]);
    for feature in 0..values.features() {
        let index = T::from_f64(feature as f64);
        for ((best, largest), &value) in best.iter_mut().zip(&mut largest).zip(&values.feature(feature)[first..]) {
            let is_larger = feature == 0 || value > *largest;
            *best = if is_larger { index } else { *best };
            *largest = if is_larger { value } else { *largest };
        }
    }
    best
}

/// Returns the number of outputs that are larger than that of the class; with NaN, the outputs that cannot be compared count.
/// Without a class or beyond the last sample, it is the largest number.
fn rank<T: Scalar, const N: usize>(input: MetricInput<'_, T>, sample: usize, class: Option<usize>) -> usize {
    let Some(class) = class.filter(|_| sample < input.predictions.samples()) else { return usize::MAX };
    let value = |class: usize| input.predictions.feature(class)[sample];
    let is_larger = |&other: &usize| value(other).partial_cmp(&value(class)).is_none_or(Ordering::is_gt);
    (0..N).filter(is_larger).count()
}
