//! Code of a residual. Nothing here can fail.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::{Attribute, Path, Token, parse_quote};

use super::ast::{Field, Item};
use super::code::{Code, code};
use super::equations::Equations;
use super::program::Program;
use crate::errors::Errors;

/// Returns the code of an item with correct equations.
pub(super) fn residual(mut equations: Equations) -> TokenStream {
    let by_stream = equations.by_stream();
    let by_parameter = equations.by_parameter();
    let results = [&equations.residuals[..], &by_stream, &by_parameter].concat();
    let program = Program::new(&equations.expressions, &results);
    let constants = constants(&equations);
    let types = types(&equations, by_stream.len(), by_parameter.len());
    let evaluate = evaluate(&equations, &program, by_stream.len());
    let solution = solution(&equations);
    let item = equations.item;
    let trained = fields(item).filter(|field| field.is_trainable).map(|field| &field.name);
    let name = &item.name;
    let implementation = code! {
        #[automatically_derived]
        impl __mlp::Residual for #name {
            #types
            #constants
            fn parameter_mut(&mut self, __index: usize) -> &mut f64 {
                __mlp::trained_parameter([#(&mut self.#trained),*], __index)
            }
            #evaluate
            #solution
        }
    };
    code_of(item, &implementation)
}

/// Returns the code of an item with errors, which causes no further errors.
///
/// The shapes of the network are erroneous themselves, so the compiler reports nothing else about their use.
pub(super) fn with_errors(item: &Item, errors: Errors) -> TokenStream {
    let mut errors = errors.into_iter().map(syn::Error::into_compile_error);
    let (first, name) = (errors.next(), &item.name);
    let unit = struct_of(item);
    let implementation = code! {
        type __Error = [(); { #first }];
        impl __mlp::Residual for #name {
            type Input = __Error;
            type Output = __Error;
            type Data = __Error;
            const NAME: &'static str = "";
            const EQUATIONS: &'static [&'static str] = &[];
            const DIRECTIONS: &'static [usize] = &[];
            const SECOND: &'static [&'static [(usize, usize)]] = &[];
            const DATA: &'static [&'static str] = &[];
            const TRAINABLE: &'static [&'static str] = &[];
            type Point<__V: ::core::marker::Copy> = [__V; 0];
            type Streams<__V: ::core::marker::Copy> = [__V; 0];
            type Residuals<__V: ::core::marker::Copy> = [__V; 0];
            type ByStream<__V: ::core::marker::Copy> = [__V; 0];
            type ByParameter<__V: ::core::marker::Copy> = [__V; 0];
            fn parameter_mut(&mut self, _: usize) -> &mut f64 {
                loop {}
            }
            fn evaluate<__V: __mlp::Vector<Scalar: __mlp::Scalar>>(
                &self,
                _: &[__V; 0],
                _: &[__V; 0],
            ) -> __mlp::Evaluation<__V, Self> {
                loop {}
            }
            fn solution(&self, _: &[f64], _: &[f64], _: &mut [f64]) {}
        }
    };
    let implementation = in_block(item, &implementation);
    code! { #unit #implementation #(#errors)* }
}

fn fields(item: &Item) -> impl Iterator<Item = &Field> {
    item.fields.iter().flatten()
}

fn code_of(item: &Item, implementation: &TokenStream) -> TokenStream {
    let (item, implementation) = (struct_of(item), in_block(item, implementation));
    code! { #item #implementation }
}

/// Returns items in a block with the names that they use.
fn in_block(item: &Item, items: &TokenStream) -> TokenStream {
    let cfg = item.attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    code! {
        #(#cfg)*
        const _: () = {
            use ::core::primitive::{f64, str, usize};
            use ::mlp::__private as __mlp;
            #items
        };
    }
}

/// Returns the struct.
fn struct_of(item: &Item) -> TokenStream {
    let Item { attributes, visibility, name, .. } = item;
    let derive = derive(attributes);
    let fields = item.fields.as_ref().map(|fields| {
        let fields = fields.iter().map(|Field { attributes, visibility, name, ty, .. }| {
            code! { #(#attributes)* #visibility #name: #ty, }
        });
        quote_spanned! { name.span()=> { #(#fields)* } }
    });
    let end = fields.unwrap_or_else(|| quote_spanned! { name.span()=> ; });
    let keyword = quote_spanned! { name.span()=> struct };
    code! { #(#attributes)* #derive #visibility #keyword #name #end }
}

/// Returns the derives of every residual, without those that the user has written.
fn derive(attributes: &[Attribute]) -> Option<TokenStream> {
    let written = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    let written: Vec<Path> = written
        .filter_map(|derive| derive.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok())
        .flatten()
        .collect();
    let all: [Path; 4] = [
        parse_quote!(::core::clone::Clone),
        parse_quote!(::core::marker::Copy),
        parse_quote!(::core::fmt::Debug),
        parse_quote!(::core::cmp::PartialEq),
    ];
    let is_missing = |path: &Path| !written.iter().any(|other| other.segments.last() == path.segments.last());
    let missing: Vec<_> = all.into_iter().filter(is_missing).collect();
    (!missing.is_empty()).then(|| code! { #[derive(#(#missing),*)] })
}

fn size(value: usize) -> Literal {
    Literal::usize_unsuffixed(value)
}

/// Returns the types of the arrays.
fn types(equations: &Equations, by_stream: usize, by_parameter: usize) -> TokenStream {
    let item = equations.item;
    let (inputs, data, outputs) = (item.inputs.len(), item.data.len(), item.outputs.len());
    let streams = size(equations.streams.orders().count() * outputs);
    let (point, residuals) = (size(inputs + data), size(equations.residuals.len()));
    let (by_stream, by_parameter) = (size(by_stream), size(by_parameter));
    let (inputs, data, outputs) = (size(inputs), size(data), size(outputs));
    code! {
        type Input = __mlp::Features<#inputs>;
        type Output = __mlp::Features<#outputs>;
        type Data = __mlp::Features<#data>;
        type Point<__V: ::core::marker::Copy> = [__V; #point];
        type Streams<__V: ::core::marker::Copy> = [__V; #streams];
        type Residuals<__V: ::core::marker::Copy> = [__V; #residuals];
        type ByStream<__V: ::core::marker::Copy> = [__V; #by_stream];
        type ByParameter<__V: ::core::marker::Copy> = [__V; #by_parameter];
    }
}

fn constants(equations: &Equations) -> TokenStream {
    let item = equations.item;
    let name = item.name.unraw().to_string();
    let names = &equations.names;
    let directions = equations.streams.directions.iter().map(|input| size(*input));
    let second = equations.streams.second_by_direction().map(|pairs| {
        let pairs = pairs.into_iter().map(|(a, b)| {
            let (a, b) = (size(a), size(b));
            code! { (#a, #b) }
        });
        code! { &[#(#pairs),*] }
    });
    let data = item.data.iter().map(|name| name.text());
    let trained = fields(item).filter(|field| field.is_trainable).map(|field| field.name.unraw().to_string());
    code! {
        const NAME: &'static str = #name;
        const EQUATIONS: &'static [&'static str] = &[#(#names),*];
        const DIRECTIONS: &'static [usize] = &[#(#directions),*];
        const SECOND: &'static [&'static [(usize, usize)]] = &[#(#second),*];
        const DATA: &'static [&'static str] = &[#(#data),*];
        const TRAINABLE: &'static [&'static str] = &[#(#trained),*];
    }
}

fn evaluate(equations: &Equations, program: &Program, by_stream: usize) -> TokenStream {
    let Code { point, streams, statements, results } = code(equations, program, &code! { self });
    let (residuals, derivatives) = results.split_at(equations.residuals.len());
    let (by_stream, by_parameter) = derivatives.split_at(by_stream);
    code! {
        #[inline(always)]
        fn evaluate<__V: __mlp::Vector<Scalar: __mlp::Scalar>>(
            &self,
            __point: &Self::Point<__V>,
            __streams: &Self::Streams<__V>,
        ) -> __mlp::Evaluation<__V, Self> {
            let [#(#point),*] = *__point;
            let [#(#streams),*] = *__streams;
            #statements
            __mlp::Evaluation {
                residuals: [#(#residuals),*],
                by_stream: [#(#by_stream),*],
                by_parameter: [#(#by_parameter),*],
            }
        }
    }
}

/// Returns the method that computes the transforms of the outputs.
fn solution(equations: &Equations) -> TokenStream {
    let item = equations.item;
    if item.outputs.iter().all(|output| output.transform.is_none()) {
        return code! {
            fn solution(&self, _: &[f64], __output: &[f64], __solution: &mut [f64]) {
                __solution.copy_from_slice(__output);
            }
        };
    }
    let program = Program::new(&equations.expressions, &equations.outputs);
    let Code { point, streams, statements, results } = code(equations, &program, &code! { __residual });
    let (inputs, outputs) = (item.inputs.len(), item.outputs.len());
    let (point, streams) = (&point[..inputs], &streams[..outputs]);
    let (inputs, outputs, name) = (size(inputs), size(outputs), item.name.to_token_stream());
    code! {
        fn solution(&self, __point: &[f64], __output: &[f64], __solution: &mut [f64]) {
            #[inline(always)]
            fn __transform<__V: __mlp::Vector<Scalar: __mlp::Scalar>>(
                __residual: &#name,
                [#(#point),*]: [__V; #inputs],
                [#(#streams),*]: [__V; #outputs],
            ) -> [__V; #outputs] {
                #statements
                [#(#results),*]
            }
            let (__point, __output) = (__mlp::array(__point), __mlp::array(__output));
            __solution.copy_from_slice(&__transform::<f64>(self, __point, __output));
        }
    }
}
