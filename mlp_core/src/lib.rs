//! Runtime of `mlp` without std and without a heap. Use the crate `mlp`, which adds the macros.

#![no_std]

pub mod activations;
pub mod export;
#[doc(hidden)]
pub mod generated;
pub mod initializers;
pub mod kernels;
pub mod layers;
pub mod losses;
pub mod network;
mod parameters;
mod random;
mod real;
mod scalar;
mod tile;
mod variable;

pub use parameters::Parameters;
pub use random::Rng;
pub use real::Real;
pub use scalar::Scalar;
pub use tile::*;
