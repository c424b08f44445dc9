//! How well yes and no are told apart.

use super::Metric;
use super::accuracy::weight;
use crate::layers::Features;
use crate::losses::Compared;
use crate::scalar::Scalar;

/// Weights of right and wrong answers at one threshold.
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

    /// 0 if there is nothing to divide by, as in Keras.
    fn precision(self) -> f64 {
        share(self.true_positives, self.true_positives + self.false_positives)
    }

    fn recall(self) -> f64 {
        share(self.true_positives, self.true_positives + self.false_negatives)
    }

    fn false_positive_rate(self) -> f64 {
        share(self.false_positives, self.false_positives + self.true_negatives)
    }
}

fn share(part: f64, whole: f64) -> f64 {
    if whole == 0.0 { 0.0 } else { part / whole }
}

/// Calls `each` with every output and whether its target is a yes, and with its weight.
fn for_each<T: Scalar>(compared: Compared<'_, T>, mut each: impl FnMut(usize, f64, bool, f64)) {
    let half = T::from_f64(0.5);
    for feature in 0..compared.predictions.features() {
        let pairs = compared.predictions.feature(feature).iter().zip(compared.targets.feature(feature));
        for (sample, (&prediction, &target)) in pairs.enumerate() {
            each(feature, Scalar::to_f64(prediction), target > half, weight(compared, sample));
        }
    }
}

/// Metrics of the counts at one threshold, over all outputs together.
macro_rules! at_a_threshold {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $value:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name {
            /// A prediction above it is a yes. 0.5 for probabilities, if nothing is said; 0 for logits.
            pub threshold: f64,
        }

        impl Default for $name {
            fn default() -> Self {
                Self { threshold: 0.5 }
            }
        }

        impl $name {
            /// A yes is above this: 0 for a network that gives logits.
            pub fn new(threshold: f64) -> Self {
                Self { threshold }
            }
        }

        impl<T: Scalar, const N: usize> Metric<T, Features<N>, Features<N>> for $name {
            type State = Counts;

            fn name(&self) -> &'static str {
                $text
            }
            fn begin(&self) -> Counts {
                Counts::default()
            }
            fn add(&self, state: &mut Counts, compared: Compared<'_, T>) {
                for_each(compared, |_, prediction, actual, weight| {
                    state.add(prediction > self.threshold, actual, weight);
                });
            }
            fn value(&self, state: &Counts) -> f64 {
                $value(*state)
            }
        }
    )*};
}

at_a_threshold! {
    /// `true positives / (true positives + false positives)`: the share of what was predicted to be a yes that is one. Keras: `Precision`.
    Precision = "precision", Counts::precision;
    /// `true positives / (true positives + false negatives)`: the share of what is a yes that was predicted to be one. Keras: `Recall`.
    Recall = "recall", Counts::recall;
}

/// How the F1 scores of several outputs become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Average {
    /// The score of all outputs together.
    #[default]
    Micro,
    /// The mean of the outputs' scores.
    Macro,
    /// The mean of the outputs' scores, each as often as its target is a yes.
    Weighted,
}

/// `2 · precision · recall / (precision + recall)`. Keras: `F1Score`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct F1Score {
    /// A prediction above it is a yes. 0.5 for probabilities, if nothing is said; 0 for logits.
    pub threshold: f64,
    /// How the scores of several outputs become one: together, if nothing is said.
    pub average: Average,
}

impl Default for F1Score {
    fn default() -> Self {
        Self { threshold: 0.5, average: Average::Micro }
    }
}

impl F1Score {
    /// With an average over the outputs.
    #[must_use]
    pub fn average(self, average: Average) -> Self {
        Self { average, ..self }
    }
    /// A yes is above this: 0 for a network that gives logits.
    #[must_use]
    pub fn threshold(self, threshold: f64) -> Self {
        Self { threshold, ..self }
    }
}

fn f1(counts: Counts) -> f64 {
    let Counts { true_positives, false_positives, false_negatives, .. } = counts;
    share(2.0 * true_positives, 2.0 * true_positives + false_positives + false_negatives)
}

impl<T: Scalar, const N: usize> Metric<T, Features<N>, Features<N>> for F1Score {
    type State = [Counts; N];

    fn name(&self) -> &'static str {
        "f1_score"
    }
    fn begin(&self) -> [Counts; N] {
        [Counts::default(); N]
    }
    fn add(&self, state: &mut [Counts; N], compared: Compared<'_, T>) {
        for_each(compared, |feature, prediction, actual, weight| {
            state[feature].add(prediction > self.threshold, actual, weight);
        });
    }
    fn value(&self, state: &[Counts; N]) -> f64 {
        let all = state.iter().fold(Counts::default(), |sum, counts| Counts {
            true_positives: sum.true_positives + counts.true_positives,
            false_positives: sum.false_positives + counts.false_positives,
            false_negatives: sum.false_negatives + counts.false_negatives,
            true_negatives: sum.true_negatives + counts.true_negatives,
        });
        let positives = |counts: &Counts| counts.true_positives + counts.false_negatives;
        match self.average {
            Average::Micro => f1(all),
            Average::Macro => state.iter().copied().map(f1).sum::<f64>() / N as f64,
            Average::Weighted => {
                let weighted = state.iter().map(|counts| f1(*counts) * positives(counts)).sum();
                share(weighted, positives(&all))
            }
        }
    }
}

/// Which curve a number of thresholds draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Curve {
    /// Recall over the share of false alarms: receiver operating characteristic.
    #[default]
    Roc,
    /// Precision over recall.
    PrecisionRecall,
}

/// The area under a curve of probabilities at 200 thresholds, over all outputs together. Keras: `AUC`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Auc {
    /// Which curve.
    pub curve: Curve,
    /// How many thresholds; less than 3 are taken for 3.
    pub thresholds: usize,
}

impl Default for Auc {
    fn default() -> Self {
        Self { curve: Curve::Roc, thresholds: 200 }
    }
}

impl Auc {
    /// Under precision over recall.
    pub fn precision_recall() -> Self {
        Self { curve: Curve::PrecisionRecall, ..Self::default() }
    }
    /// At so many thresholds, at least 3.
    #[must_use]
    pub fn thresholds(self, thresholds: usize) -> Self {
        Self { thresholds, ..self }
    }

    /// The field is public, and may hold less than 3.
    fn count(&self) -> usize {
        self.thresholds.max(3)
    }

    /// The threshold of an index: below 0, in equal steps from 0 to 1, and above 1.
    fn threshold(&self, index: usize) -> f64 {
        match index {
            0 => -1e-7,
            index if index + 1 == self.count() => 1.0 + 1e-7,
            index => index as f64 / (self.count() - 1) as f64,
        }
    }
}

impl<T: Scalar, const N: usize> Metric<T, Features<N>, Features<N>> for Auc {
    /// For each number of thresholds below a prediction, the weights of yes and no.
    type State = Vec<[f64; 2]>;

    fn name(&self) -> &'static str {
        "auc"
    }
    fn begin(&self) -> Vec<[f64; 2]> {
        vec![[0.0; 2]; self.count() + 1]
    }
    fn reset(&self, state: &mut Vec<[f64; 2]>) {
        state.fill([0.0; 2]);
    }
    fn add(&self, state: &mut Vec<[f64; 2]>, compared: Compared<'_, T>) {
        for_each(compared, |_, prediction, actual, weight| {
            let guess = (prediction.clamp(0.0, 1.0) * (self.count() - 1) as f64) as usize;
            let mut below = guess.saturating_sub(1);
            while below < self.count() && self.threshold(below) < prediction {
                below += 1;
            }
            state[below][usize::from(actual)] += weight;
        });
    }
    fn value(&self, state: &Vec<[f64; 2]>) -> f64 {
        let counts: Vec<Counts> = (0..self.count()).map(|index| counts_at(state, index)).collect();
        let pairs = counts.windows(2);
        match self.curve {
            Curve::Roc => {
                let area = |pair: &[Counts]| {
                    let width = pair[0].false_positive_rate() - pair[1].false_positive_rate();
                    width * (pair[0].recall() + pair[1].recall()) / 2.0
                };
                pairs.map(area).sum()
            }
            Curve::PrecisionRecall => pairs.map(|pair| precision_recall_area(pair[0], pair[1])).sum(),
        }
    }
}

/// What is above a threshold is a yes.
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

/// Keras interpolates between two thresholds as Davis and Goadrich do, "The Relationship Between Precision-Recall and ROC
/// Curves", 2006.
fn precision_recall_area(lower: Counts, upper: Counts) -> f64 {
    let positives = |counts: Counts| counts.true_positives + counts.false_positives;
    let found = lower.true_positives - upper.true_positives;
    let slope = share(found, (positives(lower) - positives(upper)).max(0.0));
    let intercept = upper.true_positives - slope * positives(upper);
    let ratio = if positives(lower) > 0.0 && positives(upper) > 0.0 {
        share(positives(lower), positives(upper).max(0.0))
    } else {
        1.0
    };
    share(slope * (found + intercept * ratio.ln()), (upper.true_positives + upper.false_negatives).max(0.0))
}
