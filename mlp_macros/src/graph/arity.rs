//! Checks for missing sizes. The macro does not know the arity of a layer, but sees when two layers of a kind differ.

use syn::Error;

use super::description::LayerDescription;
use super::sizes::output_size;
use crate::ast::{LayerCall, Sizes};

/// Returns an error if layer `index` of a chain has fewer sizes than another layer of its kind.
pub(super) fn check(layer: LayerDescription, index: usize, layers: &[Option<LayerDescription>]) -> Result<(), Error> {
    let call = layer.call;
    let previous = index.checked_sub(1).and_then(|previous| output_size(layers[previous]?));
    if let Some(other) = layers.iter().flatten().find(|other| has_more_sizes(other.call, call)) {
        return Err(missing(call, previous, &format!(" that {} has", other.subject())));
    }
    // `Dense(10, relu)`, as in Keras. Without any `=>` in the network, a layer of one size that also has a type is unlikely to
    // come first.
    let has_types = call.arguments.iter().any(|arguments| !arguments.types.is_empty());
    let no_arrow = !layers.iter().flatten().any(|other| has_two_sizes(other.call));
    if index == 0 && has_one_size(call) && has_types && no_arrow {
        return Err(missing(call, previous, ""));
    }
    Ok(())
}

fn has_one_size(call: &LayerCall) -> bool {
    matches!(call.sizes(), Some(Sizes::Kept(_)))
}

fn has_two_sizes(call: &LayerCall) -> bool {
    matches!(call.sizes(), Some(Sizes::Between(..)))
}

/// Returns whether `call` lacks a size of `other`, as `Dense(10)` next to `Dense(1 => 10)`.
fn has_more_sizes(other: &LayerCall, call: &LayerCall) -> bool {
    other.path == call.path && has_two_sizes(other) && !has_two_sizes(call)
}

fn missing(call: &LayerCall, previous: Option<usize>, which: &str) -> Error {
    let input = previous.map_or("inputs".into(), |size| size.to_string());
    let output = call.sizes().map_or("outputs".into(), Sizes::to_string);
    let message = format!("`{call}` lacks a size{which}: write `{}({input} => {output})`", call.kind());
    match call.sizes() {
        Some(sizes) => Error::new_spanned(sizes.input(), message),
        None => Error::new_spanned(&call.path, message),
    }
}
