//! ONNX: export of networks, and import of models.

mod case;
mod export;
mod import;
#[path = "../goldens/predictions.rs"]
mod predictions;
