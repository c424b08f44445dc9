//! Slices of values: `x[0..4]`.

use syn::spanned::Spanned as _;
use syn::{Error, Expr, ExprRange, RangeLimits, parse_quote, parse_quote_spanned};

use super::builder::Builder;
use super::sizes::{bound, literal, parameter_in};
use super::{Slice, Value};

/// Returns the slice of a value, or an error.
pub(super) fn slice(graph: &Builder, value: Value, range: &ExprRange) -> Result<Value, Error> {
    if value.slice.is_some() {
        return Err(Error::new_spanned(range, "cannot slice a slice: slice the value itself"));
    }
    if let Some(parameter) = parameter_in(range, graph.head) {
        let message = format_args!("stable Rust cannot compute with the const parameter `{parameter}` in a slice");
        return Err(Error::new_spanned(range, message));
    }
    let first = range.start.as_deref().cloned().unwrap_or_else(|| parse_quote!(0));
    let end = end(graph, &value, range)?;
    check(graph.features(&value), &first, &end, range)?;
    Ok(Value { slice: Some(Slice { first, end }), ..value })
}

fn end(graph: &Builder, value: &Value, range: &ExprRange) -> Result<Expr, Error> {
    let Some(end) = &range.end else {
        let Some(size) = graph.features(value) else {
            return Err(Error::new_spanned(
                range,
                "missing end of the slice: the macro does not know the number of features, write `x[2..6]`",
            ));
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

/// Checks literal bounds. The compiler checks the others.
fn check(size: Option<usize>, first: &Expr, end: &Expr, range: &ExprRange) -> Result<(), Error> {
    let (Some(first), Some(end)) = (bound(first), bound(end)) else { return Ok(()) };
    if first >= end {
        return Err(Error::new_spanned(range, "empty slice: the end must be greater than the start"));
    }
    match size {
        Some(size) if end > size => Err(Error::new_spanned(
            range,
            format_args!("slice out of range: it ends at {end}, but the value has {size} features"),
        )),
        _ => Ok(()),
    }
}
