//! Parser of `onnx!`, compiled from the sources of the macro.

#[path = "../../mlp_macros/src/onnx/arithmetic.rs"]
mod arithmetic;
#[path = "../../mlp_macros/src/onnx/layers.rs"]
mod layers;
#[path = "../../mlp_macros/src/onnx/lower.rs"]
mod lower;
#[path = "../../mlp_macros/src/onnx/model.rs"]
#[allow(dead_code, reason = "the macro also reads the file")]
mod model;
#[path = "../../mlp_macros/src/onnx/patterns.rs"]
mod patterns;
#[path = "../../mlp_macros/src/onnx/structure.rs"]
mod structure;

/// Lowers a model to statements, or expects at least one error.
pub fn onnx(bytes: &[u8]) {
    match model::parse(bytes).and_then(|model| lower::lower(&model)) {
        Ok(lowered) => {
            assert!(lowered.statements.to_string().contains("Model"));
            assert!(lowered.parameters.len().is_multiple_of(if lowered.scalar == "f32" { 4 } else { 8 }));
        }
        Err(problems) => assert!(!problems.is_empty()),
    }
}
