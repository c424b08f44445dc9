//! Training on equations: terms of a loss, their points, and what `residual!` implements.

pub use mlp_core::{Augmented, Evaluation, MAX_COEFFICIENTS, Registers, Residual};
pub use mlp_train::residuals::*;
