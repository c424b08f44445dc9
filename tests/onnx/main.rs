//! ONNX: export of networks, and import of models.

mod case;
mod export;
mod import;
mod nodes;
#[path = "../goldens/predictions.rs"]
mod predictions;
