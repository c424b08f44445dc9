use mlp_core::layers::Shape;
use mlp_core::{DataError, Scalar, each_scalar};

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
        let target = |row: usize, feature: usize| y.get(row, feature).to_f64();
        let targets = ClassTargets { samples: y.samples(), features: Y::FEATURES, outputs, target: &target };
        let held_out = |row: usize, feature: usize| validation.map_or(0.0, |y| y.get(row, feature).to_f64());
        let validation = validation.map(|y| ClassTargets { samples: y.samples(), target: &held_out, ..targets });
        T::select::<OfFit>()(settings, &targets, validation.as_ref())
    }
}

each_scalar! {
    /// The function that returns the weights of a training.
    OfFit<T>: fn(&Settings, &ClassTargets<'_>, Option<&ClassTargets<'_>>) -> Result<FitWeights<T>, TrainingError> = of_fit
}

fn of_fit<T: Scalar>(
    settings: &Settings,
    targets: &ClassTargets<'_>,
    validation: Option<&ClassTargets<'_>>,
) -> Result<FitWeights<T>, TrainingError> {
    let of_samples = settings.sample_weight.as_deref();
    let of_validation = settings.validation_sample_weight.as_deref();
    Ok(FitWeights {
        train: targets.weights(of_samples, &settings.class_weight)?,
        held_out: targets.weights(of_samples, &[])?,
        validation: match validation {
            Some(targets) => targets.weights(of_validation, &[])?,
            None => None,
        },
    })
}

/// Returns one weight per sample, the product of its sample weight and of its class's weight, or `None` if there are neither.
pub(super) fn sample_weights<T: Scalar, Targets: Shape>(
    y: &dyn Data<T, Targets>,
    outputs: usize,
    sample_weights: Option<&[f64]>,
    class_weights: &[(usize, f64)],
) -> Result<Option<Vec<T>>, TrainingError> {
    let target = |row: usize, feature: usize| y.get(row, feature).to_f64();
    let targets = ClassTargets { samples: y.samples(), features: Targets::FEATURES, outputs, target: &target };
    targets.weights(sample_weights, class_weights)
}

/// The targets of some samples.
#[derive(Clone, Copy)]
struct ClassTargets<'a> {
    samples: usize,
    features: usize,
    /// Number of outputs of the network.
    outputs: usize,
    target: &'a dyn Fn(usize, usize) -> f64,
}

impl ClassTargets<'_> {
    /// Returns the weights of the samples, if there are any.
    fn weights<T: Scalar>(
        &self,
        sample_weights: Option<&[f64]>,
        class_weights: &[(usize, f64)],
    ) -> Result<Option<Vec<T>>, TrainingError> {
        let Self { samples, outputs, .. } = *self;
        if !class_weights.is_empty() && outputs > 1 {
            return Err(TrainingError::ClassWeights { outputs });
        }
        if sample_weights.is_none() && class_weights.is_empty() {
            return Ok(None);
        }
        self.check_classes(class_weights)?;
        if let Some(weights) = sample_weights.filter(|weights| weights.len() != samples) {
            return Err(DataError::WeightCountMismatch { samples, weights: weights.len() }.into());
        }
        let weight = |row| {
            let value = sample_weights.map_or(1.0, |weights| weights[row]) * self.class_weight(row, class_weights);
            if value.is_finite() { Ok(T::from_f64(value)) } else { Err(DataError::InvalidWeight { row, value }) }
        };
        Ok(Some((0..samples).map(weight).collect::<Result<_, _>>()?))
    }

    /// Checks that one-hot targets have every class that has a weight, and that no class has two.
    fn check_classes(&self, class_weights: &[(usize, f64)]) -> Result<(), TrainingError> {
        for (index, &(class, _)) in class_weights.iter().enumerate() {
            let classes = self.features;
            if classes > 1 && class >= classes {
                return Err(TrainingError::UnknownClass { class, classes });
            }
            if class_weights[..index].iter().any(|&(other, _)| other == class) {
                return Err(TrainingError::DuplicateClass { class });
            }
        }
        Ok(())
    }

    /// Returns the weight of the class of a sample, 1 if the class has none. The class is the target or, for one-hot targets,
    /// the index of the largest.
    fn class_weight(&self, row: usize, class_weights: &[(usize, f64)]) -> f64 {
        let target = |feature| (self.target)(row, feature);
        let class = match self.features {
            _ if class_weights.is_empty() => return 1.0,
            1 => target(0).round(),
            features => (1..features)
                .fold(0, |best, feature| if target(feature) > target(best) { feature } else { best })
                as f64,
        };
        class_weights.iter().find(|&&(known, _)| known as f64 == class).map_or(1.0, |&(_, weight)| weight)
    }
}
