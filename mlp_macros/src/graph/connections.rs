//! The sizes of neighbours.

use super::Numbered;
use super::sizes::{literal, parameter_in};
use crate::ast::{Network, Sizes};
use crate::errors::Errors;

/// For each layer whether the compiler has to compare its input with the output before it.
pub(super) fn check(layers: &[Option<Numbered>], network: &Network, errors: &mut Errors) -> Vec<bool> {
    let complete: Vec<_> = layers.iter().enumerate().map(|(i, _)| complete(i, layers, errors)).collect();
    let before = core::iter::once(&None).chain(&complete);
    before.zip(&complete).map(|pair| matches!(pair, (Some(a), Some(b)) if connect(*a, *b, network, errors))).collect()
}

fn connect(before: Numbered, layer: Numbered, network: &Network, errors: &mut Errors) -> bool {
    let sizes = layer.layer.call.sizes();
    let gives = before.layer.call.sizes().and_then(|sizes| literal(sizes.output()));
    let takes = sizes.and_then(|sizes| literal(sizes.input()));
    match (gives, takes, sizes) {
        (Some(gives), Some(takes), Some(sizes)) if gives != takes => {
            let takes = takes_what(sizes, takes);
            errors.add(sizes.input(), format_args!("{layer}, takes {takes}, but {before}, gives {gives}"));
            false
        }
        (Some(_), Some(_), _) => false,
        _ => [before, layer].iter().all(|layer| has_known_sizes(*layer, network)),
    }
}

fn takes_what(sizes: &Sizes, takes: usize) -> String {
    match sizes {
        Sizes::Between(..) if takes == 1 => "1 input".into(),
        Sizes::Between(..) => format!("{takes} inputs"),
        Sizes::Kept(_) => format!("and gives {takes}"),
    }
}

/// Sizes that are not written are asked of the layer's type, which stable Rust cannot do for a const parameter.
fn has_known_sizes(layer: Numbered, network: &Network) -> bool {
    let call = &layer.layer.call;
    call.sizes().is_some() || parameter_in(&call.path, network).is_none()
}

/// The layer, unless it lacks a size, as `Dense(10)` does where another `Dense` has two.
fn complete<'a>(index: usize, layers: &[Option<Numbered<'a>>], errors: &mut Errors) -> Option<Numbered<'a>> {
    let layer = layers[index]?;
    let Some(other) = layers.iter().flatten().find(|other| has_more_sizes(**other, layer)) else { return Some(layer) };
    let before = index.checked_sub(1).and_then(|before| layers[before]);
    errors.push(missing_size(layer, *other, before));
    None
}

fn has_more_sizes(other: Numbered, layer: Numbered) -> bool {
    let (other, call) = (&other.layer.call, &layer.layer.call);
    let two = |sizes: Option<&Sizes>| matches!(sizes, Some(Sizes::Between(..)));
    other.path == call.path && two(other.sizes()) && !two(call.sizes())
}

fn missing_size(layer: Numbered, other: Numbered, before: Option<Numbered>) -> syn::Error {
    let call = &layer.layer.call;
    let gives = before.and_then(|before| before.layer.call.sizes()).and_then(|sizes| literal(sizes.output()));
    let input = gives.map_or("inputs".into(), |gives| gives.to_string());
    let output = call.sizes().map_or("outputs".into(), Sizes::to_string);
    let message = format!("`{call}` lacks a size that {other}, has: write `{}({input} => {output})`", call.kind());
    match call.sizes() {
        Some(sizes) => syn::Error::new_spanned(sizes.input(), message),
        None => syn::Error::new_spanned(&call.path, message),
    }
}
