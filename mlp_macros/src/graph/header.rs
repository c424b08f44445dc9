//! What stands before the layers.

use syn::GenericParam;

use super::Scalar;
use crate::ast::{Item, Network, Place};
use crate::errors::Errors;

pub(super) fn check(network: &Network, errors: &mut Errors) -> Scalar {
    if let Place::Item(item) = &network.place {
        check_item(item, errors);
    }
    match &network.scalar {
        None => Scalar::F32,
        Some(name) if name == "f32" => Scalar::F32,
        Some(name) if name == "f64" => Scalar::F64,
        Some(other) => {
            errors.add(other, format_args!("a network is of `f32` or `f64`, not of `{other}`"));
            Scalar::F32
        }
    }
}

fn check_item(item: &Item, errors: &mut Errors) {
    for parameter in &item.generics.params {
        if !matches!(parameter, GenericParam::Const(_)) {
            errors.add(parameter, "a network's parameters are sizes: `struct Net<const H: usize>`");
        }
    }
    for attribute in item.attributes.iter().filter(|attribute| attribute.path().is_ident("repr")) {
        errors.add(attribute, "a network is `repr(C)`, so that its parameters lie one after the other: leave this out");
    }
}
