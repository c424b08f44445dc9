//! Derivatives of the pointwise losses against central differences: one test for each row of the tables, and for losses of
//! probabilities.

use super::{BinaryCrossentropy, BinaryFocalCrossentropy, PointwiseLoss};

const STEP: f64 = 1e-6;
const BOUND: f64 = 1e-6;

/// Checks a loss at points away from its kinks.
pub(super) fn check_derivative(loss: &impl PointwiseLoss) {
    for prediction in [0.15, 0.35, 0.85] {
        for target in [0.0, 0.25, 1.0] {
            let difference = loss.value(prediction + STEP, target) - loss.value(prediction - STEP, target);
            let expected = difference / (2.0 * STEP);
            let found: f64 = loss.derivative(prediction, target);
            let error = (found - expected).abs() / (1.0 + expected.abs());
            assert!(error < BOUND, "at {prediction} with target {target}: expected {expected}, found {found}");
        }
    }
}

#[test]
fn crossentropies_of_probabilities() {
    for smoothing in [0.0, 0.1] {
        check_derivative(&BinaryCrossentropy::new().from_logits(false).label_smoothing(smoothing));
        for gamma in [0.0, 0.5, 2.0] {
            let loss = BinaryFocalCrossentropy::new().from_logits(false).gamma(gamma).label_smoothing(smoothing);
            check_derivative(&loss);
            check_derivative(&loss.alpha(0.25));
        }
    }
}
