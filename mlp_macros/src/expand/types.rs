//! `Dense(1 => 10, relu)` as the type `Dense<1, 10, relu>`, and its sizes.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{ConstParam, Generics, Ident, Type};

use super::Layer;
use super::values::Types;
use crate::ast::{Arguments, LayerCall, Sizes};
use crate::graph::{Graph, LayerNode, Scalar};
use crate::tokens::mentions;

pub(super) fn scalar(scalar: Scalar) -> TokenStream {
    match scalar {
        Scalar::F32 => code! { f32 },
        Scalar::F64 => code! { f64 },
    }
}

/// Returns the type of a layer in a network of `f64`. `check` is the constant that checks it.
pub(super) fn with_f64(call: &LayerCall, ty: &TokenStream, check: Option<&Ident>) -> TokenStream {
    match check {
        Some(check) => code_at! { call=> ::mlp::__private::layer_of_f64!(#ty, #check) },
        None => code_at! { call=> <#ty as ::mlp::__private::WithScalar<::core::primitive::f64>>::Layer },
    }
}

/// Traits of `std::ops`. In a program that imports them, a layer of such a name would be the trait.
const OPERATORS: [&str; 26] = [
    "Add",
    "AddAssign",
    "BitAnd",
    "BitAndAssign",
    "BitOr",
    "BitOrAssign",
    "BitXor",
    "BitXorAssign",
    "Deref",
    "Div",
    "DivAssign",
    "Drop",
    "Fn",
    "Index",
    "IndexMut",
    "Mul",
    "MulAssign",
    "Neg",
    "Not",
    "Rem",
    "RemAssign",
    "Shl",
    "ShlAssign",
    "Shr",
    "Sub",
    "SubAssign",
];

/// Returns the path of a layer's type. A layer with the name of an operator is that of `mlp`; a custom one is written by its
/// path.
fn path(call: &LayerCall) -> TokenStream {
    let path = &call.path;
    match path.get_ident() {
        Some(name) if OPERATORS.iter().any(|operator| name == operator) => {
            quote_spanned! { name.span()=> ::mlp::layers::#path }
        }
        _ => path.to_token_stream(),
    }
}

/// Returns the type of a layer as it is written. `shapes` are those of the values whose sizes it has.
pub(super) fn written(call: &LayerCall, shapes: Option<TokenStream>, context: &Types) -> TokenStream {
    let path = &path(call);
    let Some(Arguments { sizes, types, .. }) = &call.arguments else { return path.clone() };
    let sizes = sizes.iter().flat_map(Sizes::iter).map(|size| context.size(size));
    let arguments: Vec<_> =
        shapes.into_iter().chain(sizes).chain(types.iter().map(ToTokens::to_token_stream)).collect();
    if arguments.is_empty() {
        return path.clone();
    }
    // All of it in the place of the name, so that every message about the type points there.
    quote_spanned! { call.kind().span()=> #path<#(#arguments),*> }
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
pub(super) fn layers<'a>(graph: &'a Graph<'a>, types: &Types, generics: &Generics) -> Vec<Layer<'a>> {
    let names = alias_names(graph);
    let layers = graph.layers.iter().zip(names).enumerate().map(|(index, (layer, alias))| {
        let ty = types.layer(index);
        let parameters = generics.const_params();
        let parameters: Vec<_> = parameters.filter(|parameter| mentions(ty.clone(), &parameter.ident)).collect();
        let arguments: Vec<_> = parameters.iter().map(|parameter| &parameter.ident).collect();
        let declared = (!parameters.is_empty()).then(|| code! { <#(#parameters),*> });
        let used = (!parameters.is_empty()).then(|| code! { <#(#arguments),*> });
        let call = layer.call;
        // The check is in the constant of the layer's size, if there is one.
        let check = types
            .constant_of_layer(index)
            .map_or_else(|| is_layer(layer, &ty, graph), |constant| code_at! { call=> #constant > 0 });
        let checked = match ones(parameters.iter().copied(), &ty) {
            Some(ones) if graph.scalar == Scalar::F32 => code_at! { call=> __mlp::layer!(#ty, { #ones #check }) },
            _ => ty.clone(),
        };
        let definition = code_at! { call=> type #alias #declared = #checked; };
        let alias = code_at! { call=> #alias #used };
        Layer { name: &layer.name, call, attributes: layer.attributes, ty, alias, definition }
    });
    layers.collect()
}

/// Returns definitions of const parameters in a type as 1, for a check in the type of something, where stable Rust does not
/// allow them. `None` for parameters of other types than `usize`.
pub(super) fn ones<'a>(parameters: impl Iterator<Item = &'a ConstParam>, ty: &TokenStream) -> Option<TokenStream> {
    let mut ones = TokenStream::new();
    for ConstParam { ident, ty, .. } in parameters.filter(|parameter| mentions(ty.clone(), &parameter.ident)) {
        let is_size = matches!(ty, Type::Path(path) if path.path.segments.last()?.ident == "usize");
        if !is_size {
            return None;
        }
        ones.extend(code! { const #ident: usize = 1; });
    }
    Some(ones)
}

/// Returns the check that a type is a layer, and has a size if it needs one. The alias of another type is erroneous, so that
/// the compiler reports that once.
pub(super) fn is_layer(layer: &LayerNode, ty: &TokenStream, graph: &Graph) -> TokenStream {
    let (call, text) = (layer.call, layer.call.to_string());
    let is_layer = code_at! { call=> __mlp::Probe::<#ty>::IS_LAYER };
    if let Some(values) = &layer.sized_by {
        let count = values.len().to_string();
        return code_at! { call=> __mlp::is_merge(#is_layer, #text, #count) };
    }
    let is_layer = if call.arguments.is_none() && graph.kind == "Functional" {
        code_at! { call=> __mlp::is_called_layer(#is_layer, #text) }
    } else {
        let activation = call.arguments.iter().flat_map(|arguments| arguments.types.first()).map(crate::ast::text);
        let activation: String = activation.collect();
        code_at! { call=> __mlp::is_layer(#is_layer, #text, #activation) }
    };
    let has_size = call.sizes().is_none().then(|| {
        let arguments = call.arguments.as_ref().map(ToString::to_string).filter(|text| !text.is_empty());
        let arguments = arguments.map_or_else(String::new, |text| format!(", {text}"));
        let correct = format!("{}(size{arguments})", call.kind());
        code_at! { call=> && __mlp::has_size(__mlp::Probe::<#ty>::HAS_SIZE, #correct) }
    });
    let has_scalar = has_scalar(call, ty, graph.scalar);
    code_at! { call=> #is_layer #has_size && #has_scalar }
}

/// Returns the check that a layer has the scalar type of the network.
fn has_scalar(call: &LayerCall, ty: &TokenStream, scalar: Scalar) -> TokenStream {
    let (constant, text) = match scalar {
        Scalar::F32 => (code! { IS_OF_SCALAR }, "f32"),
        Scalar::F64 => (code! { HAS_SCALAR }, "f64"),
    };
    let (name, scalar) = (call.kind().to_string(), self::scalar(scalar));
    code_at! { call=>
        __mlp::has_scalar(__mlp::ScalarProbe::<#ty, ::core::primitive::#scalar>::#constant, #name, #text)
    }
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
