//! `UPDATE_EXPECT=1 cargo test -p mlp_macros` writes the expected expansions anew.

use expect_test::{ExpectFile, expect_file};
use quote::quote;

fn check(input: proc_macro2::TokenStream, expected: ExpectFile) {
    let sequential: crate::ast::Sequential = syn::parse2(input).unwrap();
    let code = sequential.networks.iter().map(crate::chain).collect();
    expected.assert_eq(&prettyplease::unparse(&syn::parse2(code).unwrap()));
}

#[test]
fn sine_net() {
    let input = quote! {
        /// Approximates sin on [0, 2π].
        pub struct SineNet {
            Dense(1 => 10, relu),
            hidden: Dense(10 => 10, relu),
            Dense(10 => 1),
        }
    };
    check(input, expect_file!["../../tests/expansion/sine_net.rs"]);
}
