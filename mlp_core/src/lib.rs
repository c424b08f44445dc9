//! The runtime of `mlp`. Use the `mlp` crate: it brings the macros too.

pub mod activations;
#[cfg(feature = "serde")]
pub mod boxed;
pub mod data;
pub mod diagram;
#[doc(hidden)]
pub mod generated;
pub mod initializers;
pub mod kernels;
pub mod layers;
pub mod losses;
pub mod metrics;
pub mod optimizers;
mod parameters;
mod random;
mod scalar;
mod tile;
pub mod training;
#[cfg(feature = "safetensors")]
pub mod weights;

pub use parameters::Parameters;
pub use random::Generator;
pub use scalar::Scalar;
pub use tile::{Buffer, Tile, TileMut};
