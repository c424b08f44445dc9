//! `Dense(1 => 10, relu)` as the type `Dense<1, 10, relu>`, and its sizes.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Expr, Ident};

use super::Layer;
use super::values::Types;
use crate::ast::{Arguments, LayerCall, Sizes};
use crate::graph::{Graph, Scalar};

pub(super) fn scalar(scalar: Scalar) -> TokenStream {
    match scalar {
        Scalar::F32 => code! { f32 },
        Scalar::F64 => code! { f64 },
    }
}

/// Returns the type of a layer in a network of a scalar. `shapes` are those of the values whose sizes it has.
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

/// Returns a size as an argument of a type: an expression stands in braces.
pub(super) fn constant(size: &Expr, graph: &Graph) -> TokenStream {
    let parameters = || graph.head.generics().into_iter().flat_map(syn::Generics::const_params);
    let is_parameter = |name: &Ident| parameters().any(|parameter| parameter.ident == *name);
    match size {
        Expr::Lit(_) | Expr::Block(_) => size.to_token_stream(),
        Expr::Path(path) if path.path.get_ident().is_some_and(is_parameter) => size.to_token_stream(),
        _ => code! { { #size } },
    }
}

/// Returns the shape of a layer's input.
pub(super) fn input(Layer { call, alias, .. }: &Layer) -> TokenStream {
    code_at! { call=> <#alias as __mlp::Module>::Input }
}

/// Returns the shape of a layer's output.
pub(super) fn output(Layer { call, alias, .. }: &Layer) -> TokenStream {
    code_at! { call=> <#alias as __mlp::Module>::Output }
}

/// Returns all layers, each with an alias of its type.
pub(super) fn layers<'a>(graph: &'a Graph<'a>, types: &Types) -> Vec<Layer<'a>> {
    let names = alias_names(graph);
    let layers = graph.layers.iter().zip(names).enumerate().map(|(index, (layer, alias))| {
        let ty = types.layer(index);
        let parameters = graph.head.generics().into_iter().flat_map(syn::Generics::const_params);
        let parameters: Vec<_> =
            parameters.filter(|parameter| crate::tokens::mentions(ty.clone(), &parameter.ident)).collect();
        let arguments: Vec<_> = parameters.iter().map(|parameter| &parameter.ident).collect();
        let declared = (!parameters.is_empty()).then(|| code! { <#(#parameters),*> });
        let used = (!parameters.is_empty()).then(|| code! { <#(#arguments),*> });
        let call = layer.call;
        let definition = code_at! { call=> type #alias #declared = #ty; };
        let alias = code_at! { call=> #alias #used };
        Layer { name: &layer.name, call, attributes: layer.attributes, ty, alias, definition }
    });
    layers.collect()
}

/// Other types of the generated block, without the leading `__`.
const RESERVED: [&str; 7] = ["Cache", "M", "Mlp", "Options", "S", "Some", "V"];

/// `__Dense1` for a layer `dense_1`, or `__dense_1_layer` for all layers if two names would be equal or one is reserved.
fn alias_names(graph: &Graph) -> Vec<Ident> {
    let camel_case = |name: &Ident| -> String {
        let name = name.unraw().to_string();
        let words = name.split('_').map(|word| {
            let mut letters = word.chars();
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
        });
        words.collect()
    };
    let names: Vec<_> = graph.layers.iter().map(|layer| camel_case(&layer.name)).collect();
    let is_unique = names.iter().collect::<std::collections::HashSet<_>>().len() == names.len();
    let ident = |name: &str| Ident::new(&format!("__{name}"), Span::mixed_site());
    if is_unique && !names.iter().any(|name| RESERVED.contains(&name.as_str())) {
        return names.iter().map(|name| ident(name)).collect();
    }
    graph.layers.iter().map(|layer| ident(&format!("{}_layer", layer.name.unraw()))).collect()
}
