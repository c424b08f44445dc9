//! Each size by itself.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, ExprLit, Ident, Lit, LitInt, UnOp};

use super::Described;
use crate::ast::{Call, Head, Sizes};
use crate::errors::Errors;

pub(super) fn check(layer: Described, head: &Head, errors: &mut Errors) {
    let call = &layer.call;
    if errors.is_empty() && is_activation(call) {
        let kind = call.kind();
        errors.add(
            kind,
            format_args!("`{kind}` is not a layer; an activation follows the sizes: `Dense(1 => 10, {kind})`"),
        );
    }
    let Some(sizes) = call.sizes() else { return };
    let activation = match sizes {
        Sizes::Kept(size) => not_a_size(size, layer, head),
        Sizes::Between(..) => None,
    };
    for size in sizes.iter() {
        if let Some(message) = activation.clone().or_else(|| message(size, head)) {
            errors.add(size, message);
        }
    }
}

/// `relu` among the layers. Layers are types, whose names begin with a capital.
fn is_activation(call: &Call) -> bool {
    call.arguments.is_none()
        && call.path.get_ident().is_some_and(|name| name.to_string().starts_with(char::is_lowercase))
}

/// `Dense(relu)` and `Dense("relu")`: an activation without sizes. Constants are upper case, types are not.
fn not_a_size(size: &Expr, layer: Described, head: &Head) -> Option<String> {
    let activation = match size {
        Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => name.value(),
        Expr::Path(path) => path.path.segments.last()?.ident.to_string(),
        _ => return None,
    };
    let is_type = activation.contains(char::is_lowercase) && parameter_in(size, head).is_none();
    let kind = layer.call.kind();
    is_type.then(|| format!("the sizes are missing before `{activation}`: `{kind}(inputs => outputs, {activation})`"))
}

pub(super) fn message(size: &Expr, head: &Head) -> Option<String> {
    match size {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number_message(number),
        Expr::Lit(_) => Some("a size is a whole number".into()),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => Some("a size cannot be negative".into()),
        Expr::Path(path) if path.path.get_ident().is_some() => None,
        expression => computes_with_parameter(expression, head),
    }
}

fn number_message(number: &LitInt) -> Option<String> {
    let digits = number.base10_digits();
    match number.suffix() {
        "" | "usize" if digits == "0" => Some("a size of 0: each layer takes and gives at least one number".into()),
        "" | "usize" => None,
        _ => Some(format!("a size is a whole number of type `usize`: write `{digits}`")),
    }
}

fn computes_with_parameter(size: &Expr, head: &Head) -> Option<String> {
    let parameter = parameter_in(size, head)?;
    Some(format!(
        "stable Rust cannot compute with the const parameter `{parameter}`: give the struct one more parameter for this \
         size, as in `<const {parameter}: usize, const SIZE: usize>`"
    ))
}

/// The value of a size, where the macro can see it.
pub(super) fn literal(size: &Expr) -> Option<usize> {
    match size {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) if number_message(number).is_none() => {
            number.base10_parse().ok()
        }
        _ => None,
    }
}

/// A const parameter of the network's struct that is mentioned.
pub(super) fn parameter_in<'a>(tokens: &impl ToTokens, head: &'a Head) -> Option<&'a Ident> {
    let tokens = tokens.to_token_stream();
    head.generics()?.const_params().map(|parameter| &parameter.ident).find(|name| mentions(tokens.clone(), name))
}

pub(crate) fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}
