//! Checks of a network's attributes, generics and scalar type.

use syn::GenericParam;

use super::Scalar;
use crate::ast::{Head, Item, MacroPosition};
use crate::errors::Errors;

/// Checks the part before the layers. Returns the scalar type.
pub(super) fn check(head: &Head, errors: &mut Errors) -> Scalar {
    if let MacroPosition::Item(item) = &head.position {
        check_parameters(item, errors);
        check_attributes(item, errors);
    }
    scalar(head, errors)
}

fn scalar(head: &Head, errors: &mut Errors) -> Scalar {
    match &head.scalar {
        Some(name) if name == "f64" => return Scalar::F64,
        Some(name) if name != "f32" => errors.add(name, format_args!("expected `f32` or `f64`, found `{name}`")),
        _ => {}
    }
    Scalar::F32
}

fn check_parameters(item: &Item, errors: &mut Errors) {
    let name = &item.name;
    for parameter in &item.generics.params {
        let message = match parameter {
            GenericParam::Const(_) => continue,
            GenericParam::Lifetime(_) => "a network owns its parameters: remove the lifetime".into(),
            GenericParam::Type(_) => format!(
                "expected a const parameter, found a type parameter: write `struct {name}<const H: usize>` for a size, \
                 `struct {name}: f64` for another scalar"
            ),
        };
        errors.add(parameter, message);
    }
}

fn check_attributes(item: &Item, errors: &mut Errors) {
    for attribute in item.attributes.iter().filter(|attribute| attribute.path().is_ident("repr")) {
        errors.add(attribute, "a network is already `repr(C)`: remove this attribute");
    }
}
