//! The front end of `onnx!`.

#[path = "../../mlp_macros/src/onnx/arithmetic.rs"]
mod arithmetic;
#[path = "../../mlp_macros/src/onnx/layers.rs"]
mod layers;
#[path = "../../mlp_macros/src/onnx/lower.rs"]
mod lower;
#[path = "../../mlp_macros/src/onnx/model.rs"]
#[allow(dead_code, reason = "the file is not read from disk here")]
mod model;
#[path = "../../mlp_macros/src/onnx/patterns.rs"]
mod patterns;
#[path = "../../mlp_macros/src/onnx/structure.rs"]
mod structure;

/// Checks that a model becomes statements, or that its errors are reported.
pub fn onnx(bytes: &[u8]) {
    match model::parse(bytes, model::Limits::default()).and_then(lower::lower) {
        Ok(lowered) => {
            assert!(lowered.statements.to_string().contains("Model"));
            assert!(lowered.parameters.len().is_multiple_of(if lowered.scalar == "f32" { 4 } else { 8 }));
        }
        Err(errors) => assert!(!errors.is_empty()),
    }
}
