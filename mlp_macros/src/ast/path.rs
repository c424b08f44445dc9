//! Type paths, and tokens as text.

use quote::ToTokens;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{AngleBracketedGenericArguments, Error, Ident, Path, PathArguments, PathSegment, Result, Token};

/// Parses the path of a type. Syn's own parser would read `Dense(…)` as a path like `Fn(…)`.
pub(super) fn path(input: ParseStream) -> Result<Path> {
    let mut path = Path { leading_colon: input.parse()?, segments: Punctuated::new() };
    loop {
        path.segments.push_value(segment(input)?);
        if !input.peek(Token![::]) {
            return Ok(path);
        }
        path.segments.push_punct(input.parse()?);
    }
}

fn segment(input: ParseStream) -> Result<PathSegment> {
    let ident: Result<Ident> = input.parse();
    let ident = ident.map_err(|error| Error::new(error.span(), "expected a layer such as `Dense(1 => 10, relu)`"))?;
    let mut segment = PathSegment { ident, arguments: PathArguments::None };
    if input.peek(Token![<]) || (input.peek(Token![::]) && input.peek3(Token![<])) {
        let generics: AngleBracketedGenericArguments = input.parse()?;
        segment.arguments = PathArguments::AngleBracketed(generics);
    }
    Ok(segment)
}

/// Spaces that the compiler prints between tokens, and the usual spelling.
const SPACING: [(&str, &str); 8] =
    [(" :: ", "::"), ("::< ", "::<"), (" < ", "<"), (" >", ">"), (" ,", ","), (" (", "("), ("( ", "("), (" )", ")")];

/// Returns the tokens with the usual spacing.
pub(crate) fn text(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    SPACING.iter().fold(text, |text, (spaced, tight)| text.replace(spaced, tight))
}
