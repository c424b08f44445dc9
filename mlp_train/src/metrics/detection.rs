//! Binary classification metrics: precision, recall, F1, AUC.

use super::accuracy::{RUN, largest};
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

/// Average of the F1 scores of several outputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Averaging {
    /// The score of the counts of all outputs together.
    Micro,
    /// The mean of the outputs' scores.
    #[default]
    Macro,
    /// The mean of the outputs' scores, weighted by the number of their positive targets.
    Weighted,
}

options! {
    /// `2 · precision · recall / (precision + recall)`.
    ///
    /// For one output, the score of the positive class at a threshold of 0.5. For several outputs, the mean of the scores of
    /// the classes; a sample is predicted to be of the class with the largest output. The maximum is best; 0 without true
    /// positives. [`classification_report`](super::classification_report) has the score of each class.
    ///
    /// Keras: `F1Score`, with `average="macro"`. scikit-learn: `f1_score`, with `average="macro"` for several classes.
    F1Score {
        /// Sets a threshold of positive predictions, for outputs that are independent of each other, a probability where
        /// the loss expects logits. Defaults to none: the largest output, or 0.5 for a single output.
        threshold(f64): Option<f64> = None,
        /// Sets the average over the outputs. Defaults to [`Averaging::Macro`].
        average: Averaging = Averaging::Macro,
    }
}

impl F1Score {
    /// Adds the counts of a sample, of which each output predicts its class by a threshold.
    fn add_by_threshold<T: Scalar>(state: &mut [Counts], input: MetricInput<'_, T>, threshold: f64) {
        for_each(input, |feature, probability, actual, weight| {
            state[feature].add(probability > threshold, actual, weight);
        });
    }

    /// Adds the counts of a sample that is predicted to be of the class with the largest output.
    fn add_largest<T: Scalar>(state: &mut [Counts], input: MetricInput<'_, T>) {
        for first in (0..input.predictions.samples()).step_by(RUN) {
            for (sample, best) in (first..input.predictions.samples()).zip(largest(input.predictions, first)) {
                let weight = Scalar::to_f64(input.weight(sample));
                for (feature, counts) in state.iter_mut().enumerate() {
                    counts.add(T::from_f64(feature as f64) == best, is_positive(&input, sample, feature), weight);
                }
            }
        }
    }
}

impl<T: Scalar, const N: usize, const TARGETS: usize> Metric<T, Features<N>, Features<TARGETS>> for F1Score {
    type State = [Counts; N];

    fn name(&self) -> &'static str {
        "f1_score"
    }
    fn mode(&self) -> Option<MonitorMode> {
        Some(MonitorMode::Max)
    }
    fn check(&self, logits: Logits) -> Result<(), InvalidValue> {
        self.threshold.map_or(Ok(()), |threshold| check_threshold(logits, "threshold", threshold))
    }
    fn init(&self) -> [Counts; N] {
        const { assert_targets(N, TARGETS) };
        [Counts::default(); N]
    }
    fn update(&self, state: &mut [Counts; N], input: MetricInput<'_, T>) {
        match self.threshold {
            None if N > 1 => Self::add_largest(state, input),
            threshold => Self::add_by_threshold(state, input, threshold.unwrap_or(0.5)),
        }
    }
    fn result(&self, state: &[Counts; N]) -> f64 {
        let total = state.iter().fold(Counts::default(), |sum, counts| Counts {
            true_positives: sum.true_positives + counts.true_positives,
            false_positives: sum.false_positives + counts.false_positives,
            false_negatives: sum.false_negatives + counts.false_negatives,
            true_negatives: sum.true_negatives + counts.true_negatives,
        });
        match self.average {
            Averaging::Micro => total.f1(),
            Averaging::Macro => state.iter().map(|counts| counts.f1()).sum::<f64>() / N as f64,
            Averaging::Weighted => {
                let weighted = state.iter().map(|counts| counts.f1() * counts.actual_positives()).sum();
                ratio(weighted, total.actual_positives())
            }
        }
    }
}

/// Curve of an [`Auc`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Curve {
    /// ROC curve: recall over the false positive rate.
    #[default]
    Roc,
    /// Precision over recall.
    PrecisionRecall,
}

options! {
    /// `∫ recall d(false positive rate)`: the area under a curve of probabilities, over all outputs together.
    ///
    /// The curve is approximated at equally spaced thresholds. The maximum, 1, is best. Keras: `AUC`. scikit-learn:
    /// `roc_auc_score`, `average_precision_score`.
    Auc {
        /// Sets the curve. Defaults to [`Curve::Roc`].
        curve: Curve = Curve::Roc,
        /// Sets the number of thresholds; less than 3 count as 3. Defaults to 200.
        thresholds: usize = 200,
    }
}

impl Auc {
    fn count(&self) -> usize {
        self.thresholds.max(3)
    }

    /// Returns a threshold: the first is below 0, the last above 1, the others lie in equal steps between 0 and 1.
    fn threshold(&self, index: usize) -> f64 {
        match index {
            0 => -1e-7,
            index if index + 1 == self.count() => 1.0 + 1e-7,
            index => index as f64 / (self.count() - 1) as f64,
        }
    }
}

impl<T: Scalar, const N: usize, const TARGETS: usize> Metric<T, Features<N>, Features<TARGETS>> for Auc {
    /// Total weights of negative and positive targets, for each number of thresholds below the prediction.
    type State = Vec<[f64; 2]>;

    fn name(&self) -> &'static str {
        "auc"
    }
    fn mode(&self) -> Option<MonitorMode> {
        Some(MonitorMode::Max)
    }
    fn init(&self) -> Vec<[f64; 2]> {
        const { assert_targets(N, TARGETS) };
        vec![[0.0; 2]; self.count() + 1]
    }
    fn reset(&self, state: &mut Vec<[f64; 2]>) {
        state.fill([0.0; 2]);
    }
    fn update(&self, state: &mut Vec<[f64; 2]>, input: MetricInput<'_, T>) {
        for_each(input, |_, prediction, actual, weight| {
            let guess = (prediction.clamp(0.0, 1.0) * (self.count() - 1) as f64) as usize;
            let mut below = guess.saturating_sub(1);
            while below < self.count() && self.threshold(below) < prediction {
                below += 1;
            }
            state[below][usize::from(actual)] += weight;
        });
    }
    fn result(&self, state: &Vec<[f64; 2]>) -> f64 {
        let counts: Vec<Counts> = (0..self.count()).map(|index| counts_at(state, index)).collect();
        let area = match self.curve {
            Curve::Roc => roc_area,
            Curve::PrecisionRecall => precision_recall_area,
        };
        counts.windows(2).map(|pair| area(pair[0], pair[1])).sum()
    }
}

/// Returns the counts at a threshold: predictions above it are positive.
fn counts_at(state: &[[f64; 2]], index: usize) -> Counts {
    let sum = |range: &[[f64; 2]], actual: usize| range.iter().map(|weights| weights[actual]).sum();
    let (below, above) = state.split_at(index + 1);
    Counts {
        true_positives: sum(above, 1),
        false_positives: sum(above, 0),
        false_negatives: sum(below, 1),
        true_negatives: sum(below, 0),
    }
}

/// Returns the area between two thresholds by the trapezoidal rule.
fn roc_area(lower: Counts, upper: Counts) -> f64 {
    let width = lower.false_positive_rate() - upper.false_positive_rate();
    width * (lower.recall() + upper.recall()) / 2.0
}

/// Returns the area between two thresholds, interpolated as in Keras.
///
/// Source: Davis and Goadrich, "The Relationship Between Precision-Recall and ROC Curves", 2006.
fn precision_recall_area(lower: Counts, upper: Counts) -> f64 {
    let found = lower.true_positives - upper.true_positives;
    let lower_positives = lower.predicted_positives();
    let upper_positives = upper.predicted_positives();
    // True positives as a linear function of the predicted positives.
    let slope = ratio(found, (lower_positives - upper_positives).max(0.0));
    let intercept = upper.true_positives - slope * upper_positives;
    let growth = if lower_positives > 0.0 && upper_positives > 0.0 {
        ratio(lower_positives, upper_positives.max(0.0))
    } else {
        1.0
    };
    ratio(slope * (found + intercept * growth.ln()), upper.actual_positives().max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mlp_core::{Tile, padded_len};

    const SAMPLES: usize = 40;

    /// Predictions that lie on, between and at the ends of the thresholds, with targets 0, ½ and 1, and weights.
    fn data() -> ([f64; SAMPLES], [f64; SAMPLES], [f64; SAMPLES]) {
        let predictions = core::array::from_fn(|sample| (sample * 7 % 11) as f64 / 10.0);
        let targets = core::array::from_fn(|sample| (sample * 5 % 3) as f64 / 2.0);
        let weights = core::array::from_fn(|sample| (1 + sample % 4) as f64 / 4.0);
        (predictions, targets, weights)
    }

    /// Returns the weight of the samples that are predicted and actually positive or not.
    fn weight(threshold: f64, predicted: bool, actual: bool) -> f64 {
        let (predictions, targets, weights) = data();
        let chosen =
            |&sample: &usize| (predictions[sample] > threshold) == predicted && (targets[sample] > 0.5) == actual;
        (0..SAMPLES).filter(chosen).map(|sample| weights[sample]).sum()
    }

    fn result<M: Metric<f64, Features<1>, Features<1>>>(metric: M) -> f64 {
        let padded = |values: [f64; SAMPLES]| {
            let mut padded = vec![0.0; padded_len(1, SAMPLES)];
            padded[..SAMPLES].copy_from_slice(&values);
            padded
        };
        let (predictions, targets, weights) = data();
        let (predictions, targets, weights) = (padded(predictions), padded(targets), padded(weights));
        let tile = |values| Tile::new(values, 1, SAMPLES);
        let mut state = metric.init();
        metric.update(&mut state, MetricInput::new(tile(&predictions), tile(&targets), Some(&weights)));
        metric.result(&state)
    }

    #[test]
    fn metrics_at_a_threshold_are_their_definitions() {
        for threshold in [0.0, 0.3, 0.5, 0.95, 1.0] {
            let [right, false_alarms, missed] = [(true, true), (true, false), (false, true)]
                .map(|(predicted, actual)| weight(threshold, predicted, actual));
            let (precision, recall) = (ratio(right, right + false_alarms), ratio(right, right + missed));
            assert_eq!(result(Precision::new().threshold(threshold)), precision, "{threshold}");
            assert_eq!(result(Recall::new().threshold(threshold)), recall, "{threshold}");
            let f1 = ratio(2.0 * precision * recall, precision + recall);
            assert!((result(F1Score::new().threshold(threshold)) - f1).abs() < 1e-12, "{threshold}");
        }
    }

    #[test]
    fn the_area_under_a_curve_is_its_definition() {
        for count in [2, 3, 11, 50] {
            let steps = count.max(3) - 1;
            let threshold = |index: usize| match index {
                0 => -1e-7,
                index if index == steps => 1.0 + 1e-7,
                index => index as f64 / steps as f64,
            };
            let rate = |index: usize, actual: bool| {
                let above = weight(threshold(index), true, actual);
                ratio(above, above + weight(threshold(index), false, actual))
            };
            let area = |index| {
                let width = rate(index, false) - rate(index + 1, false);
                width * (rate(index, true) + rate(index + 1, true)) / 2.0
            };
            let expected: f64 = (0..steps).map(area).sum();
            assert!((result(Auc::new().thresholds(count)) - expected).abs() < 1e-12, "{count} thresholds");
        }
    }
}
