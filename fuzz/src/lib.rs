//! Fuzz targets. A parser must not panic, must not hang, and must use memory in proportion to its input, for any bytes.
//!
//! `tests/data/damage.rs` checks the same on damaged files. CONTRIBUTING explains how to run a target.

// The modules of the macros, which are not public.
#[macro_use]
#[path = "../../mlp_macros/src/tokens.rs"]
mod tokens;

#[path = "../../mlp_macros/src/ast/mod.rs"]
#[allow(dead_code)]
mod ast;
#[path = "../../mlp_macros/src/errors.rs"]
mod errors;
#[path = "../../mlp_macros/src/expand/mod.rs"]
mod expand;
#[path = "../../mlp_macros/src/graph/mod.rs"]
mod graph;
#[path = "../../mlp_macros/src/plan.rs"]
mod plan;
#[path = "../../mlp_macros/src/recovery.rs"]
mod recovery;
#[path = "../../mlp_macros/src/residual/mod.rs"]
mod residual;
#[path = "../../mlp_macros/src/suggestion.rs"]
mod suggestion;

pub mod differential;
pub mod onnx;
pub mod parsers;
pub mod program;
