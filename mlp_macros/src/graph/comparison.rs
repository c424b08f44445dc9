//! Comparison of the size that a layer expects with the size of its input.

use proc_macro2::Span;
use syn::spanned::Spanned as _;

use super::Comparison;
use super::sizes::{literal, parameter_in};
use crate::ast::{Head, LayerCall, Sizes};

/// Returns what a layer expects, if it differs from the `found` number of features: "expects 12 inputs".
pub(super) fn mismatch(found: usize, sizes: &Sizes) -> Option<String> {
    let expected = literal(sizes.input()).filter(|expected| *expected != found)?;
    Some(match sizes {
        Sizes::Between(..) if expected == 1 => "expects 1 input".into(),
        Sizes::Between(..) => format!("expects {expected} inputs"),
        Sizes::Kept(_) => format!("expects and produces {expected}"),
    })
}

/// Returns how the compiler compares two sizes, if they are not `known` to the macro.
pub(super) fn of(known: Option<(usize, usize)>, are_numbers: bool) -> Comparison {
    match known {
        Some(_) => Comparison::Done,
        None if are_numbers => Comparison::Numbers,
        None => Comparison::Types,
    }
}

/// Returns whether a layer's sizes can be constants in the code.
///
/// Sizes that are not written come from the layer's type. Stable Rust has no such constant if a const parameter is
/// involved.
pub(super) fn is_number(call: &LayerCall, head: &Head) -> bool {
    call.sizes().is_some() || parameter_in(&call.path, head).is_none()
}

/// Returns the span of the input size, or else of the layer's name.
pub(super) fn span(call: &LayerCall) -> Span {
    call.sizes().map_or(call.kind().span(), |sizes| sizes.input().span())
}
