//! Derivatives of the pointwise losses against central differences: one test for each row of the tables.

use super::PointwiseLoss;

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
