//! Checks of a single layer.

use syn::Attribute;

use super::description::LayerDescription;
use super::{options, sizes};
use crate::ast::Head;
use crate::errors::Errors;

/// Returns whether a layer by itself is valid. Reports its errors otherwise.
pub(super) fn check(layer: LayerDescription, head: &Head, errors: &mut Errors) -> bool {
    let mut own = Errors::default();
    check_attributes(layer, &mut own);
    check_scalar(layer, &mut own);
    sizes::check(layer, head, &mut own);
    options::check(layer, &mut own);
    let is_valid = own.is_empty();
    errors.extend(own);
    is_valid
}

fn check_attributes(layer: LayerDescription, errors: &mut Errors) {
    let is_cfg = |attribute: &&Attribute| attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr");
    for attribute in layer.attributes.iter().filter(is_cfg) {
        errors.add(attribute, "a layer cannot have a `cfg`: write two networks, each with its own `cfg`");
    }
}

/// Recognizes `sequential![f64, …]`, with a comma in place of the semicolon.
fn check_scalar(layer: LayerDescription, errors: &mut Errors) {
    let path = &layer.call.path;
    if path.is_ident("f32") || path.is_ident("f64") {
        errors.add(path, format_args!("expected `;` after the scalar type: `sequential![{}; …]`", layer.call));
    }
}
