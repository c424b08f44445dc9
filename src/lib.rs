// The links of the front page: in rustdoc, to the pages of the guide.
#![cfg_attr(not(doctest), doc = include_str!("links.md"))]
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
pub mod __private;
#[cfg(feature = "std")]
pub mod data;
mod export_c;
#[cfg(any(doc, doctest))]
pub mod guide;
pub mod initializers;
pub mod layers;
pub mod losses;
mod macros;
#[cfg(feature = "mpi")]
pub mod mpi;
pub mod optimizers;
#[cfg(feature = "plot")]
pub mod plot;
pub mod prelude;
pub mod reinforcement;
#[cfg(feature = "std")]
pub mod residuals;
pub mod streams;
pub mod training;

pub use mlp_core::layers::Add;
#[cfg(feature = "serde")]
pub use mlp_core::serde_boxed;
pub use mlp_core::{
    Allocator, Memory, Real, Static, TapeGradients, TapeTile, TileBuffer, activations, c_interface, export, kernels,
    padded_len, quantized,
};
#[cfg(feature = "onnx")]
pub use mlp_train::onnx;
#[cfg(feature = "safetensors")]
pub use mlp_train::weights;
#[cfg(feature = "std")]
pub use mlp_train::{Buffer, diagram, metrics};

pub use prelude::*;
