//! Compile errors: each mistake causes one error, which points at the wrong token and states what to write.
//! `TRYBUILD=overwrite cargo test --test ui` updates the expected output.

#[test]
fn mistakes() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    cases.compile_fail("tests/ui/data/*.rs");
    cases.compile_fail("tests/ui/export_c/*.rs");
    cases.compile_fail("tests/ui/functional/*.rs");
    cases.compile_fail("tests/ui/layers/*.rs");
    cases.compile_fail("tests/ui/onnx/*.rs");
    cases.compile_fail("tests/ui/options/*.rs");
    cases.compile_fail("tests/ui/quantized/*.rs");
    cases.compile_fail("tests/ui/residual/*.rs");
    cases.compile_fail("tests/ui/sizes/*.rs");
    cases.compile_fail("tests/ui/training/*.rs");
}
