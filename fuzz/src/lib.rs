//! What every parser is asked, whatever bytes it is given: no panic, no hang, and memory in proportion.
//!
//! `tests/data/damage.rs` asks the same of files with some bytes changed; see CONTRIBUTING for how to run a target.

pub mod onnx;
pub mod parsers;
