//! Every layer has a name: its own, or `dense_1`, `dense_2`, … as Keras counts.

use std::collections::HashMap;

use proc_macro2::Span;
use syn::Ident;
use syn::ext::IdentExt as _;

use crate::ast;
use crate::errors::Errors;

pub(super) fn names(layers: &[Option<ast::Layer>], errors: &mut Errors) -> Vec<Ident> {
    let mut counts = HashMap::new();
    let names: Vec<_> = layers.iter().flatten().map(|layer| name(layer, &mut counts)).collect();
    names
}

fn name(layer: &ast::Layer, counts: &mut HashMap<String, usize>) -> Ident {
    layer.name.clone().unwrap_or_else(|| {
        let kind = layer.call.kind();
        let name = snake_case(&kind.unraw().to_string());
        let count = counts.entry(name.clone()).or_default();
        *count += 1;
        Ident::new(&format!("{name}_{count}"), Span::mixed_site().located_at(kind.span()))
    })
}

/// `BatchNormalization` to `batch_normalization` and `Conv2D` to `conv2d`, as in Keras.
fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (i, letter) in letters.iter().enumerate() {
        let before = i.checked_sub(1).map(|i| letters[i]);
        let word = letters.get(i + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && before.is_some_and(|before| before.is_lowercase() || (word && before != '_')) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
