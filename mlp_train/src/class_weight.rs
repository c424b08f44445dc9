//! Weights that balance classes.

use std::collections::BTreeMap;

use num_traits::ToPrimitive;

/// Returns `samples / (classes · samples of the class)` for each class that occurs, in ascending order.
///
/// With these weights all classes have the same total weight. The result is the argument of `fit`'s `class_weight`. Labels
/// are targets or class indices; labels that are not class indices are ignored. scikit-learn:
/// `compute_class_weight("balanced", …)`.
///
/// ```
/// # mod mlp { pub use mlp_train::compute_class_weight; }
/// use mlp::compute_class_weight;
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

/// Returns the weight of each sample's class, 1 for classes without a weight.
///
/// The result is the argument of `fit`'s `sample_weight`. scikit-learn: `compute_sample_weight`.
///
/// ```
/// # mod mlp { pub use mlp_train::compute_sample_weight; }
/// use mlp::compute_sample_weight;
///
/// assert_eq!(compute_sample_weight(&[(1, 3.0)], &[0.0_f32, 1.0, 1.0]), [1.0, 3.0, 3.0]);
/// ```
pub fn compute_sample_weight<Label: Copy + ToPrimitive>(class_weights: &[(usize, f64)], labels: &[Label]) -> Vec<f64> {
    let weight = |class| class_weights.iter().find(|&&(known, _)| known == class).map(|&(_, weight)| weight);
    labels.iter().map(|&label| class_of(label).and_then(weight).unwrap_or(1.0)).collect()
}

/// Returns the class index that a label holds, if it is one.
pub(crate) fn class_of(label: impl ToPrimitive) -> Option<usize> {
    label.to_usize().filter(|&class| label.to_f64() == Some(class as f64))
}
