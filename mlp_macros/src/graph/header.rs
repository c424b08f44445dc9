//! What stands before the layers, and before each layer.

use syn::{Attribute, GenericParam};

use super::{Described, Scalar};
use crate::ast::{Head, Item, Place};
use crate::errors::Errors;

pub(super) fn check(head: &Head, errors: &mut Errors) -> Scalar {
    if let Place::Item(item) = &head.place {
        check_parameters(item, errors);
        check_attributes(item, errors);
    }
    scalar(head, errors)
}

fn scalar(head: &Head, errors: &mut Errors) -> Scalar {
    match &head.scalar {
        Some(name) if name == "f64" => return Scalar::F64,
        Some(name) if name != "f32" => {
            errors.add(name, format_args!("a network is of `f32` or `f64`, not of `{name}`"))
        }
        _ => {}
    }
    Scalar::F32
}

fn check_parameters(item: &Item, errors: &mut Errors) {
    let name = &item.name;
    for parameter in &item.generics.params {
        let message = match parameter {
            GenericParam::Const(_) => continue,
            GenericParam::Lifetime(_) => "a network owns its parameters: it has no lifetimes".into(),
            GenericParam::Type(_) => format!(
                "a network's own parameters are sizes, as in `struct {name}<const H: usize>`; \
                 for doubles write `struct {name}: f64`"
            ),
        };
        errors.add(parameter, message);
    }
}

fn check_attributes(item: &Item, errors: &mut Errors) {
    for attribute in item.attributes.iter().filter(|attribute| attribute.path().is_ident("repr")) {
        errors.add(attribute, "a network is `repr(C)` already, so that its parameters lie one after the other");
    }
}

pub(super) fn check_layer(layer: Described, errors: &mut Errors) {
    let is_cfg = |attribute: &&Attribute| attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr");
    for attribute in layer.attributes.iter().filter(is_cfg) {
        errors.add(attribute, "one layer cannot be left out: write two networks, each with a `cfg` of its own");
    }
    let path = &layer.call.path;
    if path.is_ident("f32") || path.is_ident("f64") {
        errors.add(path, format_args!("the scalar is followed by `;`: `sequential![{}; …]`", layer.call));
    }
}
