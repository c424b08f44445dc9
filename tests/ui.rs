//! Every mistake has a message: it points at the token that is wrong, says what is right, and comes alone.
//! `TRYBUILD=overwrite cargo test --test ui` writes them anew.

#[test]
fn mistakes() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
