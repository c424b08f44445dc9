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
/// use mlp_train::metrics::confusion_matrix;
/// use nalgebra::{Const, Dyn, OMatrix};
///
/// let outputs = OMatrix::<f32, Dyn, Const<2>>::from_row_slice(&[0.9, 0.1, 0.2, 0.8, 0.6, 0.4]);
/// assert_eq!(confusion_matrix(&outputs, &[0.0, 1.0, 1.0]), [[1, 0], [1, 1]]);
/// ```
pub fn confusion_matrix<T: Scalar, Label: Copy + ToPrimitive, const CLASSES: usize>(
    predictions: &OMatrix<T, Dyn, Const<CLASSES>>,
    labels: &[Label],
) -> [[usize; CLASSES]; CLASSES] {
    let mut counts = [[0; CLASSES]; CLASSES];
    for (row, &label) in predictions.row_iter().zip(labels) {
        let predicted = (1..CLASSES).fold(0, |best, class| if row[class] > row[best] { class } else { best });
        if let Some(actual) = class_of(label).filter(|&class| class < CLASSES) {
            counts[actual][predicted] += 1;
        }
    }
    counts
}
