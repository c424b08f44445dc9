//! Methods of features that are disabled. Nothing implements their bounds, whose message names the feature.

#[cfg(not(feature = "ctrlc"))]
mod ctrlc;
#[cfg(not(feature = "keras"))]
pub mod keras;
#[cfg(not(feature = "onnx"))]
pub mod onnx;
#[cfg(not(feature = "safetensors"))]
pub mod safetensors;
