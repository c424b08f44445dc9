//! How much each sample counts.

use crate::layers::Shape;
use crate::scalar::Scalar;

use super::data::Data;
use super::error::DataError;
use super::training_error::TrainingError;

/// The product of a weight for each sample and of one for each class, where there are such.
pub(super) fn of<T: Scalar, Targets: Shape>(
    y: &(impl Data<T, Targets> + ?Sized),
    outputs: usize,
    sample_weights: Option<&[f64]>,
    class_weights: &[(usize, f64)],
) -> Result<Option<Vec<T>>, TrainingError> {
    if !class_weights.is_empty() && outputs > 1 {
        return Err(TrainingError::ClassWeights { outputs });
    }
    if sample_weights.is_none() && class_weights.is_empty() {
        return Ok(None);
    }
    let samples = y.samples();
    if let Some(weights) = sample_weights.filter(|weights| weights.len() != samples) {
        return Err(DataError::DifferentWeights { samples, weights: weights.len() }.into());
    }
    let weight = |row| {
        let value = sample_weights.map_or(1.0, |weights| weights[row]) * of_class(y, row, class_weights);
        if value.is_finite() { Ok(T::from_f64(value)) } else { Err(DataError::InvalidWeight { row, value }) }
    };
    Ok(Some((0..samples).map(weight).collect::<Result<_, _>>()?))
}

/// The weight of the class of a sample, 1 if nothing is said of it. The class is the target or, of several numbers, the index of
/// the largest.
fn of_class<T: Scalar, Targets: Shape>(
    y: &(impl Data<T, Targets> + ?Sized),
    row: usize,
    class_weights: &[(usize, f64)],
) -> f64 {
    let largest = |best, feature| if y.get(row, feature) > y.get(row, best) { feature } else { best };
    let class = match Targets::FEATURES {
        1 => y.get(row, 0).to_f64().round(),
        features => (1..features).fold(0, largest) as f64,
    };
    class_weights.iter().find(|&&(known, _)| known as f64 == class).map_or(1.0, |&(_, weight)| weight)
}
