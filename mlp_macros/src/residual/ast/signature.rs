//! Inputs and outputs.

use proc_macro2::TokenStream;
use syn::parse::ParseStream;
use syn::{Expr, Result, Token, parenthesized, token};

use super::{HEAD, Item, Name, Output};

impl Item {
    /// Parses `(x, t)` or `(t; value)`.
    pub(super) fn inputs(&mut self, input: ParseStream) -> Result<()> {
        if !input.peek(token::Paren) {
            return Err(input.error(format_args!("expected the inputs in parentheses: {HEAD}")));
        }
        let content;
        let parentheses = parenthesized!(content in input);
        to_the_end(&content, |content| self.inputs_and_data(content))?;
        if self.inputs.is_empty() {
            self.errors.add_at(parentheses.span.join(), "a residual has at least one input: `(x) -> u { … }`");
        }
        Ok(())
    }

    /// Parses `x, t` or `t; value`.
    fn inputs_and_data(&mut self, input: ParseStream) -> Result<()> {
        self.inputs = names(input, "an input")?;
        if input.parse::<Option<Token![;]>>()?.is_some() {
            self.data = names(input, "a column of data")?;
        }
        if input.peek(Token![;]) {
            return Err(input.error("expected one `;`, between the inputs and the columns of data"));
        }
        Ok(())
    }

    /// Parses `u`, `u = x * net`, or `(u, v = x * net)`.
    pub(super) fn outputs(&mut self, input: ParseStream) -> Result<()> {
        if !input.peek(token::Paren) {
            self.outputs.push(output(input)?);
            if input.peek(Token![,]) {
                return Err(input.error("expected parentheses around several outputs: `(x, y) -> (u, v) { … }`"));
            }
            return Ok(());
        }
        let content;
        let parentheses = parenthesized!(content in input);
        to_the_end(&content, |content| {
            while !content.is_empty() {
                self.outputs.push(output(content)?);
                if !content.is_empty() {
                    comma(content, "outputs")?;
                }
            }
            Ok(())
        })?;
        if self.outputs.is_empty() {
            self.errors.add_at(parentheses.span.join(), "a residual has at least one output: `(x) -> u { … }`");
        }
        Ok(())
    }
}

/// Parses what is in parentheses. Skips the rest after an error, so that it causes no second one.
fn to_the_end(input: ParseStream, parse: impl FnOnce(ParseStream) -> Result<()>) -> Result<()> {
    let result = parse(input);
    if result.is_err() {
        input.parse::<TokenStream>()?;
    }
    result
}

/// Parses names up to a `;` or the end.
fn names(input: ParseStream, what: &str) -> Result<Vec<Name>> {
    let mut names = Vec::new();
    while !input.is_empty() && !input.peek(Token![;]) {
        names.push(name(input, what)?);
        if !input.is_empty() && !input.peek(Token![;]) {
            comma(input, "names")?;
        }
    }
    Ok(names)
}

fn name(input: ParseStream, what: &str) -> Result<Name> {
    if input.parse::<Option<Token![_]>>()?.is_some() {
        return Ok(Name(None));
    }
    let error = |error: syn::Error| syn::Error::new(error.span(), format_args!("expected the name of {what}"));
    let name = input.parse().map_err(error)?;
    if input.peek(Token![:]) {
        return Err(input.error(format_args!("{what} has no type: write the name alone")));
    }
    Ok(Name(Some(name)))
}

fn output(input: ParseStream) -> Result<Output> {
    let name = name(input, "an output")?;
    let transform = input.parse::<Option<Token![=]>>()?;
    let transform = transform.map(|_| Expr::parse_without_eager_brace(input)).transpose()?;
    Ok(Output { name, transform })
}

fn comma(input: ParseStream, what: &str) -> Result<()> {
    let comma: Option<Token![,]> = input.parse()?;
    comma.map(drop).ok_or_else(|| input.error(format_args!("expected `,` between {what}")))
}
