//! How far a training goes.

use super::fit::Settings;
use super::training_error::TrainingError;

/// Epochs and batches of at least one. Gives how many samples are trained on.
pub(super) fn of(settings: &Settings, samples: usize, has_validation: bool) -> Result<usize, TrainingError> {
    let &Settings { epochs, batch_size, validation_freq, validation_split: split, .. } = settings;
    // Where some lie behind an initial epoch, there may be none left.
    if epochs == 0 {
        return Err(TrainingError::ZeroEpochs);
    }
    if batch_size == 0 {
        return Err(TrainingError::ZeroBatchSize);
    }
    if validation_freq == 0 {
        return Err(TrainingError::ZeroValidationFreq);
    }
    if split == 0.0 || has_validation {
        return Ok(samples);
    }
    // As Keras rounds it. A number that is NaN or out of range leaves nothing on one of both sides.
    let trained = (samples as f64 * (1.0 - split)).floor() as usize;
    if trained == 0 || trained >= samples {
        return Err(TrainingError::ValidationSplit { split, samples });
    }
    Ok(trained)
}
