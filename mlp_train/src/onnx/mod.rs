//! Networks as ONNX files, for every runtime that reads them.
//!
//! [`Network::save_onnx`](crate::Network::save_onnx) writes a file. The first dimension of inputs and outputs is free: any number of samples. Layers
//! that act in training only, such as `Dropout`, are omitted. The nodes are those of opset 17, and the file contains the
//! weights.
//!
//! A custom layer adds its nodes in [`Module::export`](mlp_core::layers::Module::export), a custom activation in
//! [`ActivationFunction::export`](mlp_core::activations::ActivationFunction::export):
//!
//! ```
//! # extern crate mlp_core as mlp;
//! use mlp::export::{GraphBuilder, Unsupported, Value};
//!
//! /// `y = x³`
//! fn export(graph: &mut dyn GraphBuilder, x: Value) -> Result<Value, Unsupported> {
//!     let square = graph.node("Mul", &[x, x]);
//!     Ok(graph.node("Mul", &[square, x]))
//! }
//! ```

mod graph;
mod network;

use std::io::Write as _;
use std::path::Path;

use mlp_core::Scalar;
use mlp_core::network::BaseNetwork;
use mlp_data::FileError;

pub(crate) use network::{ensemble_to_bytes, to_bytes};

pub use mlp_core::export::{Attribute, Exported, GraphBuilder, Unsupported, Value, Values};

/// Writes a network as an ONNX file.
pub(crate) fn save<N: BaseNetwork>(network: &N, path: &Path) -> Result<(), OnnxError> {
    check_finite(network)?;
    write(&to_bytes(network)?, path)
}

/// Writes an ensemble as an ONNX file.
pub(crate) fn save_ensemble<N: BaseNetwork>(members: &[Box<N>], path: &Path) -> Result<(), OnnxError> {
    members.iter().try_for_each(|member| check_finite(&**member))?;
    write(&ensemble_to_bytes(members)?, path)
}

fn check_finite<N: BaseNetwork>(network: &N) -> Result<(), OnnxError> {
    match network.as_slice().iter().find(|value| !num_traits::Float::is_finite(**value)) {
        Some(&value) => Err(OnnxError::NotFinite { value: Scalar::to_f64(value) }),
        None => Ok(()),
    }
}

fn write(bytes: &[u8], path: &Path) -> Result<(), OnnxError> {
    Ok(mlp_data::write_file(path, |writer| Ok(writer.write_all(bytes)?))?)
}

/// Network that cannot be exported to ONNX.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{layer}` ({type_name}) has no ONNX export: implement `export` for it")]
pub struct ExportError {
    /// Path of the layer: `encoder.dense_1`.
    pub layer: String,
    /// Name of the type without an `export`.
    pub type_name: &'static str,
}

/// ONNX file that cannot be written. An existing file is left unchanged.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum OnnxError {
    /// A layer has no ONNX export.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// A weight is NaN or infinite.
    #[error("expected finite weights, found {value}")]
    NotFinite {
        /// The first such weight.
        value: f64,
    },
    /// The file cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

mlp_core::debug_as_display!(ExportError, OnnxError);
