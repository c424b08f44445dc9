//! Losses, and the weights of classes.

pub use mlp_core::losses::*;
#[cfg(feature = "std")]
pub use mlp_train::{compute_class_weight, compute_sample_weight};
