//! `Dense(1 => 10, relu)` as the type `Dense<1, 10, relu>`, and its sizes.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::{Expr, Generics, Ident};

use super::{Code, Layer};
use crate::ast::{Arguments, Call, Sizes};
use crate::graph::Scalar;

pub(super) fn scalar(scalar: Scalar) -> TokenStream {
    match scalar {
        Scalar::F32 => code! { f32 },
        Scalar::F64 => code! { f64 },
    }
}

/// The type of a layer in a network of a scalar.
pub(super) fn layer(call: &Call, of: Scalar, generics: &Generics) -> TokenStream {
    let (ty, scalar) = (written(call, generics), scalar(of));
    match of {
        Scalar::F32 => ty,
        Scalar::F64 => code_at! { call=> <#ty as ::mlp::__private::WithScalar<::core::primitive::#scalar>>::Layer },
    }
}

fn written(call: &Call, generics: &Generics) -> TokenStream {
    let path = &call.path;
    let Some(Arguments { sizes, types, .. }) = &call.arguments else { return path.to_token_stream() };
    let sizes = sizes.iter().flat_map(Sizes::iter).map(|size| constant(size, generics));
    let arguments: Vec<_> = sizes.chain(types.iter().map(ToTokens::to_token_stream)).collect();
    if arguments.is_empty() {
        return path.to_token_stream();
    }
    // All of it in the place of the name, so that every message about the type points there.
    quote_spanned! { call.kind().span()=> #path<#(#arguments),*> }
}

/// A size as an argument of a type: an expression stands in braces.
fn constant(size: &Expr, generics: &Generics) -> TokenStream {
    let is_parameter = |name: &Ident| generics.const_params().any(|parameter| parameter.ident == *name);
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

impl Code<'_> {
    /// How many features a layer takes, as written, or else as its type says.
    pub(super) fn inputs(&self, layer: &Layer) -> TokenStream {
        self.features(layer.call.sizes().map(Sizes::input), layer, &input(layer))
    }

    /// How many features a layer gives.
    pub(super) fn outputs(&self, layer: &Layer) -> TokenStream {
        self.features(layer.call.sizes().map(Sizes::output), layer, &output(layer))
    }

    fn features(&self, size: Option<&Expr>, layer: &Layer, shape: &TokenStream) -> TokenStream {
        let of_type = || code_at! { layer.call=> { <#shape as __mlp::Shape>::FEATURES } };
        size.map_or_else(of_type, |size| constant(size, &self.generics))
    }
}
