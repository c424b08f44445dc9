//! The runtime of `mlp`. Use the `mlp` crate: it brings the macros too.

#![cfg_attr(not(feature = "std"), no_std)]

pub mod activations;
#[cfg(feature = "std")]
pub mod data;
#[cfg(feature = "std")]
pub mod diagram;
mod error_format;
#[doc(hidden)]
pub mod generated;
pub mod initializers;
pub mod kernels;
pub mod layers;
pub mod losses;
#[cfg(feature = "std")]
pub mod metrics;
#[cfg(feature = "onnx")]
pub mod onnx;
pub mod optimizers;
mod parameters;
mod random;
mod scalar;
#[cfg(feature = "serde")]
pub mod serde_boxed;
mod tile;
pub mod training;
#[cfg(feature = "safetensors")]
pub mod weights;

pub use parameters::Parameters;
pub use random::Rng;
pub use scalar::Scalar;
pub use tile::{Buffer, Either, Passing, Room, Tile, TileMut};
