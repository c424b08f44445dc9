//! `#[derive(Parameters)]`: a struct of parameters is parameters.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DeriveInput, Field, Generics, Meta, Token, Type, parse_quote};

use crate::errors::Errors;

/// Where there are errors, the code behind them keeps the compiler from complaining of its absence too.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    check_layout(input, &mut errors);
    let fields: Vec<_> = fields(&input.data).map(|field| &field.ty).collect();
    let (markers, fields): (Vec<_>, Vec<_>) = fields.into_iter().partition(|ty| is_marker(ty));
    let is_struct = matches!(input.data, Data::Struct(_));
    let scalar = scalar(input, &fields).map_err(|error| is_struct.then(|| errors.push(error)));
    let scalar = scalar.unwrap_or_else(|_| quote! { ::core::primitive::f32 });
    let implementation = implementation(input, &scalar, &fields, &markers);
    let errors = errors.items();
    quote! { #implementation #errors }
}

fn fields(data: &Data) -> impl Iterator<Item = &Field> {
    let data = if let Data::Struct(data) = data { Some(data) } else { None };
    data.into_iter().flat_map(|data| &data.fields)
}

/// The fields have to lie one after the other, with nothing before, between and behind them.
fn check_layout(input: &DeriveInput, errors: &mut Errors) {
    if !matches!(input.data, Data::Struct(_)) {
        return errors.add(&input.ident, "parameters are the fields of a `struct`");
    }
    let layouts: Vec<_> =
        input.attrs.iter().filter(|attribute| attribute.path().is_ident("repr")).flat_map(layouts).collect();
    let contiguous = |layout: &Meta| layout.path().is_ident("C") || layout.path().is_ident("transparent");
    if !layouts.iter().any(contiguous) {
        errors
            .add(&input.ident, "write `#[repr(C)]` above this struct, so that its parameters lie one after the other");
    }
    for layout in layouts.iter().filter(|layout| !contiguous(layout)) {
        errors.add(layout, "parameters lie one after the other, without gaps: `#[repr(C)]` and nothing else");
    }
}

fn layouts(attribute: &Attribute) -> Punctuated<Meta, Token![,]> {
    attribute.parse_args_with(Punctuated::parse_terminated).unwrap_or_default()
}

/// `PhantomData<A>`, whichever way it is called. That it is the one of `core` is checked by the code.
fn is_marker(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "PhantomData"))
}

/// As written in `#[parameters(scalar = f32)]`, or that of the first field.
fn scalar(input: &DeriveInput, fields: &[&Type]) -> syn::Result<TokenStream> {
    let mut written = None;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("parameters")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("scalar") {
                return Err(meta.error("expected `scalar = f32`"));
            }
            written = Some(meta.value()?.parse::<Type>()?.to_token_stream());
            Ok(())
        })?;
    }
    let of_first = fields.first().map(|ty| quote! { <#ty as ::mlp::__private::Parameters>::Scalar });
    let message = "there is no field to tell the scalar from: write `#[parameters(scalar = f32)]`";
    written.or(of_first).ok_or_else(|| syn::Error::new_spanned(&input.ident, message))
}

/// The contract of `Parameters` holds: the layout is checked above, and `count` asks each field to be `Parameters` of
/// the same scalar.
fn implementation(input: &DeriveInput, scalar: &TokenStream, fields: &[&Type], markers: &[&Type]) -> TokenStream {
    let generics = with_static_types(&input.generics);
    let (impls, arguments, conditions) = generics.split_for_impl();
    let name = &input.ident;
    let counts =
        fields.iter().map(|ty| quote_spanned! { ty.span()=> + ::mlp::__private::count::<Self::Scalar, #ty>() });
    let markers = markers.iter().map(|ty| quote_spanned! { ty.span()=> + ::mlp::__private::count_marker::<#ty>() });
    quote! {
        #[automatically_derived]
        unsafe impl #impls ::mlp::__private::Parameters for #name #arguments #conditions {
            type Scalar = #scalar;
            const COUNT: usize = 0 #(#counts)* #(#markers)*;
        }
    }
}

/// `Parameters` borrow nothing.
fn with_static_types(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(parse_quote!('static));
    }
    generics
}
