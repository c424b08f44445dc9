//! Generated code needs no imports, is not affected by shadowed names, and passes strict lints.

#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub, unused_qualifications)]
#![deny(unused_braces, unused_parens, unused_results, trivial_casts, single_use_lifetimes, let_underscore_drop)]
#![deny(clippy::all, clippy::pedantic, clippy::undocumented_unsafe_blocks)]

/// Names that generated code uses, shadowed by other items.
mod shadowed {
    #![allow(missing_docs, dead_code, non_camel_case_types, missing_debug_implementations, unreachable_pub)]

    pub struct f32;
    pub struct f64;
    pub struct usize;
    pub struct str;
    pub struct bool;
    pub struct Box;
    pub struct Option;
    pub struct Some;
    pub struct Default;
    pub struct Layer;
    pub struct Network;
    pub struct Parameters;
    pub struct Tile;
    pub struct Options;
    pub struct Cache;
    pub mod core {}
    pub mod std {}
    pub mod mlp {}
}

/// Networks in a scope with shadowed names.
#[allow(unused_imports)]
pub mod networks {
    use super::shadowed::*;
    use ::mlp::{Dense, relu};

    const WIDTH: ::core::primitive::usize = 2;

    ::mlp::sequential! {
        /// Layers with the names of variables in generated code.
        pub struct Net {
            input: Dense(1 => WIDTH, relu),
            output: Dense(WIDTH => WIDTH + 1),
            options: Dense(3 => 3, relu, init = ::mlp::ones),
            cache: Dense(3 => 3, relu),
            samples: Dense(3 => 3),
            mode: Dense(3 => 3),
            pass: Dense(3 => 3),
            gradient: Dense(3 => 3),
            gradient_1: Dense(3 => 3),
            layers: Dense(3 => 3),
            values: Dense(3 => 3),
            moments: Dense(3 => 3),
            moment: Dense(3 => 3),
            rule: Dense(3 => 3),
            summary: Dense(3 => 3),
            rng: Dense(3 => 3),
            name: Dense(3 => 3),
            r#type: Dense(3 => 1),
        }

        /// Const generic sizes.
        pub struct Sized<const INPUT: ::core::primitive::usize, const MOMENTS: ::core::primitive::usize>: f64 {
            ::mlp::Dense(INPUT => MOMENTS, ::mlp::relu),
            ::mlp::Dense(MOMENTS => 1),
        }

        struct Private {
            Net,
            one_more: Net,
        }
    }

    /// Uses a private network and one of an expression.
    #[must_use]
    pub fn count() -> ::core::primitive::usize {
        let private = ::mlp::Parameters::as_slice(&*<Private as ::mlp::Network>::new(0)).len();
        private + ::mlp::Parameters::as_slice(&*::mlp::sequential![Dense(1 => 1), last: Dense(1 => WIDTH)]).len()
    }
}

/// Writes a network from another macro.
macro_rules! network {
    ($name:ident, $width:expr, $activation:ident, $layer:ident) => {
        ::mlp::sequential! {
            struct $name {
                $layer: ::mlp::Dense(1 => $width, $activation),
                ::mlp::Dense($width => 1),
            }
        }
    };
}

use ::mlp::relu;
network!(Generated, 1 + 1, relu, hidden);

#[::core::prelude::v1::test]
fn counts() {
    ::std::assert_eq!(<networks::Net as ::mlp::Parameters>::COUNT, 4 + 9 + 15 * 12 + 4);
    ::std::assert_eq!(<networks::Sized<3, 5> as ::mlp::Parameters>::COUNT, 20 + 6);
    ::std::assert_eq!(networks::count(), 2 * <networks::Net as ::mlp::Parameters>::COUNT + 2 + 4);
    ::std::assert_eq!(<Generated as ::mlp::Parameters>::COUNT, 7);
}

#[::core::prelude::v1::test]
fn raw_identifiers_are_shown_without_their_prefix() {
    let summary = ::mlp::Summary::of_network::<networks::Net>();
    ::std::assert_eq!(summary.rows()[17].name, "type");
}
