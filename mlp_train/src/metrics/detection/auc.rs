//! The area under a curve of probabilities.

use mlp_core::layers::Features;
use mlp_core::losses::MetricInput;
use mlp_core::{Scalar, options};

use super::super::{Metric, MonitorMode};
use super::{Counts, assert_targets, for_each, ratio};

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
