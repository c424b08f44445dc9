//! Names of layers: explicit ones, or `dense_1`, `dense_2`, … as in Keras.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use proc_macro2::Span;
use syn::Ident;
use syn::ext::IdentExt as _;

use super::description::LayerDescription;
use crate::errors::Errors;

/// Returns the names of all layers. Reports duplicates.
pub(super) fn names(layers: &[Option<LayerDescription>], errors: &mut Errors) -> Vec<Option<Ident>> {
    let mut counts = HashMap::new();
    let names: Vec<_> = layers.iter().map(|layer| layer.map(|layer| name(layer, &mut counts))).collect();
    let mut known: HashMap<String, LayerDescription> = HashMap::new();
    for (layer, name) in layers.iter().flatten().zip(names.iter().flatten()) {
        match known.entry(name.unraw().to_string()) {
            Entry::Occupied(first) => errors.push(duplicate(*first.get(), *layer, name)),
            Entry::Vacant(free) => drop(free.insert(*layer)),
        }
    }
    names
}

fn name(layer: LayerDescription, counts: &mut HashMap<String, usize>) -> Ident {
    layer.name.cloned().unwrap_or_else(|| {
        let kind = layer.call.kind();
        let name = snake_case(&kind.unraw().to_string());
        let count = counts.entry(name.clone()).or_default();
        *count += 1;
        Ident::new(&format!("{name}_{count}"), Span::call_site().located_at(kind.span()))
    })
}

/// Returns the error for a duplicate name. It points at a name that the user has written: at least one is.
fn duplicate(first: LayerDescription, second: LayerDescription, name: &Ident) -> syn::Error {
    let (written, message) = match (first.name, second.name) {
        (Some(_), Some(own)) => (Some(own), format!("`{name}` is already the name of {first}")),
        (None, Some(own)) => (Some(own), format!("`{name}` is already the automatic name of {first}")),
        (own, None) => (own, format!("`{name}` is also the automatic name of {second}")),
    };
    syn::Error::new_spanned(written, format_args!("{message}: choose another name"))
}

/// Converts a type's name as Keras does: `BatchNormalization` to `batch_normalization`, `Conv2D` to `conv2d`.
fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (i, letter) in letters.iter().enumerate() {
        let previous = i.checked_sub(1).map(|i| letters[i]);
        let begins_word = letters.get(i + 1).is_some_and(|next| next.is_lowercase());
        let follows_word = previous.is_some_and(|previous| previous.is_lowercase() || (begins_word && previous != '_'));
        if letter.is_uppercase() && follows_word {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn names_match_keras() {
        let names = [
            ("Dense", "dense"),
            ("BatchNormalization", "batch_normalization"),
            ("Conv2D", "conv2d"),
            ("GRUCell", "gru_cell"),
            ("LSTM", "lstm"),
            ("my_Layer", "my_layer"),
        ];
        for (kind, name) in names {
            assert_eq!(snake_case(kind), name);
        }
    }
}
