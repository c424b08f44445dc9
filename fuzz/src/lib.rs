//! Fuzz targets. A parser must not panic, must not hang, and must use memory in proportion to its input, for any bytes.
//!
//! `tests/data/damage.rs` checks the same on damaged files. CONTRIBUTING explains how to run a target.

pub mod onnx;
pub mod parsers;
