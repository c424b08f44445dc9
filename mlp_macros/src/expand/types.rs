//! `Dense(1 => 10, relu)` as the type `Dense<1, 10, relu>`, and its sizes.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::{Expr, Ident};

use super::Layer;
use crate::ast::{Arguments, LayerCall, Sizes};
use crate::graph::{Graph, Scalar};

pub(super) fn scalar(scalar: Scalar) -> TokenStream {
    match scalar {
        Scalar::F32 => code! { f32 },
        Scalar::F64 => code! { f64 },
    }
}

/// The type of a layer in a network of a scalar. `shapes` are those of the values whose sizes it has.
pub(super) fn layer(call: &LayerCall, shapes: Option<TokenStream>, graph: &Graph) -> TokenStream {
    let (ty, scalar) = (written(call, shapes, graph), scalar(graph.scalar));
    match graph.scalar {
        Scalar::F32 => ty,
        Scalar::F64 => code_at! { call=> <#ty as ::mlp::__private::WithScalar<::core::primitive::#scalar>>::Layer },
    }
}

fn written(call: &LayerCall, shapes: Option<TokenStream>, graph: &Graph) -> TokenStream {
    let path = &call.path;
    let Some(Arguments { sizes, types, .. }) = &call.arguments else { return path.to_token_stream() };
    let sizes = sizes.iter().flat_map(Sizes::iter).map(|size| constant(size, graph));
    let arguments: Vec<_> =
        shapes.into_iter().chain(sizes).chain(types.iter().map(ToTokens::to_token_stream)).collect();
    if arguments.is_empty() {
        return path.to_token_stream();
    }
    // All of it in the place of the name, so that every message about the type points there.
    quote_spanned! { call.kind().span()=> #path<#(#arguments),*> }
}

/// A size as an argument of a type: an expression stands in braces.
pub(super) fn constant(size: &Expr, graph: &Graph) -> TokenStream {
    let parameters = || graph.head.generics().into_iter().flat_map(syn::Generics::const_params);
    let is_parameter = |name: &Ident| parameters().any(|parameter| parameter.ident == *name);
    match size {
        Expr::Lit(_) | Expr::Block(_) => size.to_token_stream(),
        Expr::Path(path) if path.path.get_ident().is_some_and(is_parameter) => size.to_token_stream(),
        _ => code! { { #size } },
    }
}

/// What a layer takes, as a type.
pub(super) fn input(Layer { call, ty, .. }: &Layer) -> TokenStream {
    code_at! { call=> <#ty as __mlp::Layer>::Input }
}

/// What a layer gives, as a type.
pub(super) fn output(Layer { call, ty, .. }: &Layer) -> TokenStream {
    code_at! { call=> <#ty as __mlp::Layer>::Output }
}
