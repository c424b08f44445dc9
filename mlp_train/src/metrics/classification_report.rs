//! Report on the classes of a classifier.

use core::fmt::{self, Display, Formatter};
use std::collections::BTreeMap;

use num_traits::ToPrimitive;

use crate::class_weight::class_of;

/// Precision, recall and F1 score of one class, or an average of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClassScores {
    /// Index of the class, `None` for an average.
    pub class: Option<usize>,
    /// `true positives / (true positives + false positives)`, 0 without positive predictions.
    pub precision: f64,
    /// `true positives / (true positives + false negatives)`, 0 without samples of the class.
    pub recall: f64,
    /// `2 · precision · recall / (precision + recall)`, 0 without true positives.
    pub f1_score: f64,
    /// Number of samples of the class.
    pub support: usize,
}

/// Scores of every class, and their averages. scikit-learn: `classification_report`, as which it is printed.
///
/// ```
/// # mod mlp { pub mod metrics { pub use mlp_train::metrics::classification_report; } }
/// use mlp::metrics::classification_report;
///
/// let report = classification_report(&[0_u8, 1, 1, 2], &[0_usize, 1, 2, 2]).names(["rose", "lily", "iris"]);
/// assert_eq!(report.accuracy(), 0.75);
/// assert_eq!(report.classes()[2].recall, 1.0);
/// println!("{report}");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ClassificationReport {
    /// Name of each class, in the order of the scores.
    names: Vec<String>,
    classes: Vec<ClassScores>,
    accuracy: f64,
    samples: usize,
}

/// Returns the scores of every class, given the true and the predicted classes, such as those of
/// [`predict_classes`](crate::Compiled::predict_classes). scikit-learn: `classification_report`.
///
/// The classes are those that occur in either argument. Samples with an invalid label, and those beyond the shorter of
/// the two arguments, are not counted.
pub fn classification_report<Label: Copy + ToPrimitive, Predicted: Copy + ToPrimitive>(
    labels: &[Label],
    predicted: &[Predicted],
) -> ClassificationReport {
    let pairs: Vec<_> =
        labels.iter().zip(predicted).filter_map(|(&a, &b)| Some((class_of(a)?, class_of(b)?))).collect();
    // Numbers of samples: right ones, those of the class, those predicted to be.
    let mut counts = BTreeMap::<usize, [usize; 3]>::new();
    for &(actual, predicted) in &pairs {
        counts.entry(actual).or_default()[1] += 1;
        counts.entry(predicted).or_default()[2] += 1;
        counts.entry(actual).or_default()[0] += usize::from(actual == predicted);
    }
    let ratio = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let scores = |(&class, &[right, actual, predicted]): (&usize, &[usize; 3])| ClassScores {
        class: Some(class),
        precision: ratio(right, predicted),
        recall: ratio(right, actual),
        f1_score: ratio(2 * right, actual + predicted),
        support: actual,
    };
    ClassificationReport {
        names: counts.keys().map(usize::to_string).collect(),
        classes: counts.iter().map(scores).collect(),
        accuracy: ratio(counts.values().map(|[right, ..]| right).sum(), pairs.len()),
        samples: pairs.len(),
    }
}

impl ClassificationReport {
    /// Sets the names of the classes, in the order of their indices. scikit-learn: `target_names`.
    #[must_use]
    pub fn names(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        for (name, scores) in self.names.iter_mut().zip(&self.classes) {
            if let Some(new) = scores.class.and_then(|class| names.get(class)) {
                name.clone_from(new);
            }
        }
        self
    }

    /// Returns the scores of each class, in ascending order of their indices.
    pub fn classes(&self) -> &[ClassScores] {
        &self.classes
    }

    /// Returns the share of samples with the right class.
    pub fn accuracy(&self) -> f64 {
        self.accuracy
    }

    /// Returns the mean of the classes' scores.
    pub fn macro_average(&self) -> ClassScores {
        self.average(|_| 1.0)
    }

    /// Returns the mean of the classes' scores, weighted by their numbers of samples.
    pub fn weighted_average(&self) -> ClassScores {
        self.average(|scores| scores.support as f64)
    }

    fn average(&self, weight: impl Fn(&ClassScores) -> f64) -> ClassScores {
        let total: f64 = self.classes.iter().map(&weight).sum();
        let mean = |value: fn(&ClassScores) -> f64| {
            let sum: f64 = self.classes.iter().map(|scores| weight(scores) * value(scores)).sum();
            if total == 0.0 { 0.0 } else { sum / total }
        };
        ClassScores {
            class: None,
            precision: mean(|scores| scores.precision),
            recall: mean(|scores| scores.recall),
            f1_score: mean(|scores| scores.f1_score),
            support: self.samples,
        }
    }
}

impl Display for ClassificationReport {
    /// Writes the table of scikit-learn, with two digits. Another precision sets the digits: `{report:.3}`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(2);
        let longest = self.names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        let width = longest.max("weighted avg".len());
        let row = |f: &mut Formatter<'_>, name: &str, scores: &ClassScores| {
            let ClassScores { precision, recall, f1_score, support, .. } = scores;
            writeln!(f, "{name:>width$}  {precision:>9.digits$} {recall:>9.digits$} {f1_score:>9.digits$} {support:>9}")
        };
        writeln!(f, "{:>width$}  {:>9} {:>9} {:>9} {:>9}\n", "", "precision", "recall", "f1-score", "support")?;
        for (name, scores) in self.names.iter().zip(&self.classes) {
            row(f, name, scores)?;
        }
        let Self { accuracy, samples, .. } = self;
        writeln!(f, "\n{:>width$}  {:>9} {:>9} {accuracy:>9.digits$} {samples:>9}", "accuracy", "", "")?;
        row(f, "macro avg", &self.macro_average())?;
        row(f, "weighted avg", &self.weighted_average())
    }
}
