//! Definitions and equations.

use proc_macro2::TokenTree;
use syn::parse::ParseStream;
use syn::{Attribute, Expr, ExprAssign, Ident, Result, Token};

use super::{Item, Statement, skip};

impl Item {
    pub(super) fn statements(&mut self, input: ParseStream) {
        while !input.is_empty() {
            let statement = self.statement(input);
            self.statements.push(statement);
        }
    }

    fn statement(&mut self, input: ParseStream) -> Statement {
        let start = input.cursor();
        self.try_statement(input).unwrap_or_else(|error| {
            self.errors.push(error);
            if input.cursor() == start {
                let _ = input.parse::<TokenTree>();
            }
            skip(input);
            Statement::Error
        })
    }

    fn try_statement(&mut self, input: ParseStream) -> Result<Statement> {
        let attributes = input.call(Attribute::parse_outer)?;
        for attribute in attributes.iter().filter(|attribute| !attribute.path().is_ident("doc")) {
            self.errors.add(attribute, "an equation has no attributes: remove this one");
        }
        if input.peek(Token![let]) {
            let name = defined_name(input)?;
            let value = self.value(&name, input).map_err(|error| {
                self.errors.push(error);
                skip(input);
            });
            return Ok(Statement::Let(name, value.ok()));
        }
        let mut name = None;
        if begins_named_equation(input) {
            name = Some(input.parse()?);
            input.parse::<Token![:]>()?;
        }
        let equation = expression(input)?;
        if name.is_none()
            && input.peek(Token![;])
            && let Some((name, value)) = self.definition(&equation)
        {
            input.parse::<Token![;]>()?;
            self.errors.add(&name, format_args!("missing `let` before a definition: write `let {name} = …;`"));
            return Ok(Statement::Let(name, Some(value)));
        }
        self.end_of_equation(input)?;
        Ok(Statement::Equation(name, equation))
    }

    /// Returns the name and the value of `name = value`, if the name is new.
    fn definition(&self, equation: &Expr) -> Option<(Ident, Expr)> {
        let Expr::Assign(ExprAssign { left, right, .. }) = equation else { return None };
        let Expr::Path(path) = &**left else { return None };
        let name = path.path.get_ident()?;
        let names = self.inputs.iter().chain(&self.data).chain(self.outputs.iter().map(|output| &output.name));
        let fields = self.fields.iter().flatten().map(|field| &field.name);
        let defined = self.statements.iter().filter_map(|statement| match statement {
            Statement::Let(name, _) => Some(name),
            _ => None,
        });
        let mut known = names.filter_map(|name| name.0.as_ref()).chain(fields).chain(defined);
        let is_new = !known.any(|other| other == name);
        is_new.then(|| (name.clone(), Expr::clone(right)))
    }

    /// Parses `= value;`.
    fn value(&mut self, name: &Ident, input: ParseStream) -> Result<Expr> {
        if input.peek(Token![:]) {
            return Err(input.error("a value has no type annotation: write `let name = …;`"));
        }
        if input.parse::<Option<Token![=]>>()?.is_none() {
            return Err(input.error("expected `=` and a value: `let name = …;`"));
        }
        let value = expression(input)?;
        if input.parse::<Option<Token![;]>>()?.is_none() {
            let begins_statement = input.peek(Token![let]) || (input.peek(Ident) && !input.peek2(Token![;]));
            if !input.is_empty() && !begins_statement {
                return Err(input.error("expected an operator, or `;` after the value"));
            }
            self.errors.add(name, "missing `;` at the end of this `let`");
        }
        Ok(value)
    }

    fn end_of_equation(&mut self, input: ParseStream) -> Result<()> {
        if input.is_empty() || input.parse::<Option<Token![,]>>()?.is_some() {
            return Ok(());
        }
        if input.peek(Token![;]) {
            self.errors.push(input.error("expected `,` after an equation"));
            input.parse::<Token![;]>()?;
        } else if begins_named_equation(input) {
            self.errors.push(input.error("missing `,` before this equation"));
        } else {
            return Err(input.error("expected an operator, or `,` and the next equation"));
        }
        Ok(())
    }
}

/// Parses `let name`.
fn defined_name(input: ParseStream) -> Result<Ident> {
    input.parse::<Token![let]>()?;
    if input.peek(Token![mut]) {
        return Err(input.error("a value cannot change: remove `mut`"));
    }
    input.parse().map_err(|error| syn::Error::new(error.span(), "expected a name: `let name = …;`"))
}

/// Returns whether `continuity: …` follows.
fn begins_named_equation(input: ParseStream) -> bool {
    input.peek(Ident) && input.peek2(Token![:]) && !input.peek2(Token![::])
}

fn expression(input: ParseStream) -> Result<Expr> {
    if input.is_empty() || input.peek(Token![,]) || input.peek(Token![;]) {
        return Err(input.error("expected an expression"));
    }
    input.parse()
}
