//! The sizes of neighbours.

use syn::Error;

use super::sizes::{literal, parameter_in};
use super::{Comparison, Numbered, arity};
use crate::ast::{Network, Sizes};
use crate::errors::Errors;

/// For each layer how its input is compared with the output before it.
pub(super) fn check(layers: &[Option<Numbered>], network: &Network, errors: &mut Errors) -> Vec<Comparison> {
    let mut before = None;
    let mut comparisons = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        let complete = layer.filter(|layer| errors.take(arity::check(*layer, index, layers)).is_some());
        let pair = before.zip(complete);
        comparisons.push(pair.map_or(Comparison::Done, |(before, layer)| comparison(before, layer, network)));
        let fits = errors.take(pair.map_or(Ok(()), |(before, layer)| compare(before, layer))).is_some();
        // What does not fit is to change, and with it what it gives, where that is the same size.
        before = complete.filter(|layer| fits || matches!(layer.layer.call.sizes(), Some(Sizes::Between(..))));
    }
    comparisons
}

fn compare(before: Numbered, layer: Numbered) -> Result<(), Error> {
    let (Some(gives), Some(sizes)) = (output(before), layer.layer.call.sizes()) else { return Ok(()) };
    let takes = match (literal(sizes.input()), sizes) {
        (Some(takes), _) if takes == gives => return Ok(()),
        (None, _) => return Ok(()),
        (Some(1), Sizes::Between(..)) => "1 input".into(),
        (Some(takes), Sizes::Between(..)) => format!("{takes} inputs"),
        (Some(takes), Sizes::Kept(_)) => format!("and gives {takes}"),
    };
    let message = format_args!("{layer}, takes {takes}, but {before}, gives {gives}");
    Err(Error::new_spanned(sizes.input(), message))
}

fn comparison(before: Numbered, layer: Numbered, network: &Network) -> Comparison {
    let input = layer.layer.call.sizes().and_then(|sizes| literal(sizes.input()));
    // Sizes that are not written are asked of the layer's type, which stable Rust cannot do for a const parameter.
    let is_number =
        |layer: Numbered| layer.layer.call.sizes().is_some() || parameter_in(&layer.layer.call.path, network).is_none();
    match (output(before), input) {
        (Some(_), Some(_)) => Comparison::Done,
        _ if is_number(before) && is_number(layer) => Comparison::Numbers,
        _ => Comparison::Types,
    }
}

/// What a layer gives, where the macro can see it.
pub(super) fn output(layer: Numbered) -> Option<usize> {
    literal(layer.layer.call.sizes()?.output())
}
