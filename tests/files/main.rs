//! Networks in files: weights, checkpoints, serde, and the files of other frameworks.

mod checkpoint;
mod compatibility;
mod foreign;
#[allow(dead_code, reason = "shared with the golden tests")]
#[path = "../goldens/golden.rs"]
mod golden;
#[path = "../goldens/predictions.rs"]
mod predictions;
mod serde;
mod settings;
mod solve;
mod weights;
mod writing;
