//! The F1 score.

use mlp_core::layers::{Features, InvalidValue};
use mlp_core::losses::{Logits, MetricInput};
use mlp_core::{Scalar, options};

use super::super::accuracy::{RUN, largest};
use super::super::{Metric, MonitorMode};
use super::{Counts, assert_targets, check_threshold, for_each, is_positive, ratio};

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
