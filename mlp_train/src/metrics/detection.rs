//! Binary classification metrics: precision, recall, F1, AUC.

use super::{Metric, MonitorMode};
use mlp_core::Scalar;
use mlp_core::layers::Features;
use mlp_core::losses::MetricInput;
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

/// Calls `f(feature, prediction, actual, weight)` for every element; a target above one half is positive.
fn for_each<T: Scalar>(input: MetricInput<'_, T>, mut f: impl FnMut(usize, f64, bool, f64)) {
    let half = T::from_f64(0.5);
    input.for_each(|feature, prediction, target, weight| {
        f(feature, Scalar::to_f64(prediction), target > half, Scalar::to_f64(weight));
    });
}

/// Writes a table of metrics of the counts at one threshold, over all outputs together.
macro_rules! at_a_threshold {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $result:expr;)*) => {$(
        options! {
            $(#[$doc])*
            $name {
                /// Sets the threshold of a positive prediction: 0 for logits. Defaults to 0.5.
                threshold: f64 = 0.5,
            }
        }

        impl<T: Scalar, const N: usize> Metric<T, Features<N>, Features<N>> for $name {
            type State = Counts;

            fn name(&self) -> &'static str {
                $text
            }
            fn mode(&self) -> Option<MonitorMode> {
                Some(MonitorMode::Max)
            }
            fn init(&self) -> Counts {
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
    #[default]
    Micro,
    /// The mean of the outputs' scores.
    Macro,
    /// The mean of the outputs' scores, weighted by the number of their positive targets.
    Weighted,
}

options! {
    /// `2 · precision · recall / (precision + recall)`.
    ///
    /// 0 without true positives. The maximum is best. Keras: `F1Score`. scikit-learn: `f1_score`.
    F1Score {
        /// Sets the threshold of a positive prediction: 0 for logits. Defaults to 0.5.
        threshold: f64 = 0.5,
        /// Sets the average over the outputs. Defaults to [`Averaging::Micro`].
        average: Averaging = Averaging::Micro,
    }
}

impl<T: Scalar, const N: usize> Metric<T, Features<N>, Features<N>> for F1Score {
    type State = [Counts; N];

    fn name(&self) -> &'static str {
        "f1_score"
    }
    fn mode(&self) -> Option<MonitorMode> {
        Some(MonitorMode::Max)
    }
    fn init(&self) -> [Counts; N] {
        [Counts::default(); N]
    }
    fn update(&self, state: &mut [Counts; N], input: MetricInput<'_, T>) {
        for_each(input, |feature, prediction, actual, weight| {
            state[feature].add(prediction > self.threshold, actual, weight);
        });
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

impl<T: Scalar, const N: usize> Metric<T, Features<N>, Features<N>> for Auc {
    /// Total weights of negative and positive targets, for each number of thresholds below the prediction.
    type State = Vec<[f64; 2]>;

    fn name(&self) -> &'static str {
        "auc"
    }
    fn mode(&self) -> Option<MonitorMode> {
        Some(MonitorMode::Max)
    }
    fn init(&self) -> Vec<[f64; 2]> {
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
