//! Data from files: CSV, NumPy, IDX and safetensors files, batches, preprocessing, damaged files.

mod batches;
mod csv;
mod damage;
mod encoder;
#[allow(dead_code, reason = "shared with the golden tests")]
#[path = "../goldens/golden.rs"]
mod golden;
mod limits;
mod ndarray;
mod preprocessing;
mod tensors;
