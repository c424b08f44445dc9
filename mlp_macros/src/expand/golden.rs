//! `UPDATE_EXPECT=1 cargo test -p mlp_macros` writes the expected expansions anew.

use expect_test::{ExpectFile, expect_file};
use quote::quote;

use crate::ast::{Chain, Networks, Statements};
use crate::graph::Analyze;

fn check<B: Analyze>(input: proc_macro2::TokenStream, expected: ExpectFile) {
    let networks: Networks<B> = syn::parse2(input).unwrap();
    expected.assert_eq(&prettyplease::unparse(&syn::parse2(crate::networks(networks)).unwrap()));
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
    check::<Chain>(input, expect_file!["../../tests/expansion/sine_net.rs"]);
}

#[test]
fn two_towers() {
    let input = quote! {
        /// Predicts whether a user likes an item.
        pub struct TwoTowers {
            let user = Input(3);
            let item = Input(2);
            let encode = Dense(2 => 4, tanh);
            let left = Dense(3 => 4, tanh)(user);
            let right = encode(item);
            let both = Add()(left, right);
            let score = Dense(4 => 1)(both);
            let rest = Dense(2 => 1)(left[0..2]);
            Model((user, item) => (score, rest))
        }
    };
    check::<Statements>(input, expect_file!["../../tests/expansion/two_towers.rs"]);
}
