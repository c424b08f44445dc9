//! Repeated layers: `7 * Dense(20 => 20, tanh)`.

use syn::parse::ParseStream;
use syn::{Error, Expr, ExprLit, Ident, Lit, LitInt, Result, Token};

use super::{LayerCall, Sizes};

/// Largest number of layers that one entry is repeated as.
const MAX_COUNT: usize = 1000;

/// Parses `7 *`, if it is there. Returns the number.
pub(super) fn count(input: ParseStream) -> Result<Option<(LitInt, usize)>> {
    if input.peek(Ident) && input.peek2(Token![*]) {
        return Err(input.error("expected a number before `*`, which the macro can read: `3 * Dense(10 => 10)`"));
    }
    if !input.peek(LitInt) || !input.peek2(Token![*]) {
        return Ok(None);
    }
    let number: LitInt = input.parse()?;
    input.parse::<Token![*]>()?;
    match number.base10_parse() {
        Ok(count) if (1..=MAX_COUNT).contains(&count) => Ok(Some((number, count))),
        _ => Err(Error::new(number.span(), format_args!("expected a number of layers from 1 to {MAX_COUNT}"))),
    }
}

/// Checks that the output of a repeated layer is an input of the same layer, as far as its sizes are literals.
pub(super) fn check(call: &LayerCall, count: usize) -> Result<()> {
    let Some(Sizes::Between(input, output)) = call.sizes() else { return Ok(()) };
    let is_literal = |size: &Expr| matches!(size, Expr::Lit(ExprLit { lit: Lit::Int(_), .. }));
    if count > 1 && is_literal(input) && is_literal(output) && input != output {
        let message = format_args!("a repeated layer has as many outputs as inputs, but this is `{call}`");
        return Err(Error::new_spanned(output, message));
    }
    Ok(())
}
