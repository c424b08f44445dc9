//! `residual!`: equations to code that evaluates them and their derivatives.
//!
//! - `ast` parses the input.
//! - `lower` and `functions` translate expressions of the source to a graph of `expression`s, whose constructors in
//!   `simplify` keep them in a normal form. Together with `scope` and `equations`, they find all errors. `derivative`
//!   differentiates: the derivatives in the equations by the chain rule, and the residuals by everything that is trained.
//! - `streams` chooses the derivatives of the network that the equations need.
//! - `program` orders the computation in instructions, and `code` writes these as Rust.
//! - `expand` writes the struct and its implementation of `Residual`.

mod ast;
mod code;
mod derivative;
mod equations;
mod expand;
mod expression;
mod functions;
mod lower;
mod program;
mod scope;
mod simplify;
mod streams;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

/// Returns the code of all residuals of a macro call.
pub(crate) fn residuals(input: TokenStream) -> syn::Result<TokenStream> {
    let ast::Items(items) = syn::parse2(input)?;
    let code = |item| match equations::analyze(item) {
        Ok(equations) => expand::residual(equations),
        Err(errors) => expand::with_errors(item, errors),
    };
    Ok(items.iter().map(code).collect())
}
