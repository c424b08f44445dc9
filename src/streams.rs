//! Values that travel with their derivatives: second derivatives of custom layers and activations.

pub use mlp_core::streams::*;
