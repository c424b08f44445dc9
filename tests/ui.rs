//! Compile errors: each mistake has one message, which points at the wrong token and names the fix.
//! `TRYBUILD=overwrite cargo test --test ui` updates the messages.

#[test]
fn mistakes() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    cases.compile_fail("tests/ui/functional/*.rs");
    cases.compile_fail("tests/ui/onnx/*.rs");
}
