//! Initial weights.

pub use mlp_core::initializers::*;
#[cfg(feature = "std")]
pub use mlp_train::initializers::*;
