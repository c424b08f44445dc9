use mlp_core::layers::Shape;
use mlp_core::{DataError, Scalar};

use crate::dataset::Data;

use super::settings::Settings;
use crate::error::TrainingError;

/// Weights of the samples in training and validation. `None` means 1 for every sample.
pub(super) struct FitWeights<T> {
    pub(super) train: Option<Vec<T>>,
    /// Weights of `train` without class weights, for the held-out samples.
    pub(super) held_out: Option<Vec<T>>,
    pub(super) validation: Option<Vec<T>>,
}

impl<T: Scalar> FitWeights<T> {
    pub(super) fn new<Y: Shape>(
        settings: &Settings,
        y: &dyn Data<T, Y>,
        validation: Option<&dyn Data<T, Y>>,
        outputs: usize,
    ) -> Result<Self, TrainingError> {
        let of_samples = settings.sample_weight.as_deref();
        let of_validation = settings.validation_sample_weight.as_deref();
        Ok(Self {
            train: sample_weights(y, outputs, of_samples, &settings.class_weight)?,
            held_out: sample_weights(y, outputs, of_samples, &[])?,
            validation: match validation {
                Some(y) => sample_weights(y, outputs, of_validation, &[])?,
                None => None,
            },
        })
    }
}

/// Returns one weight per sample, the product of its sample weight and of its class's weight, or `None` if there are neither.
pub(crate) fn sample_weights<T: Scalar, Targets: Shape>(
    y: &dyn Data<T, Targets>,
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
    check_classes::<Targets>(class_weights)?;
    let samples = y.samples();
    if let Some(weights) = sample_weights.filter(|weights| weights.len() != samples) {
        return Err(DataError::WeightCountMismatch { samples, weights: weights.len() }.into());
    }
    let weight = |row| {
        let value = sample_weights.map_or(1.0, |weights| weights[row]) * class_weight(y, row, class_weights);
        if value.is_finite() { Ok(T::from_f64(value)) } else { Err(DataError::InvalidWeight { row, value }) }
    };
    Ok(Some((0..samples).map(weight).collect::<Result<_, _>>()?))
}

/// Checks that one-hot targets have every class that has a weight, and that no class has two.
fn check_classes<Targets: Shape>(class_weights: &[(usize, f64)]) -> Result<(), TrainingError> {
    for (index, &(class, _)) in class_weights.iter().enumerate() {
        let classes = Targets::FEATURES;
        if classes > 1 && class >= classes {
            return Err(TrainingError::UnknownClass { class, classes });
        }
        if class_weights[..index].iter().any(|&(other, _)| other == class) {
            return Err(TrainingError::DuplicateClass { class });
        }
    }
    Ok(())
}

/// Returns the weight of the class of a sample, 1 if the class has none. The class is the target or, for one-hot targets, the
/// index of the largest.
fn class_weight<T: Scalar, Targets: Shape>(
    y: &dyn Data<T, Targets>,
    row: usize,
    class_weights: &[(usize, f64)],
) -> f64 {
    let larger = |best, feature| if y.get(row, feature) > y.get(row, best) { feature } else { best };
    let class = match Targets::FEATURES {
        1 => y.get(row, 0).to_f64().round(),
        features => (1..features).fold(0, larger) as f64,
    };
    class_weights.iter().find(|&&(known, _)| known as f64 == class).map_or(1.0, |&(_, weight)| weight)
}
