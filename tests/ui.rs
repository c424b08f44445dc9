//! Every mistake has a message: it points at the token that is wrong, says what is right, and comes alone.
//! `TRYBUILD=overwrite cargo test --test ui` writes them anew.

#[test]
fn mistakes() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    cases.compile_fail("tests/ui/functional/*.rs");
    cases.compile_fail("tests/ui/onnx/*.rs");
}
