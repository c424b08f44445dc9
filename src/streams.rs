//! Values that travel with their derivatives: how a layer or an activation of your own gets second derivatives.

pub use mlp_core::streams::*;
