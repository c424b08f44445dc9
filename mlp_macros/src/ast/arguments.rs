use core::fmt;

use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, Ident, Lit, LitStr, Path, Result, Token, parenthesized, token};

use super::layer::{path, text};

/// `(10 => 10, relu, init = he_normal)`
pub(crate) struct Arguments {
    pub(crate) paren: token::Paren,
    pub(crate) sizes: Option<Sizes>,
    pub(crate) types: Vec<Path>,
    pub(crate) settings: Vec<Setting>,
}

/// What goes in and what comes out.
pub(crate) enum Sizes {
    /// `10 => 1`
    Between(Expr, Expr),
    /// `64`, of a layer that gives as much as it takes.
    Kept(Expr),
}

/// `init = he_normal`
pub(crate) struct Setting {
    pub(crate) name: Ident,
    pub(crate) value: Expr,
}

impl Parse for Arguments {
    fn parse(input: ParseStream) -> Result<Self> {
        let content;
        let mut arguments =
            Self { paren: parenthesized!(content in input), sizes: None, types: Vec::new(), settings: Vec::new() };
        let result = arguments.read(&content);
        if result.is_err() {
            // What is left must not be reported as well.
            content.parse::<proc_macro2::TokenStream>()?;
        }
        result.map(|()| arguments)
    }
}

impl Arguments {
    fn read(&mut self, input: ParseStream) -> Result<()> {
        if !is_setting(input) && !input.is_empty() {
            self.sizes = Some(input.parse()?);
            separator(input)?;
        }
        while !input.is_empty() {
            if is_setting(input) {
                self.settings.push(input.parse()?);
            } else {
                self.types.push(self.positional(input)?);
            }
            separator(input)?;
        }
        Ok(())
    }

    fn positional(&self, input: ParseStream) -> Result<Path> {
        if let Some(setting) = self.settings.last() {
            return Err(input.error(format_args!("this goes before the named option `{}`", setting.name)));
        }
        if input.peek(LitStr) {
            let name: LitStr = input.parse()?;
            return Err(syn::Error::new(name.span(), format_args!("write `{}` without quotes", name.value())));
        }
        if is_size(input) {
            return Err(input.error("the two sizes have `=>` between them: `Dense(1 => 10)`"));
        }
        path(input).map_err(|_| input.error("expected a type like `relu`, or an option like `init = he_normal`"))
    }
}

/// Whether this is a number, or a constant as Rust spells them.
fn is_size(input: ParseStream) -> bool {
    let constant = |name: Ident| !name.unraw().to_string().contains(char::is_lowercase);
    input.peek(Lit) || input.fork().parse().is_ok_and(constant)
}

fn is_setting(input: ParseStream) -> bool {
    input.peek(Ident) && input.peek2(Token![=]) && !input.peek2(Token![=>]) && !input.peek2(Token![==])
}

fn separator(input: ParseStream) -> Result<()> {
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(())
}

impl Parse for Sizes {
    fn parse(input: ParseStream) -> Result<Self> {
        if input.peek(Token![=>]) {
            return Err(input.error("the input size is missing: `Dense(1 => 10)`"));
        }
        let first = input.parse()?;
        if !input.peek(Token![=>]) {
            return Ok(Self::Kept(first));
        }
        let arrow: Token![=>] = input.parse()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Err(syn::Error::new_spanned(arrow, "the output size is missing: `Dense(1 => 10)`"));
        }
        Ok(Self::Between(first, input.parse()?))
    }
}

impl fmt::Display for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes = self.sizes.iter().map(Sizes::to_string);
        let types = self.types.iter().map(text);
        let settings = self.settings.iter().map(|setting| format!("{} = {}", setting.name, text(&setting.value)));
        f.write_str(&sizes.chain(types).chain(settings).collect::<Vec<_>>().join(", "))
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Between(input, output) => write!(f, "{} => {}", text(input), text(output)),
            Self::Kept(size) => f.write_str(&text(size)),
        }
    }
}

impl Sizes {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Expr> {
        match self {
            Self::Between(input, output) => vec![input, output],
            Self::Kept(size) => vec![size],
        }
        .into_iter()
    }

    pub(crate) fn input(&self) -> &Expr {
        let (Self::Between(size, _) | Self::Kept(size)) = self;
        size
    }

    pub(crate) fn output(&self) -> &Expr {
        let (Self::Between(_, size) | Self::Kept(size)) = self;
        size
    }
}

impl Parse for Setting {
    fn parse(input: ParseStream) -> Result<Self> {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self { name, value: input.parse()? })
    }
}
