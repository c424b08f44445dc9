//! Every layer has a name: its own, or `dense_1`, `dense_2`, … as Keras counts.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use proc_macro2::Span;
use syn::Ident;
use syn::ext::IdentExt as _;

use super::Described;
use crate::errors::Errors;

pub(super) fn names(layers: &[Option<Described>], errors: &mut Errors) -> Vec<Option<Ident>> {
    let mut counts = HashMap::new();
    let names: Vec<_> = layers.iter().map(|layer| layer.map(|layer| name(layer, &mut counts))).collect();
    let mut known: HashMap<String, Described> = HashMap::new();
    for (layer, name) in layers.iter().flatten().zip(names.iter().flatten()) {
        match known.entry(name.unraw().to_string()) {
            Entry::Occupied(first) => errors.push(duplicate(*first.get(), *layer, name)),
            Entry::Vacant(free) => drop(free.insert(*layer)),
        }
    }
    names
}

fn name(layer: Described, counts: &mut HashMap<String, usize>) -> Ident {
    layer.name.cloned().unwrap_or_else(|| {
        let kind = layer.call.kind();
        let name = snake_case(&kind.unraw().to_string());
        let count = counts.entry(name.clone()).or_default();
        *count += 1;
        Ident::new(&format!("{name}_{count}"), Span::call_site().located_at(kind.span()))
    })
}

/// At least one of the two has the name from the user: there is the mistake.
fn duplicate(first: Described, second: Described, name: &Ident) -> syn::Error {
    match (first.name, second.name) {
        (Some(_), Some(own)) => syn::Error::new_spanned(own, format_args!("`{name}` is the name of {first}, too")),
        (None, Some(own)) => syn::Error::new_spanned(
            own,
            format_args!("`{name}` is what {first}, is called already; choose another name"),
        ),
        (own, None) => syn::Error::new_spanned(
            own,
            format_args!("`{name}` is what {second}, is called, which has no name of its own; choose another name"),
        ),
    }
}

/// `BatchNormalization` to `batch_normalization` and `Conv2D` to `conv2d`, as in Keras.
fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (i, letter) in letters.iter().enumerate() {
        let before = i.checked_sub(1).map(|i| letters[i]);
        let begins_word = letters.get(i + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && before.is_some_and(|before| before.is_lowercase() || (begins_word && before != '_'))
        {
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
    fn names_are_those_of_keras() {
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
