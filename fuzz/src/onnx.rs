//! The files of `onnx!`, which a macro reads.

#[path = "../../mlp_macros/src/onnx/arithmetic.rs"]
mod arithmetic;
#[path = "../../mlp_macros/src/onnx/layers.rs"]
mod layers;
#[path = "../../mlp_macros/src/onnx/lower.rs"]
mod lower;
#[path = "../../mlp_macros/src/onnx/model.rs"]
#[allow(dead_code, reason = "the file itself is not read here")]
mod model;
#[path = "../../mlp_macros/src/onnx/patterns.rs"]
mod patterns;
#[path = "../../mlp_macros/src/onnx/structure.rs"]
mod structure;

/// A model becomes statements, or all its problems are told.
pub fn onnx(bytes: &[u8]) {
    match model::parse(bytes).and_then(|model| lower::lower(&model)) {
        Ok(lowered) => {
            assert!(lowered.statements.to_string().contains("Model"));
            assert!(lowered.parameters.len().is_multiple_of(if lowered.scalar == "f32" { 4 } else { 8 }));
        }
        Err(problems) => assert!(!problems.is_empty()),
    }
}
