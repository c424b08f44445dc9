//! What a layer takes, compared with what it is given.

use proc_macro2::Span;
use syn::spanned::Spanned as _;

use super::Comparison;
use super::sizes::{literal, parameter_in};
use crate::ast::{Call, Head, Sizes};

/// What a layer takes, in words, if that is not what it is given.
pub(super) fn misfit(gives: usize, sizes: &Sizes) -> Option<String> {
    let takes = literal(sizes.input()).filter(|takes| *takes != gives)?;
    Some(match sizes {
        Sizes::Between(..) if takes == 1 => "1 input".into(),
        Sizes::Between(..) => format!("{takes} inputs"),
        Sizes::Kept(_) => format!("and gives {takes}"),
    })
}

/// How the compiler is to compare what the macro could not.
pub(super) fn of(known: Option<(usize, usize)>, are_numbers: bool) -> Comparison {
    match known {
        Some(_) => Comparison::Done,
        None if are_numbers => Comparison::Numbers,
        None => Comparison::Types,
    }
}

/// Whether a layer's sizes can be written as numbers. Those that are not written are asked of the layer's type, which
/// stable Rust cannot do for a const parameter.
pub(super) fn is_number(call: &Call, head: &Head) -> bool {
    call.sizes().is_some() || parameter_in(&call.path, head).is_none()
}

/// Where a layer says what it takes.
pub(super) fn place(call: &Call) -> Span {
    call.sizes().map_or(call.kind().span(), |sizes| sizes.input().span())
}
