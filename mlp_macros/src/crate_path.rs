//! Path of `mlp` in the generated code: `::mlp`, or whatever the program calls the crate.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Words after which a path can begin.
const KEYWORDS: [&str; 9] = ["as", "dyn", "for", "impl", "in", "mut", "return", "use", "where"];

/// Runs a macro on the input after the path of `mlp`, `[$crate] …`, and writes its code with that path.
pub(crate) fn in_crate(
    input: proc_macro::TokenStream,
    code: impl FnOnce(TokenStream) -> syn::Result<TokenStream>,
) -> proc_macro::TokenStream {
    let (path, input) = split(input.into());
    let code = code(input).unwrap_or_else(syn::Error::into_compile_error);
    path.map_or(code.clone(), |path| with_path(code, &path)).into()
}

/// Returns the path in brackets at the beginning of the input, if there is one, and the rest.
fn split(input: TokenStream) -> (Option<TokenStream>, TokenStream) {
    let mut tokens = input.clone().into_iter();
    match tokens.next() {
        Some(TokenTree::Group(path)) if path.delimiter() == Delimiter::Bracket => {
            (Some(path.stream()), tokens.collect())
        }
        _ => (None, input),
    }
}

/// Returns the tokens with another path in place of `::mlp`.
pub(crate) fn with_path(tokens: TokenStream, path: &TokenStream) -> TokenStream {
    let mut replaced: Vec<TokenTree> = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), with_path(group.stream(), path));
                inside.set_span(group.span());
                replaced.push(TokenTree::Group(inside));
            }
            TokenTree::Ident(name) if name == "mlp" && follows_root(&replaced) => {
                replaced.truncate(replaced.len() - 2);
                replaced.extend(path.clone());
            }
            other => replaced.push(other),
        }
    }
    replaced.into_iter().collect()
}

/// Returns whether the last tokens are the `::` at the beginning of a path.
fn follows_root(tokens: &[TokenTree]) -> bool {
    let is_colon = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':');
    match tokens {
        [.., before, first, second] if is_colon(first) && is_colon(second) => {
            !matches!(before, TokenTree::Ident(name) if !KEYWORDS.iter().any(|keyword| name == keyword))
        }
        [first, second] => is_colon(first) && is_colon(second),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::{split, with_path};

    #[test]
    fn the_path_comes_first() {
        let (path, input) = split(quote! { [nn] Dense(1 => 2), [3] });
        assert_eq!(path.unwrap().to_string(), "nn");
        assert_eq!(input.to_string(), quote! { Dense(1 => 2), [3] }.to_string());
        assert!(split(quote! { Dense(1 => 2) }).0.is_none());
    }

    #[test]
    fn only_paths_from_the_root_are_replaced() {
        let code = quote! { use ::mlp::a; <T as ::mlp::b>::c(x::mlp::d, mlp::e, [::mlp::f]); ::mlp::g!(); };
        let expected = quote! { use nn::m::a; <T as nn::m::b>::c(x::mlp::d, mlp::e, [nn::m::f]); nn::m::g!(); };
        assert_eq!(with_path(code, &quote! { nn::m }).to_string(), expected.to_string());
    }
}
