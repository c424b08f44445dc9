//! `Dense(1 => 10, relu)` as the type `Dense<1, 10, relu>`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;

use crate::ast::{Arguments, Call, Sizes};
use crate::graph::Scalar;

/// The scalar's type, whatever `f32` is to the user.
pub(super) fn scalar(scalar: Scalar) -> TokenStream {
    match scalar {
        Scalar::F32 => code! { ::core::primitive::f32 },
        Scalar::F64 => code! { ::core::primitive::f64 },
    }
}

/// The type of a layer in a network of a scalar.
pub(super) fn layer(call: &Call, of: Scalar) -> TokenStream {
    let ty = written(call);
    match of {
        Scalar::F32 => ty,
        Scalar::F64 => {
            let scalar = scalar(of);
            let span = Span::mixed_site().located_at(call.kind().span());
            quote_spanned! { span=> <#ty as ::mlp::__private::WithScalar<#scalar>>::Layer }
        }
    }
}

/// Its brackets have the places of the parentheses, so that a message about the type points at the call.
fn written(call: &Call) -> TokenStream {
    let path = &call.path;
    let Some(Arguments { paren, sizes, types, .. }) = &call.arguments else { return path.to_token_stream() };
    let sizes = sizes.iter().flat_map(Sizes::iter).map(constant);
    let arguments: Vec<_> = sizes.chain(types.iter().map(ToTokens::to_token_stream)).collect();
    if arguments.is_empty() {
        return path.to_token_stream();
    }
    let open = quote_spanned! { paren.span.open()=> < };
    let close = quote_spanned! { paren.span.close()=> > };
    code! { #path #open #(#arguments),* #close }
}

/// A size as an argument of a type: an expression stands in braces, unless it is a number or a name.
pub(super) fn constant(size: &Expr) -> TokenStream {
    match size {
        Expr::Lit(_) => size.to_token_stream(),
        Expr::Path(path) if path.path.get_ident().is_some() => size.to_token_stream(),
        Expr::Block(_) => size.to_token_stream(),
        _ => code! { { #size } },
    }
}
