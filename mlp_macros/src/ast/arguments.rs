//! The arguments of a layer: sizes, types and options.

use core::fmt;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, Ident, Lit, LitBool, LitFloat, LitStr, Path, Result, Stmt, Token, parenthesized, token};

use super::path::{path, text};

/// `(10 => 10, relu, init = he_normal)`
#[derive(Clone)]
pub(crate) struct Arguments {
    pub(crate) sizes: Option<Sizes>,
    pub(crate) types: Vec<Path>,
    pub(crate) settings: Vec<Setting>,
}

/// The input size and the output size.
#[derive(Clone)]
pub(crate) enum Sizes {
    /// `10 => 1`
    Between(Expr, Expr),
    /// `64`, for a layer with equal input and output sizes.
    Kept(Expr),
}

/// `init = he_normal`
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) name: Ident,
    pub(crate) value: Expr,
}

impl Arguments {
    /// Parses the arguments of a layer of this kind.
    pub(super) fn parse(kind: &Ident, input: ParseStream) -> Result<Self> {
        let content;
        parenthesized!(content in input);
        let mut arguments = Self { sizes: None, types: Vec::new(), settings: Vec::new() };
        let result = arguments.read(kind, &content);
        if result.is_err() {
            // Skip the rest, so that it causes no second error.
            content.parse::<TokenStream>()?;
        }
        result.map(|()| arguments)
    }

    fn read(&mut self, kind: &Ident, input: ParseStream) -> Result<()> {
        if !is_setting(input) && !input.is_empty() {
            self.sizes = Some(Sizes::parse(kind, input)?);
            separator(input)?;
        }
        while !input.is_empty() {
            if is_setting(input) {
                self.settings.push(input.parse()?);
            } else {
                self.types.push(self.positional(kind, input)?);
            }
            separator(input)?;
        }
        Ok(())
    }

    fn positional(&self, kind: &Ident, input: ParseStream) -> Result<Path> {
        if let Some(setting) = self.settings.last() {
            return Err(input.error(format_args!("a type goes before the options: move it before `{}`", setting.name)));
        }
        if input.peek(LitStr) {
            let name: LitStr = input.parse()?;
            return Err(Error::new(
                name.span(),
                format_args!("expected a type, found a string: write `{}` without quotes", name.value()),
            ));
        }
        if let Some(message) = self.not_a_type(kind, input) {
            return Err(input.error(message));
        }
        let start = input.span();
        let path = path(input)
            .map_err(|_| input.error("expected a type such as `relu` or an option such as `init = he_normal`"))?;
        match after_type(&path, input) {
            Some(message) => Err(Error::new(start, message)),
            None => Ok(path),
        }
    }

    /// Returns the error for a number, a constant or a value after the sizes.
    fn not_a_type(&self, kind: &Ident, input: ParseStream) -> Option<String> {
        if input.peek(Token![|]) {
            return Some(
                "expected a type that implements `ActivationFunction`, such as `relu`, found a closure".into(),
            );
        }
        if input.fork().parse::<Ident>().is_ok_and(|name| name == "None") {
            return Some("a layer without an activation is written without this argument: `Dense(1 => 10)`".into());
        }
        if input.peek(LitFloat) || input.peek(LitBool) {
            return Some("an option has a name: write `name = value`, such as `rate = 0.5`".into());
        }
        let Some(Sizes::Kept(size)) = self.sizes.as_ref().filter(|_| is_size(input)) else { return None };
        let next = input.fork().parse::<TokenTree>().ok()?;
        Some(format!("expected `=>` between the two sizes: `{kind}({} => {next})`", text(size)))
    }
}

/// Returns the error for what follows a type without a comma.
fn after_type(path: &Path, input: ParseStream) -> Option<String> {
    let name = &path.segments.last()?.ident;
    if path.segments.len() > 1 && (path.segments[0].ident == "f32" || path.segments[0].ident == "f64") {
        return Some(format!("expected a type, found a function: write `{name}`"));
    }
    if input.peek(token::Paren) {
        return Some(format!("write the activation without parentheses: `{name}`"));
    }
    if input.peek(Token![.]) {
        let last = input.fork().parse::<TokenStream>().ok().and_then(last_name)?;
        return Some(format!("expected a type such as `relu`, found a method or field: write `{last}`"));
    }
    let other = [input.peek(Token![==]), input.peek(Token![=>]), input.peek(Token![:])];
    other.contains(&true).then(|| format!("expected `=` between an option and its value: `{name} = …`"))
}

/// Returns the last name of `.nn.relu, …`.
fn last_name(tokens: TokenStream) -> Option<Ident> {
    let mut last = None;
    for token in tokens {
        match token {
            TokenTree::Ident(name) => last = Some(name),
            TokenTree::Punct(dot) if dot.as_char() == '.' => {}
            _ => break,
        }
    }
    last
}

/// Returns whether a literal or an upper-case constant follows.
fn is_size(input: ParseStream) -> bool {
    let constant = |name: Ident| !name.unraw().to_string().contains(char::is_lowercase);
    input.peek(Lit) || input.fork().parse().is_ok_and(constant)
}

/// Returns whether a layer with sizes follows: `Dense(1 => 10)`.
fn is_layer(input: ParseStream) -> bool {
    let is_upper_case = |name: Ident| name.to_string().starts_with(char::is_uppercase);
    input.peek2(token::Paren) && input.fork().parse().is_ok_and(is_upper_case)
}

/// Returns whether an option follows: `init = …`, but not `N = 10`.
fn is_setting(input: ParseStream) -> bool {
    let equals = input.peek2(Token![=]) && !input.peek2(Token![=>]) && !input.peek2(Token![==]);
    input.peek(Ident) && equals && !is_size(input)
}

fn separator(input: ParseStream) -> Result<()> {
    if !input.is_empty() && input.parse::<Option<Token![,]>>()?.is_none() {
        return Err(input.error("expected `,` between the arguments"));
    }
    Ok(())
}

impl Sizes {
    fn parse(kind: &Ident, input: ParseStream) -> Result<Self> {
        if let Some(wrong) = wrong_arrow(&input.fork())? {
            return Err(Error::new_spanned(wrong, "expected `=>` between the two sizes: `Dense(1 => 10)`"));
        }
        if let Some(arrow) = input.parse::<Option<Token![=>]>>()? {
            return Err(Error::new_spanned(arrow, "missing input size: `Dense(1 => 10)`"));
        }
        if is_layer(input) {
            return Err(input
                .error("expected a size, found a layer: layers stand in one list, and a network is one by its type"));
        }
        let first = size(input)?;
        if !input.is_empty() && !input.peek(Token![,]) && !input.peek(Token![=>]) {
            let message = format_args!("expected `=>` or `,` after a size: `{kind}({} => 10)`", text(&first));
            return Err(input.error(message));
        }
        let Some(arrow) = input.parse::<Option<Token![=>]>>()? else { return Ok(Self::Kept(first)) };
        if input.is_empty() || input.peek(Token![,]) {
            return Err(Error::new_spanned(arrow, "missing output size: `Dense(1 => 10)`"));
        }
        let sizes = Self::Between(first, size(input)?);
        match input.parse::<Option<Token![=>]>>()? {
            Some(arrow) => {
                Err(Error::new_spanned(arrow, "expected two sizes, found three: write another layer for the third"))
            }
            None => Ok(sizes),
        }
    }
}

/// Parses a size, without its parentheses, braces and the invisible groups around a fragment of another macro.
fn size(input: ParseStream) -> Result<Expr> {
    let mut size: Expr = input.parse()?;
    if let Some(attribute) = attribute(size.to_token_stream()) {
        return Err(Error::new_spanned(attribute, "expected a size, found an attribute or a doc comment"));
    }
    loop {
        size = match size {
            Expr::Paren(paren) => *paren.expr,
            Expr::Group(group) => *group.expr,
            Expr::Block(block) if block.label.is_none() => match block.block.stmts.as_slice() {
                [Stmt::Expr(inner, None)] => inner.clone(),
                _ => return Ok(Expr::Block(block)),
            },
            size => return Ok(as_value_of_a_block(size)),
        }
    }
}

/// Returns an expression in parentheses if a block would end its first statement within it, such as `{ A } + 1`.
fn as_value_of_a_block(size: Expr) -> Expr {
    if matches!(size, Expr::Lit(_) | Expr::Path(_)) {
        return size;
    }
    match syn::parse2::<syn::Block>(quote! {{ #size }}) {
        Ok(block) if block.stmts.len() == 1 => size,
        _ => syn::parse_quote! { (#size) },
    }
}

/// Returns the first token of an attribute. Doc comments are attributes too.
fn attribute(tokens: TokenStream) -> Option<TokenTree> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Group(group) => attribute(group.stream()),
        TokenTree::Punct(hash) if hash.as_char() == '#' => Some(hash.into()),
        _ => None,
    })
}

/// Returns the token between two sizes that should be `=>`.
fn wrong_arrow(input: ParseStream) -> Result<Option<TokenStream>> {
    while !input.is_empty() && !input.peek(Token![=>]) && !input.peek(Token![,]) {
        if input.peek(Token![->]) {
            return Ok(Some(input.parse::<Token![->]>()?.into_token_stream()));
        } else if input.peek(Token![=]) {
            return Ok(Some(input.parse::<Token![=]>()?.into_token_stream()));
        } else if input.parse::<Option<Token![::]>>()?.is_some() {
            continue;
        } else if input.peek(Token![:]) {
            return Ok(Some(input.parse::<Token![:]>()?.into_token_stream()));
        }
        input.parse::<TokenTree>()?;
    }
    Ok(None)
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
        let name: Ident = input.parse()?;
        let equals = input.parse::<Token![=]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Err(Error::new_spanned(equals, format_args!("missing value of the option: `{name} = …`")));
        }
        Ok(Self { name, value: input.parse()? })
    }
}
