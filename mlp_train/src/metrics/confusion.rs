//! Confusion matrix.

use nalgebra::{Const, Dyn, OMatrix};
use num_traits::ToPrimitive;

use crate::class_weight::class_of;
use mlp_core::Scalar;

/// Returns the confusion matrix: row `i`, column `j` counts the samples of class `i` whose largest output is that of class
/// `j`.
///
/// `predictions` has the shape (samples, classes). `labels` are targets or class indices; samples with an invalid label,
/// and those beyond the shorter of the two arguments, are not counted. scikit-learn: `confusion_matrix`.
///
/// ```
/// # mod mlp { pub mod metrics { pub use mlp_train::metrics::confusion_matrix; } }
/// use mlp::metrics::confusion_matrix;
/// use nalgebra::{Const, Dyn, OMatrix};
///
/// let outputs = OMatrix::<f32, Dyn, Const<2>>::from_row_slice(&[0.9, 0.1, 0.2, 0.8, 0.6, 0.4]);
/// assert_eq!(confusion_matrix(&outputs, &[0.0, 1.0, 1.0]), [[1, 0], [1, 1]]);
/// ```
///
/// A single output, as of a sigmoid, has no columns to compare; this does not compile, and [`binary_confusion_matrix`] does:
///
/// ```compile_fail,E0080
/// # mod mlp { pub mod metrics { pub use mlp_train::metrics::confusion_matrix; } }
/// use mlp::metrics::confusion_matrix;
/// use nalgebra::{Const, Dyn, OMatrix};
///
/// let outputs = OMatrix::<f32, Dyn, Const<1>>::from_row_slice(&[0.9, 0.1]);
/// confusion_matrix(&outputs, &[1, 0]);
/// ```
pub fn confusion_matrix<T: Scalar, Label: Copy + ToPrimitive, const CLASSES: usize>(
    predictions: &OMatrix<T, Dyn, Const<CLASSES>>,
    labels: &[Label],
) -> [[usize; CLASSES]; CLASSES] {
    const { assert!(CLASSES > 1, "a single output has no classes to compare: use `binary_confusion_matrix`") };
    let mut counts = [[0; CLASSES]; CLASSES];
    for (row, &label) in predictions.row_iter().zip(labels) {
        let predicted = (1..CLASSES).fold(0, |best, class| if row[class] > row[best] { class } else { best });
        if let Some(actual) = class_of(label).filter(|&class| class < CLASSES) {
            counts[actual][predicted] += 1;
        }
    }
    counts
}

/// Returns the confusion matrix of a single output: row `i`, column `j` counts the samples of class `i`, 0 or 1, whose
/// output is above the threshold if `j` is 1, and is not if `j` is 0.
///
/// The threshold is 0.5 for probabilities and 0 for logits. Samples with another label, and those beyond the shorter of the
/// two arguments, are not counted. scikit-learn: `confusion_matrix`.
///
/// ```
/// # mod mlp { pub mod metrics { pub use mlp_train::metrics::binary_confusion_matrix; } }
/// use mlp::metrics::binary_confusion_matrix;
/// use nalgebra::{Const, Dyn, OMatrix};
///
/// let outputs = OMatrix::<f32, Dyn, Const<1>>::from_row_slice(&[0.9, 0.8, 0.1, 0.2]);
/// assert_eq!(binary_confusion_matrix(&outputs, &[1, 0, 1, 0], 0.5), [[1, 1], [1, 1]]);
/// ```
pub fn binary_confusion_matrix<T: Scalar, Label: Copy + ToPrimitive>(
    predictions: &OMatrix<T, Dyn, Const<1>>,
    labels: &[Label],
    threshold: f64,
) -> [[usize; 2]; 2] {
    let mut counts = [[0; 2]; 2];
    for (prediction, &label) in predictions.iter().zip(labels) {
        let predicted = usize::from(*prediction > T::from_f64(threshold));
        if let Some(actual) = class_of(label).filter(|&class| class < 2) {
            counts[actual][predicted] += 1;
        }
    }
    counts
}
