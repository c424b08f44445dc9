//! Binary classification metrics: precision, recall, F1, AUC.

mod auc;
mod f1_score;
#[cfg(test)]
mod tests;

pub use auc::{Auc, Curve};
pub use f1_score::{Averaging, F1Score};

use super::accuracy::RUN;
use super::{Metric, MonitorMode};
use mlp_core::Scalar;
use mlp_core::layers::Features;
use mlp_core::layers::InvalidValue;
use mlp_core::losses::{Logits, MetricInput};
use mlp_core::options;

/// Weighted counts of right and wrong predictions at one threshold.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    true_positives: f64,
    false_positives: f64,
    false_negatives: f64,
    true_negatives: f64,
}

impl Counts {
    fn add(&mut self, predicted: bool, actual: bool, weight: f64) {
        *match (predicted, actual) {
            (true, true) => &mut self.true_positives,
            (true, false) => &mut self.false_positives,
            (false, true) => &mut self.false_negatives,
            (false, false) => &mut self.true_negatives,
        } += weight;
    }

    fn predicted_positives(self) -> f64 {
        self.true_positives + self.false_positives
    }

    fn actual_positives(self) -> f64 {
        self.true_positives + self.false_negatives
    }

    fn precision(self) -> f64 {
        ratio(self.true_positives, self.predicted_positives())
    }

    fn recall(self) -> f64 {
        ratio(self.true_positives, self.actual_positives())
    }

    fn false_positive_rate(self) -> f64 {
        ratio(self.false_positives, self.false_positives + self.true_negatives)
    }

    fn f1(self) -> f64 {
        let Self { true_positives, false_positives, false_negatives, .. } = self;
        ratio(2.0 * true_positives, 2.0 * true_positives + false_positives + false_negatives)
    }
}

/// Returns a quotient, 0 if the divisor is 0, as in Keras.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}

/// Checks at compile time that the targets are one per output, or one class index.
const fn assert_targets(outputs: usize, targets: usize) {
    assert!(targets == outputs || targets == 1, "expected a target for each output, or one class index");
}

/// Returns whether a sample belongs to the class of an output. The target is 0 or 1, for each output, or the index of the
/// class of the sample.
fn is_positive<T: Scalar>(input: &MetricInput<'_, T>, sample: usize, feature: usize) -> bool {
    if input.targets.features() == 1 && input.predictions.features() > 1 {
        return input.targets.feature(0)[sample] == T::from_f64(feature as f64);
    }
    input.targets.feature(feature)[sample] > T::from_f64(0.5)
}

/// Calls `f(feature, probability, actual, weight)` for every prediction.
fn for_each<T: Scalar>(input: MetricInput<'_, T>, mut f: impl FnMut(usize, f64, bool, f64)) {
    for_each_run(input, |feature, first, probabilities| {
        for (sample, &probability) in (first..).zip(probabilities) {
            let weight = Scalar::to_f64(input.weight(sample));
            f(feature, Scalar::to_f64(probability), is_positive(&input, sample, feature), weight);
        }
    });
}

/// Calls `f(feature, first, probabilities)` for runs of samples of one output, from the sample `first` on.
pub(super) fn for_each_run<T: Scalar>(input: MetricInput<'_, T>, mut f: impl FnMut(usize, usize, &[T])) {
    let samples = input.predictions.samples();
    if input.logits() == Logits::Softmax {
        for sample in 0..samples {
            input.for_each_probability(sample, |feature, probability| f(feature, sample, &[probability]));
        }
        return;
    }
    let mut run = [T::zero(); RUN];
    for feature in 0..input.predictions.features() {
        for first in (0..samples).step_by(RUN) {
            let run = &mut run[..RUN.min(samples - first)];
            input.probabilities(feature, first, run);
            f(feature, first, run);
        }
    }
}

/// Returns an error unless a threshold of probabilities is between 0 and 1. Other outputs have thresholds of any value.
pub(super) fn check_threshold(logits: Logits, option: &'static str, threshold: f64) -> Result<(), InvalidValue> {
    let expected = "a probability between 0 and 1, as the metric computes probabilities from the logits";
    let is_valid = logits == Logits::No || (threshold > 0.0 && threshold < 1.0);
    InvalidValue::require(is_valid && !threshold.is_nan(), option, threshold, expected)
}

/// Writes a table of metrics of the counts at one threshold, over all outputs together.
macro_rules! at_a_threshold {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $result:expr;)*) => {$(
        options! {
            $(#[$doc])*
            $name {
                /// Sets the threshold of a positive prediction, a probability where the loss expects logits. Defaults to 0.5.
                threshold: f64 = 0.5,
            }
        }

        impl<T: Scalar, const N: usize, const TARGETS: usize> Metric<T, Features<N>, Features<TARGETS>> for $name {
            type State = Counts;

            fn name(&self) -> &'static str {
                $text
            }
            fn mode(&self) -> Option<MonitorMode> {
                Some(MonitorMode::Max)
            }
            fn check(&self, logits: Logits) -> Result<(), InvalidValue> {
                check_threshold(logits, "threshold", self.threshold)
            }
            fn init(&self) -> Counts {
                const { assert_targets(N, TARGETS) };
                Counts::default()
            }
            fn update(&self, state: &mut Counts, input: MetricInput<'_, T>) {
                for_each(input, |_, prediction, actual, weight| {
                    state.add(prediction > self.threshold, actual, weight);
                });
            }
            fn result(&self, state: &Counts) -> f64 {
                $result(*state)
            }
        }
    )*};
}

at_a_threshold! {
    /// `true positives / (true positives + false positives)`: the share of positive predictions that are right.
    ///
    /// 0 without positive predictions. The maximum is best. Keras: `Precision`. scikit-learn: `precision_score`.
    Precision = "precision", Counts::precision;
    /// `true positives / (true positives + false negatives)`: the share of positive targets that are found.
    ///
    /// 0 without positive targets. The maximum is best. Keras: `Recall`. scikit-learn: `recall_score`.
    Recall = "recall", Counts::recall;
}
