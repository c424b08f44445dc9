//! Tokens of the generated code, and names in tokens.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};

/// Like `quote!`, but local variables are the macro's own: a layer may be named `input`.
macro_rules! code {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}

/// Returns whether the tokens mention a name.
pub(crate) fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}

/// Returns the tokens with a name replaced by another.
pub(crate) fn replace(tokens: TokenStream, name: &Ident, other: &Ident) -> TokenStream {
    let replaced = |token| match token {
        TokenTree::Ident(ident) if ident == *name => TokenTree::Ident(other.clone()),
        TokenTree::Group(group) => {
            let mut replaced = Group::new(group.delimiter(), replace(group.stream(), name, other));
            replaced.set_span(group.span());
            TokenTree::Group(replaced)
        }
        other => other,
    };
    tokens.into_iter().map(replaced).collect()
}

/// Returns the tokens as the macro's own, at the same places.
pub(crate) fn at_mixed_site(tokens: TokenStream) -> TokenStream {
    let own = |mut token: TokenTree| {
        let place = token.span();
        if let TokenTree::Group(group) = token {
            token = Group::new(group.delimiter(), at_mixed_site(group.stream())).into();
        }
        token.set_span(Span::mixed_site().located_at(place));
        token
    };
    tokens.into_iter().map(own).collect()
}
