//! Weights of classes, and of samples by their classes.

use std::collections::BTreeMap;

use num_traits::ToPrimitive;

/// `samples / (classes · samples of the class)`, for each class that occurs, in their order: with these weights every class
/// counts the same. scikit-learn: `compute_class_weight("balanced", …)`.
///
/// Made for `fit`'s `class_weight`. Labels are targets or the indices themselves; one that is not the index of a class is not
/// counted.
///
/// ```
/// use mlp_core::losses::compute_class_weight;
///
/// assert_eq!(compute_class_weight(&[0.0_f32, 2.0, 0.0, 0.0]), [(0, 4.0 / 6.0), (2, 2.0)]);
/// assert_eq!(compute_class_weight(&[0, 2, 0, 0]), [(0, 4.0 / 6.0), (2, 2.0)]);
/// ```
pub fn compute_class_weight<Label: Copy + ToPrimitive>(labels: &[Label]) -> Vec<(usize, f64)> {
    let mut counts = BTreeMap::new();
    for class in labels.iter().filter_map(|&label| class_of(label)) {
        *counts.entry(class).or_insert(0_usize) += 1;
    }
    let share = counts.values().sum::<usize>() as f64 / counts.len() as f64;
    counts.into_iter().map(|(class, count)| (class, share / count as f64)).collect()
}

/// The weight of each sample, which is that of its class, and 1 where nothing is said of the class. scikit-learn:
/// `compute_sample_weight`.
///
/// Made for `fit`'s `sample_weight`.
///
/// ```
/// use mlp_core::losses::compute_sample_weight;
///
/// assert_eq!(compute_sample_weight(&[(1, 3.0)], &[0.0_f32, 1.0, 1.0]), [1.0, 3.0, 3.0]);
/// ```
pub fn compute_sample_weight<Label: Copy + ToPrimitive>(class_weights: &[(usize, f64)], labels: &[Label]) -> Vec<f64> {
    let weight = |class| class_weights.iter().find(|&&(known, _)| known == class).map(|&(_, weight)| weight);
    labels.iter().map(|&label| class_of(label).and_then(weight).unwrap_or(1.0)).collect()
}

/// The class whose index a label is.
pub(crate) fn class_of(label: impl ToPrimitive) -> Option<usize> {
    label.to_usize().filter(|&class| label.to_f64() == Some(class as f64))
}
