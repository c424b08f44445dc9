//! Runtime of `mlp` without std and without a heap. Use the crate `mlp`, which adds the macros.

#![cfg_attr(not(test), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// Where a dependency links std, floats have the methods of `num_traits::Float` themselves.
#![allow(unused_imports)]

#[cfg(feature = "serde")]
extern crate alloc;

pub mod activations;
mod augmented;
pub mod c_interface;
mod data_error;
mod error_format;
pub mod export;
#[doc(hidden)]
pub mod generated;
pub mod initializers;
mod inline_value;
pub mod kernels;
mod layer_check;
pub mod layers;
pub mod losses;
mod memory;
pub mod network;
pub mod optimizers;
mod option_names;
mod options;
mod parameters;
pub mod policies;
pub mod quantized;
mod random;
mod real;
mod residual;
mod scalar;
#[cfg(feature = "serde")]
pub mod serde_boxed;
pub mod streams;
mod tape;
mod tile;
mod trainer;
mod variable;

pub use augmented::{Augmented, MAX_COEFFICIENTS};
pub use data_error::{DataError, Role};
pub use memory::*;
#[doc(hidden)]
pub use options::OptionValue;
pub use parameters::Parameters;
pub use random::Rng;
pub use real::Real;
pub use residual::{
    EquationDerivatives, Evaluation, Registers, Residual, ResidualGradient, ResidualTile, residual_derivatives,
    residuals, squared_residuals, streams_of,
};
#[doc(hidden)]
pub use scalar::EachScalar;
pub use scalar::{FromElement, Scalar};
pub use tape::{SamplePass, SampleTape, TapeGradients, TapeTile};
pub use tile::*;
pub use trainer::Trainer;
