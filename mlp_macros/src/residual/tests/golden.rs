//! `UPDATE_EXPECT=1 cargo test -p mlp_macros` writes the expected expansions anew.

use expect_test::{ExpectFile, expect_file};
use quote::quote;

fn check(input: proc_macro2::TokenStream, expected: ExpectFile) {
    let code = crate::residual::residuals(input).unwrap();
    expected.assert_eq(&prettyplease::unparse(&syn::parse2(code).unwrap()));
}

#[test]
fn burgers() {
    let input = quote! {
        /// Viscous Burgers' equation, u_t + u u_x = nu u_xx.
        pub struct Burgers { pub nu: f64 }
        (x, t) -> u { u.t + u * u.x - nu * u.xx }
    };
    check(input, expect_file!["../../../tests/expansion/burgers.rs"]);
}
