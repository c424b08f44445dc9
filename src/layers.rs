//! Layers, and how to write one: [`Layer`].

pub use mlp_core::layers::*;
#[cfg(feature = "std")]
pub use mlp_train::{NamedVariable, Row, Summary};
