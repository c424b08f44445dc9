//! `#[derive(Parameters)]`: implements `Parameters`, and `WithScalar` if the struct is a layer.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, Data, DeriveInput, Field, Generics, Meta, Path, Token, Type, TypeParam, TypeParamBound, WherePredicate,
    parse_quote,
};

use crate::crate_path::with_path;
use crate::errors::Errors;
use crate::tokens::{mentions, replace};

/// Returns the implementations, in addition to the errors: their absence would cause follow-up errors.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    check_layout(input, &mut errors);
    let fields: Vec<_> = fields(&input.data).map(|field| &field.ty).collect();
    let (markers, fields): (Vec<_>, Vec<_>) = fields.into_iter().partition(|ty| is_marker(ty));
    let is_struct = matches!(input.data, Data::Struct(_));
    let scalar = scalar(input, &fields).map_err(|error| is_struct.then(|| errors.push(error)));
    let scalar = scalar.unwrap_or_else(|_| quote! { ::core::primitive::f32 });
    let parameters = parameters(input, &scalar, &fields, &markers);
    let with_scalar = is_struct.then(|| with_scalar(input));
    let errors = errors.items();
    let code = quote! { #parameters #with_scalar #errors };
    match crate_path(input) {
        Some(path) => with_path(code, &path.to_token_stream()),
        None => code,
    }
}

/// Returns the path of `#[parameters(crate = nn)]`. Errors are reported by [`scalar`].
fn crate_path(input: &DeriveInput) -> Option<Path> {
    let mut path = None;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("parameters")) {
        let _ = attribute.parse_nested_meta(|meta| {
            let value = meta.value()?;
            if meta.path.is_ident("crate") {
                path = Some(value.parse()?);
            } else {
                value.parse::<Type>()?;
            }
            Ok(())
        });
    }
    path
}

fn fields(data: &Data) -> impl Iterator<Item = &Field> {
    let data = if let Data::Struct(data) = data { Some(data) } else { None };
    data.into_iter().flat_map(|data| &data.fields)
}

/// Checks that the fields are contiguous in memory.
fn check_layout(input: &DeriveInput, errors: &mut Errors) {
    if !matches!(input.data, Data::Struct(_)) {
        return errors.add(&input.ident, "expected a `struct`: its fields are the parameters");
    }
    let layouts: Vec<_> =
        input.attrs.iter().filter(|attribute| attribute.path().is_ident("repr")).flat_map(layouts).collect();
    if !layouts.iter().any(is_contiguous) {
        errors.add(&input.ident, "missing `#[repr(C)]`: parameters must be contiguous in memory");
    }
    for layout in layouts.iter().filter(|layout| !is_contiguous(layout)) {
        errors.add(layout, "expected only `#[repr(C)]`: parameters must be contiguous in memory");
    }
}

fn layouts(attribute: &Attribute) -> Punctuated<Meta, Token![,]> {
    attribute.parse_args_with(Punctuated::parse_terminated).unwrap_or_default()
}

fn is_contiguous(layout: &Meta) -> bool {
    layout.path().is_ident("C") || layout.path().is_ident("transparent")
}

/// Returns whether a type is called `PhantomData`. The generated code checks that it is the one of `core`.
fn is_marker(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "PhantomData"))
}

/// Returns the scalar type of `#[parameters(scalar = f32)]`, or else of the first field.
fn scalar(input: &DeriveInput, fields: &[&Type]) -> syn::Result<TokenStream> {
    let mut written = None;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("parameters")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("crate") {
                meta.value()?.parse::<Path>()?;
                return Ok(());
            }
            if !meta.path.is_ident("scalar") {
                return Err(meta.error("expected `scalar = f32` or `crate = mlp`"));
            }
            written = Some(meta.value()?.parse::<Type>()?.to_token_stream());
            Ok(())
        })?;
    }
    let of_first = fields.first().map(|ty| quote! { <#ty as ::mlp::__private::Parameters>::Scalar });
    let message = "cannot infer the scalar type: add `#[parameters(scalar = f32)]`";
    written.or(of_first).ok_or_else(|| syn::Error::new_spanned(&input.ident, message))
}

/// Returns `impl Parameters`.
///
/// The safety contract holds: `check_layout` checks the layout, and `count` requires that each field implements
/// `Parameters` with the same scalar type.
fn parameters(input: &DeriveInput, scalar: &TokenStream, fields: &[&Type], markers: &[&Type]) -> TokenStream {
    let generics = with_static_types(&input.generics);
    let (impls, arguments, conditions) = generics.split_for_impl();
    let name = &input.ident;
    let type_name = name.unraw().to_string();
    let variables = variables(input);
    let counts =
        fields.iter().map(|ty| quote_spanned! { ty.span()=> + ::mlp::__private::count::<Self::Scalar, #ty>() });
    let markers = markers.iter().map(|ty| quote_spanned! { ty.span()=> + ::mlp::__private::count_marker::<#ty>() });
    quote! {
        #[automatically_derived]
        unsafe impl #impls ::mlp::__private::Parameters for #name #arguments #conditions {
            type Scalar = #scalar;
            const COUNT: usize = 0 #(#counts)* #(#markers)*;
            const TYPE_NAME: &'static str = #type_name;
            const FIELDS: &'static [::mlp::__private::Variable] = &[#(#variables),*];
        }
    }
}

/// Returns the description of each field that is not a marker.
fn variables(input: &DeriveInput) -> impl Iterator<Item = TokenStream> {
    let fields = fields(&input.data).enumerate().filter(|(_, field)| !is_marker(&field.ty));
    fields.map(|(index, Field { ident, ty, .. })| {
        let name = ident.as_ref().map_or_else(|| index.to_string(), |name| name.unraw().to_string());
        quote! {
            ::mlp::__private::Variable::new(#name, <#ty as ::mlp::__private::Parameters>::SHAPE)
        }
    })
}

/// Adds `'static` to all type parameters, because `Parameters: 'static`.
fn with_static_types(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(parse_quote!('static));
    }
    generics
}

/// Returns `impl WithScalar`, whose condition is that the struct is a layer.
fn with_scalar(input: &DeriveInput) -> TokenStream {
    let scalars: Vec<_> = input.generics.type_params().filter(|ty| is_scalar(ty, &input.generics)).collect();
    match scalars.as_slice() {
        [] => with_own_scalar(input),
        [scalar] => with_any_scalar(input, scalar),
        _ => TokenStream::new(),
    }
}

/// Returns whether a type parameter has a bound called `Scalar`.
fn is_scalar(parameter: &TypeParam, generics: &Generics) -> bool {
    let conditions = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let others = conditions.filter_map(|condition| match condition {
        WherePredicate::Type(condition) if is_parameter(&condition.bounded_ty, parameter) => Some(&condition.bounds),
        _ => None,
    });
    let mut bounds = parameter.bounds.iter().chain(others.flatten());
    bounds.any(|bound| matches!(bound, TypeParamBound::Trait(bound) if is_called(&bound.path, "Scalar")))
}

fn is_parameter(ty: &Type, parameter: &TypeParam) -> bool {
    matches!(ty, Type::Path(path) if path.qself.is_none() && path.path.is_ident(&parameter.ident))
}

fn is_called(path: &Path, name: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == name)
}

/// Returns the implementation for a struct whose scalar is a type parameter: `Gain<N, T>` becomes `Gain<N, __S>`.
///
/// All bounds of `T` are required of `__S` too.
fn with_any_scalar(input: &DeriveInput, scalar: &TypeParam) -> TokenStream {
    let name = &input.ident;
    let other = other_scalar();
    let generics = with_static_types(&input.generics);
    let (_, arguments, _) = generics.split_for_impl();
    let layer = replace(quote! { #name #arguments }, &scalar.ident, &other);
    let bounds = bounds(&generics).into_iter().filter(|bound| mentions(bound.clone(), &scalar.ident));
    let bounds = bounds.map(|bound| replace(bound, &scalar.ident, &other));
    let mut generics = generics.clone();
    generics.params.push(parse_quote!(#other: ::mlp::Scalar));
    let conditions = &mut generics.make_where_clause().predicates;
    conditions.extend(bounds.map(|bound| -> WherePredicate { parse_quote!(#bound) }));
    conditions.push(parse_quote!(#layer: ::mlp::__private::Module<Scalar = #other>));
    let (impls, _, conditions) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impls ::mlp::__private::WithScalar<#other> for #name #arguments #conditions {
            type Layer = #layer;
        }
    }
}

/// Returns all bounds as conditions of a `where` clause.
fn bounds(generics: &Generics) -> Vec<TokenStream> {
    let parameters = generics
        .type_params()
        .flat_map(|TypeParam { ident, bounds, .. }| bounds.iter().map(move |bound| quote! { #ident: #bound }));
    let conditions = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    parameters.chain(conditions.map(ToTokens::to_token_stream)).collect()
}

/// Returns the implementation for a struct with a concrete scalar type.
///
/// The condition `Self: Layer` would be an error for a struct that is not a layer, because it mentions no parameter. The
/// trait `__LayerOf` adds one.
fn with_own_scalar(input: &DeriveInput) -> TokenStream {
    let name = &input.ident;
    let scalar = other_scalar();
    let mut generics = with_static_types(&input.generics);
    generics.params.push(parse_quote!(#scalar: ::mlp::Scalar));
    generics.make_where_clause().predicates.push(parse_quote!(Self: __LayerOf<#scalar>));
    let (impls, _, conditions) = generics.split_for_impl();
    let (_, arguments, _) = input.generics.split_for_impl();
    quote! {
        const _: () = {
            pub trait __LayerOf<S> {
                type Layer: ::mlp::__private::Module<Scalar = S>;
            }
            impl<L: ::mlp::__private::Module> __LayerOf<L::Scalar> for L {
                type Layer = L;
            }
            #[automatically_derived]
            impl #impls ::mlp::__private::WithScalar<#scalar> for #name #arguments #conditions {
                type Layer = <Self as __LayerOf<#scalar>>::Layer;
            }
        };
    }
}

fn other_scalar() -> Ident {
    Ident::new("__S", Span::mixed_site())
}
