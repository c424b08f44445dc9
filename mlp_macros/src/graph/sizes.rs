//! Checks of layer sizes.

use quote::ToTokens;
use syn::{Expr, ExprLit, Ident, Lit, LitInt, UnOp, parse_quote};

use super::description::LayerDescription;
use crate::ast::{Head, LayerCall, Sizes};
use crate::errors::Errors;
use crate::tokens::mentions;

/// Largest size that can be written: a layer with twice as many inputs and outputs would not fit in any memory.
const MAX_SIZE: u64 = 1 << 28;

/// Checks each size of a layer.
pub(super) fn check(layer: LayerDescription, head: &Head, errors: &mut Errors) {
    let call = &layer.call;
    if errors.is_empty() && is_activation(call) {
        let kind = call.kind();
        errors.add(
            kind,
            format_args!(
                "expected a layer, found `{kind}`: write an activation after the sizes, `Dense(1 => 10, {kind})`, and a \
                 network by its type"
            ),
        );
    }
    let Some(sizes) = call.sizes() else { return };
    let activation = match sizes {
        Sizes::Kept(size) => not_a_size(size, layer, head).or_else(|| fraction(size, layer)),
        Sizes::Between(..) => None,
    };
    for size in sizes.iter() {
        if let Some(message) = activation.clone().or_else(|| message(size, head)) {
            errors.add(size, message);
        }
    }
}

/// Returns whether a layer looks like an activation, such as `relu`: types begin in upper case.
fn is_activation(call: &LayerCall) -> bool {
    call.arguments.is_none()
        && call.path.get_ident().is_some_and(|name| name.to_string().starts_with(char::is_lowercase))
}

/// Returns the error for an activation in the place of a size: `Dense(relu)`, `Dense("relu")`. Constants are in upper case.
fn not_a_size(size: &Expr, layer: LayerDescription, head: &Head) -> Option<String> {
    let activation = match size {
        Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => name.value(),
        Expr::Path(path) => path.path.segments.last()?.ident.to_string(),
        _ => return None,
    };
    let is_type = activation.contains(char::is_lowercase) && parameter_in(size, head).is_none();
    let kind = layer.call.kind();
    is_type.then(|| {
        format!(
            "missing sizes before `{activation}`: write `{kind}(inputs => outputs, {activation})`, or \
             `{kind}(size, {activation})` for a layer with one size"
        )
    })
}

/// Returns the error for an option in the place of a size: `Dropout(0.5)`.
fn fraction(size: &Expr, layer: LayerDescription) -> Option<String> {
    let Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) = size else { return None };
    let kind = layer.call.kind();
    Some(format!(
        "expected a size, found a number with a fraction: an option comes after the size, with its name, as in \
         `{kind}(10, rate = {number})`"
    ))
}

/// Returns the error in a size, if it has one.
pub(super) fn message(size: &Expr, head: &Head) -> Option<String> {
    match size {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number_message(number),
        Expr::Lit(_) => Some("expected an integer: a size is of type `usize`".into()),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => Some("a size cannot be negative".into()),
        Expr::Range(_) => Some("expected `=>` between the two sizes: `Dense(1 => 10)`".into()),
        Expr::Tuple(_) | Expr::Array(_) => {
            Some("expected one number of features: `=>` stands between two sizes, `Dense(1 => 10)`".into())
        }
        Expr::Infer(_) => Some("a size is not inferred: write a number or a constant".into()),
        Expr::Assign(_) => Some("expected a number without a name, as in `Input(3)`".into()),
        Expr::Path(path) if path.path.is_ident("None") => Some("expected a number or a constant".into()),
        Expr::Path(path) if path.path.get_ident().is_some() => None,
        expression => computes_with_parameter(expression, head),
    }
}

fn number_message(number: &LitInt) -> Option<String> {
    let digits = number.base10_digits();
    match number.suffix() {
        "" | "usize" if digits == "0" => Some("layer sizes must be at least 1".into()),
        "" | "usize" if digits.parse().map_or(true, |size: u64| size > MAX_SIZE) => {
            Some(format!("expected a size of at most {MAX_SIZE}"))
        }
        "" | "usize" => None,
        _ => Some(format!("expected a size of type `usize`: write `{digits}`")),
    }
}

fn computes_with_parameter(size: &Expr, head: &Head) -> Option<String> {
    let parameter = parameter_in(size, head)?;
    Some(format!(
        "stable Rust cannot compute with the const parameter `{parameter}`: add another parameter for this size, as in \
         `<const {parameter}: usize, const SIZE: usize>`"
    ))
}

/// Returns the output size of a layer, if it is a literal.
pub(super) fn output_size(layer: LayerDescription) -> Option<usize> {
    literal(layer.call.sizes()?.output())
}

/// Returns the value of a size, if it is a literal.
pub(super) fn literal(size: &Expr) -> Option<usize> {
    match size {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) if number_message(number).is_none() => {
            number.base10_parse().ok()
        }
        _ => None,
    }
}

/// Returns the value of a slice's bound, if it is a literal. Unlike a size, it may be 0.
pub(super) fn bound(bound: &Expr) -> Option<usize> {
    let zero: Expr = parse_quote!(0);
    if *bound == zero { Some(0) } else { literal(bound) }
}

/// Returns a const parameter of the network's struct that the tokens mention.
pub(super) fn parameter_in<'a>(tokens: &impl ToTokens, head: &'a Head) -> Option<&'a Ident> {
    let tokens = tokens.to_token_stream();
    head.generics()?.const_params().map(|parameter| &parameter.ident).find(|name| mentions(tokens.clone(), name))
}
