//! Networks as ONNX files, for every runtime that reads them.
//!
//! [`Network::save_onnx`](crate::training::Network::save_onnx) writes one. The first dimension of its inputs and outputs is
//! free: any number of samples. What only training has, as `Dropout`, is left out. The nodes are those of opset 17, and the
//! weights are in the file.
//!
//! A layer of your own says how it is computed in [`Layer::export`](crate::layers::Layer::export), an activation in
//! [`ActivationFunction::export`](crate::activations::ActivationFunction::export):
//!
//! ```
//! use mlp_core::onnx::{ExportError, Graph, Value};
//!
//! /// `y = x³`
//! fn export(graph: &mut Graph, x: &Value) -> Result<Value, ExportError> {
//!     let square = graph.node("Mul", &[x, x]);
//!     Ok(graph.node("Mul", &[&square, x]))
//! }
//! ```

mod graph;
mod network;

pub use graph::{Attribute, Graph, Value};

pub(crate) use network::to_bytes;

use crate::data::FileError;

/// A network that cannot be written as ONNX.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{layer}` ({kind}) does not say how it is computed: implement `export` for it")]
pub struct ExportError {
    /// The layer, by its names: `encoder.dense_1`.
    pub layer: String,
    /// The type that has no `export` of its own.
    pub kind: &'static str,
}

/// A value for each part of a layer's output.
pub type Exported = Result<Vec<Value>, ExportError>;

/// A file of ONNX that cannot be written; an old one stays.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OnnxError {
    /// A layer cannot be written as ONNX.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The system cannot write the file.
    #[error(transparent)]
    File(#[from] FileError),
}
