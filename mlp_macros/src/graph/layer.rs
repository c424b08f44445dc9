//! Checks of a single layer.

use syn::Attribute;

use super::description::LayerDescription;
use super::{options, sizes};
use crate::ast::{Head, MacroPosition, Sizes};
use crate::errors::Errors;

/// Returns whether a layer by itself is valid. Reports its errors otherwise.
pub(super) fn check(layer: LayerDescription, head: &Head, errors: &mut Errors) -> bool {
    let mut own = Errors::default();
    check_attributes(layer, &mut own);
    check_scalar(layer, &mut own);
    check_recursion(layer, head, &mut own);
    check_types(layer, &mut own);
    check_generics(layer, &mut own);
    if own.is_empty() {
        sizes::check(layer, head, &mut own);
    }
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

/// Recognizes a network in itself.
fn check_recursion(layer: LayerDescription, head: &Head, errors: &mut Errors) {
    let MacroPosition::Item(item) = &head.position else { return };
    let path = &layer.call.path;
    if path.is_ident(&item.name) {
        errors.add(path, format_args!("the network `{}` contains itself: a layer is another type", item.name));
    }
}

/// Recognizes `Scale<3>(2 => 4)`, with the arguments of a type in two places.
fn check_generics(layer: LayerDescription, errors: &mut Errors) {
    let call = layer.call;
    let arguments = call.arguments.as_ref().filter(|_| call.has_generics());
    if arguments.is_some_and(|arguments| arguments.sizes.is_some() || !arguments.types.is_empty()) {
        let message = "expected the sizes and types in one place: `Dense(1 => 10, relu)`, or `Dense<1, 10, relu>`";
        errors.add(&call.path, message);
    }
}

/// Recognizes a second activation, and a scalar type. Types with lower-case names are activations.
fn check_types(layer: LayerDescription, errors: &mut Errors) {
    let types = layer.call.arguments.iter().flat_map(|arguments| &arguments.types);
    let mut activation = None;
    for ty in types {
        let Some(name) = ty.segments.last().map(|segment| segment.ident.to_string()) else { continue };
        let kind = layer.call.kind();
        match activation {
            _ if ty.is_ident("f32") || ty.is_ident("f64") => {
                let message = format_args!("the scalar type is that of the network: `sequential![{name}; …]`");
                errors.add(ty, message);
            }
            Some(ref first) if name.starts_with(char::is_lowercase) => {
                let sizes = layer.call.sizes().map_or_else(|| "1 => 10".into(), Sizes::to_string);
                let message = format_args!(
                    "expected one activation, as in `{kind}({sizes}, {first})`: a layer with several is written as a type \
                     alias"
                );
                return errors.add(ty, message);
            }
            _ if name.starts_with(char::is_lowercase) => activation = Some(name),
            _ => {}
        }
    }
}
