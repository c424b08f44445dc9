//! Optimizers and learning rate schedules.

pub use mlp_core::optimizers::*;
#[cfg(feature = "std")]
pub use mlp_train::optimizers::*;
