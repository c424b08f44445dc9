//! Accuracy metrics.

use core::cmp::Ordering;

use super::detection::check_threshold;
use super::{Mean, Metric, MonitorMode};
use crate::class_weight::class_of;
use mlp_core::Scalar;
use mlp_core::layers::Features;
use mlp_core::layers::InvalidValue;
use mlp_core::losses::{Logits, MetricInput};
use mlp_core::options;

/// Writes a table of metrics that are the mean of a score of each sample.
///
/// A row is the type with its options (see [`options!`](crate::options::options)), the name in the history, the shape of the
/// targets, and a function of the metric, the input and a sample that returns the score.
macro_rules! means {
    ($(
        $(#[$doc:meta])*
        struct $name:ident $options:tt
        $text:literal targets: $targets:ty; $(check: $check:ident($option:ident);)?
        |$metric:ident, $input:ident, $sample:ident| $score:block
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
            $(
                fn check(&self, logits: Logits) -> Result<(), InvalidValue> {
                    $check(logits, stringify!($option), self.$option)
                }
            )?
            fn init(&self) -> Mean {
                Mean::default()
            }
            fn update(&self, state: &mut Mean, $input: MetricInput<'_, T>) {
                let $metric = self;
                let score = |$sample: usize| -> f64 { $score };
                let weighted = |sample: usize| score(sample) * Scalar::to_f64($input.weight(sample));
                state.add((0..$input.predictions.samples()).map(weighted).sum(), $input);
            }
            fn result(&self, state: &Mean) -> f64 {
                state.result()
            }
        }
    )*};
}

means! {
    /// `mean [ŷ > threshold] = [y = 1]`: the share of outputs on the side of the threshold that their target names, 0 or 1.
    ///
    /// The maximum is best. Keras: `BinaryAccuracy`. scikit-learn: `accuracy_score`.
    struct BinaryAccuracy {
        /// Sets the threshold of a positive prediction, a probability where the loss expects logits. Defaults to 0.5.
        threshold: f64 = 0.5,
    }
    "binary_accuracy" targets: Features<N>; check: check_threshold(threshold);
    |metric, input, sample| {
        let threshold = T::from_f64(metric.threshold);
        let mut right = 0_usize;
        input.for_each_probability(sample, |feature, probability| {
            let class = if probability > threshold { T::one() } else { T::zero() };
            right += usize::from(input.targets.feature(feature)[sample] == class);
        });
        right as f64 / N as f64
    }

    /// `mean [argmax ŷ = argmax y]`: the share of samples with the right class, for one-hot targets.
    ///
    /// The maximum is best. Keras: `CategoricalAccuracy`. scikit-learn: `accuracy_score`.
    struct CategoricalAccuracy;
    "categorical_accuracy" targets: Features<N>;
    |_metric, input, sample| {
        const { assert!(N > 1, "a single output has no classes to compare: use `BinaryAccuracy`") };
        let class = argmax(N, |class| input.targets.feature(class)[sample]);
        f64::from(argmax(N, |class| input.predictions.feature(class)[sample]) == class)
    }

    /// `mean [argmax ŷ = c]`: the share of samples with the right class, for targets that are class indices `c`.
    ///
    /// The maximum is best. Keras: `SparseCategoricalAccuracy`. scikit-learn: `accuracy_score`.
    #[doc(alias = "Accuracy")]
    struct SparseCategoricalAccuracy;
    "sparse_categorical_accuracy" targets: Features<1>;
    |_metric, input, sample| {
        const { assert!(N > 1, "a single output has no classes to compare: use `BinaryAccuracy`") };
        let best = argmax(N, |class| input.predictions.feature(class)[sample]);
        f64::from(T::from_f64(best as f64) == input.targets.feature(0)[sample])
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
    |metric, input, sample| {
        let class = argmax(N, |class| input.targets.feature(class)[sample]);
        f64::from(rank(N, |class| input.predictions.feature(class)[sample], class) < metric.k)
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
    |metric, input, sample| {
        let class = class_of(input.targets.feature(0)[sample]).filter(|&class| class < N);
        let rank = class.map(|class| rank(N, |class| input.predictions.feature(class)[sample], class));
        f64::from(rank.is_some_and(|rank| rank < metric.k))
    }
}

/// Returns the first index with the max value.
fn argmax<T: Scalar>(count: usize, value: impl Fn(usize) -> T) -> usize {
    (1..count).fold(0, |best, index| if value(index) > value(best) { index } else { best })
}

/// Returns the number of values that are larger than that of `index`; with NaN, the values that cannot be compared count.
fn rank<T: Scalar>(count: usize, value: impl Fn(usize) -> T, index: usize) -> usize {
    let is_larger = |&other: &usize| value(other).partial_cmp(&value(index)).is_none_or(Ordering::is_gt);
    (0..count).filter(is_larger).count()
}
