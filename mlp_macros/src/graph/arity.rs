//! Layers that lack a size. The macro does not know how many a layer has, but it can see when two disagree.

use syn::Error;

use super::Described;
use super::chain::output;
use crate::ast::{Call, Sizes};

pub(super) fn check(layer: Described, index: usize, layers: &[Option<Described>]) -> Result<(), Error> {
    let (call, before) = (&layer.call, index.checked_sub(1).and_then(|before| output(layers[before]?)));
    if let Some(other) = layers.iter().flatten().find(|other| has_more_sizes(other.call, call)) {
        return Err(missing(call, before, &format!(" that {other}, has")));
    }
    // `Dense(10, relu)`, as in Keras. A layer that keeps its width and has a type as well is no likely first one.
    if index == 0 && has_one_size(call) && call.arguments.iter().any(|arguments| !arguments.types.is_empty()) {
        return Err(missing(call, before, ""));
    }
    Ok(())
}

fn has_one_size(call: &Call) -> bool {
    matches!(call.sizes(), Some(Sizes::Kept(_)))
}

/// `Dense(1 => 10)` and `Dense(10)`
fn has_more_sizes(other: &Call, call: &Call) -> bool {
    let has_two_sizes = |call: &Call| matches!(call.sizes(), Some(Sizes::Between(..)));
    other.path == call.path && has_two_sizes(other) && !has_two_sizes(call)
}

fn missing(call: &Call, before: Option<usize>, which: &str) -> Error {
    let input = before.map_or("inputs".into(), |gives| gives.to_string());
    let output = call.sizes().map_or("outputs".into(), Sizes::to_string);
    let message = format!("`{call}` lacks a size{which}: write `{}({input} => {output})`", call.kind());
    match call.sizes() {
        Some(sizes) => Error::new_spanned(sizes.input(), message),
        None => Error::new_spanned(&call.path, message),
    }
}
