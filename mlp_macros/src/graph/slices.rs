//! `x[0..4]`: some features of a value.

use syn::spanned::Spanned as _;
use syn::{Error, Expr, ExprRange, RangeLimits, parse_quote, parse_quote_spanned};

use super::functional::Builder;
use super::sizes::{literal, parameter_in};
use super::{Slice, Value};

pub(super) fn slice(graph: &Builder, value: Value, range: &ExprRange) -> Result<Value, Error> {
    if value.slice.is_some() {
        return Err(Error::new_spanned(range, "this is a slice already: take the features from the value itself"));
    }
    if let Some(parameter) = parameter_in(range, graph.head) {
        let message = format_args!("stable Rust cannot compute with the const parameter `{parameter}` in a slice");
        return Err(Error::new_spanned(range, message));
    }
    let first = range.start.as_deref().cloned().unwrap_or_else(|| parse_quote!(0));
    let end = end(graph, &value, range)?;
    check(graph.known(&value), &first, &end, range)?;
    Ok(Value { slice: Some(Slice { first, end }), ..value })
}

fn end(graph: &Builder, value: &Value, range: &ExprRange) -> Result<Expr, Error> {
    let Some(end) = &range.end else {
        let Some(size) = graph.known(value) else {
            return Err(Error::new_spanned(range, "where does this slice end? write it: `x[2..6]`"));
        };
        return Ok(parse_quote!(#size));
    };
    Ok(match (range.limits, literal(end)) {
        (RangeLimits::HalfOpen(_), _) => (**end).clone(),
        (RangeLimits::Closed(_), Some(end)) => {
            let end = end + 1;
            parse_quote!(#end)
        }
        (RangeLimits::Closed(_), None) => parse_quote_spanned!(end.span()=> (#end) + 1),
    })
}

/// What the macro can see. The rest is for the compiler.
fn check(size: Option<usize>, first: &Expr, end: &Expr, range: &ExprRange) -> Result<(), Error> {
    let (first, end) = match (bound(first), bound(end)) {
        (Some(first), Some(end)) => (first, end),
        _ => return Ok(()),
    };
    if first >= end {
        return Err(Error::new_spanned(range, "a slice has at least one feature: its end is greater than its start"));
    }
    match size {
        Some(size) if end > size => {
            Err(Error::new_spanned(range, format_args!("this slice ends at {end}, but the value has {size} features")))
        }
        _ => Ok(()),
    }
}

/// A literal, which may be 0 here.
pub(super) fn bound(bound: &Expr) -> Option<usize> {
    let zero: Expr = parse_quote!(0);
    if *bound == zero { Some(0) } else { literal(bound) }
}
