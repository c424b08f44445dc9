//! Values: their shapes, as types, and where they are.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, Ident};

use super::size_constants::SizeConstants;
use super::{Expansion, Layer, types};
use crate::ast::Sizes;
use crate::graph::{Argument, Graph, LayerNode, Scalar, Slice, Source, Step, Value};

/// The types of all layers. Where a layer has the sizes of values, their layers' types come first.
///
/// The output of such a layer has a number of features that a constant names, so that no type contains those of all
/// layers before it. Only where a const parameter is among the sizes, for which stable Rust has no such constant, the
/// type contains them.
pub(super) struct Types<'a> {
    pub(super) graph: &'a Graph<'a>,
    /// The name of that constant, for each layer that has the sizes of values.
    constants: Vec<Option<Ident>>,
    /// The name of the constant that checks a layer of a network of `f64`, whose type depends on the check.
    checks: Vec<Option<Ident>>,
    /// Constants of sizes that are no literals. Each is evaluated once, so an error in it is reported once.
    sizes: SizeConstants<'a>,
}

impl<'a> Types<'a> {
    pub(super) fn new(graph: &'a Graph<'a>, network: &Ident) -> Self {
        let sizes = SizeConstants::new(graph, network);
        let none = vec![None; graph.layers.len()];
        let mut types = Self { graph, constants: none.clone(), checks: none, sizes };
        for step in &graph.steps {
            let layer = &graph.layers[step.layer];
            let closed = |values: &Vec<Value>| values.iter().all(|value| types.is_closed(value));
            if types.constants[step.layer].is_none() && layer.sized_by.as_ref().is_some_and(closed) {
                let name = format!("__{}_{}", network.unraw(), layer.name.unraw());
                types.constants[step.layer] = Some(own_name(&name, network));
            }
        }
        if graph.scalar == Scalar::F64 {
            types.checks = types.names_of_checks(network);
        }
        types
    }

    /// Returns the names of the constants that check the layers, if stable Rust allows a constant for the layer's type.
    fn names_of_checks(&self, network: &Ident) -> Vec<Option<Ident>> {
        let layers = self.graph.layers.iter().enumerate();
        let name = |(index, layer): (usize, &LayerNode)| {
            self.ones(&self.written(index))?;
            let name = format!("__{}_{}_is_layer", network.unraw(), layer.name.unraw());
            Some(own_name(&name, network))
        };
        layers.map(name).collect()
    }

    /// Returns definitions of the const parameters in a type as 1, for a constant outside of the network.
    fn ones(&self, ty: &TokenStream) -> Option<TokenStream> {
        types::ones(self.graph.head.generics().into_iter().flat_map(syn::Generics::const_params), ty)
    }

    /// Returns whether the shape of a value mentions no const parameter.
    pub(super) fn is_closed(&self, value: &Value) -> bool {
        let mentions = |tokens: &dyn ToTokens| {
            let mut parameters = self.graph.head.generics().into_iter().flat_map(syn::Generics::const_params);
            let tokens = tokens.to_token_stream();
            parameters.any(|parameter| crate::tokens::mentions(tokens.clone(), &parameter.ident))
        };
        match value.source {
            _ if value.slice.is_some() => true,
            Source::Input(input) => self.graph.inputs[input].size.is_some_and(|size| !mentions(size)),
            Source::Step(step) => {
                let layer = self.graph.steps[step].layer;
                let call = self.graph.layers[layer].call;
                match call.sizes().map(Sizes::output) {
                    Some(size) => !mentions(size),
                    None if self.graph.layers[layer].sized_by.is_some() => self.constants[layer].is_some(),
                    None => !mentions(&call.path),
                }
            }
        }
    }

    /// Returns the constant that names how many features a value has.
    pub(super) fn constant(&self, value: &Value) -> Option<&Ident> {
        match value.source {
            Source::Step(step) if value.is_whole() => self.constants[self.graph.steps[step].layer].as_ref(),
            _ => None,
        }
    }

    /// Returns the constant that names how many features a layer computes.
    pub(super) fn constant_of_layer(&self, layer: usize) -> Option<&Ident> {
        self.constants[layer].as_ref()
    }

    /// Returns the constants, for the place where the network is written.
    pub(super) fn constants(&self, cfg: &[&Attribute]) -> TokenStream {
        let constants = self.constants.iter().enumerate().filter_map(|(layer, name)| {
            let (name, ty) = (name.as_ref()?, self.layer(layer));
            let call = self.graph.layers[layer].call;
            let ty = match self.graph.scalar {
                Scalar::F32 => {
                    let check = types::is_layer(&self.graph.layers[layer], &ty, self.graph);
                    code_at! { call=> __mlp::layer!(#ty, { #check }) }
                }
                Scalar::F64 => ty,
            };
            Some(code_at! { call=>
                #(#cfg)*
                #[doc(hidden)]
                #[allow(non_upper_case_globals)]
                const #name: ::core::primitive::usize = {
                    use ::mlp::__private as __mlp;
                    <<#ty as __mlp::Module>::Output as __mlp::Shape>::FEATURES
                };
            })
        });
        self.sizes.definitions(cfg).chain(self.definitions_of_checks(cfg)).chain(constants).collect()
    }

    /// Returns the constants that check the layers of a network of `f64`.
    fn definitions_of_checks(&self, cfg: &[&Attribute]) -> impl Iterator<Item = TokenStream> {
        self.checks.iter().enumerate().filter_map(|(index, name)| {
            let (name, ty, layer) = (name.as_ref()?, self.written(index), &self.graph.layers[index]);
            let (call, ones, check) = (layer.call, self.ones(&ty), types::is_layer(layer, &ty, self.graph));
            Some(code_at! { call=>
                #(#cfg)*
                #[doc(hidden)]
                #[allow(non_upper_case_globals)]
                const #name: ::core::primitive::bool = {
                    #[allow(unused_imports)]
                    use {::core::primitive::usize, ::mlp::__private::{self as __mlp, NotALayer as _, NotOfScalar as _}};
                    #ones
                    #check
                };
            })
        })
    }

    /// Returns a size as an argument of a type.
    pub(super) fn size(&self, size: &Expr) -> TokenStream {
        self.sizes.argument(size)
    }

    /// Returns a size as a value.
    pub(super) fn constant_of(&self, size: &Expr) -> TokenStream {
        self.sizes.name(size).map_or_else(|| size.to_token_stream(), ToTokens::to_token_stream)
    }

    /// Returns the type of a layer in the network.
    pub(super) fn layer(&self, layer: usize) -> TokenStream {
        let ty = self.written(layer);
        match self.graph.scalar {
            Scalar::F32 => ty,
            Scalar::F64 => types::with_f64(self.graph.layers[layer].call, &ty, self.checks[layer].as_ref()),
        }
    }

    /// `Dense<1, 10, relu>`, or `Add<(Features<10>, Features<10>)>` for a layer that has the sizes of values.
    fn written(&self, layer: usize) -> TokenStream {
        let layer = &self.graph.layers[layer];
        let shapes = layer.sized_by.as_ref().map(|values| {
            let shapes = values.iter().map(|value| self.shape(value));
            code! { (#(#shapes),*) }
        });
        types::written(layer.call, shapes, self)
    }

    /// Returns the shape of a value, named in a way that can be used anywhere.
    pub(super) fn shape(&self, value: &Value) -> TokenStream {
        self.shape_in(value, self.source(value.source))
    }

    /// Returns the shape of a value of a source with a shape.
    fn shape_in(&self, value: &Value, whole: TokenStream) -> TokenStream {
        if let Some(slice) = &value.slice {
            let features = length(slice);
            return code! { ::mlp::__private::Features<#features> };
        }
        match value.part {
            Some(part) => match value.source {
                Source::Step(step) => {
                    let call = self.graph.layers[self.graph.steps[step].layer].call;
                    code_at! { call=> <#whole as ::mlp::__private::Part<#part>>::Shape }
                }
                Source::Input(_) => code! { <#whole as ::mlp::__private::Part<#part>>::Shape },
            },
            None => whole,
        }
    }

    fn source(&self, source: Source) -> TokenStream {
        match source {
            Source::Input(input) => match self.graph.inputs[input].size {
                Some(size) => {
                    let size = self.size(size);
                    code! { ::mlp::__private::Features<#size> }
                }
                None => {
                    let ty = self.layer(self.graph.steps[0].layer);
                    code_at! { self.graph.layers[0].call=> <#ty as ::mlp::__private::Module>::Input }
                }
            },
            Source::Step(step) => {
                let layer = self.graph.steps[step].layer;
                let call = self.graph.layers[layer].call;
                if let Some(size) = call.sizes().map(Sizes::output) {
                    let size = self.size(size);
                    return code! { ::mlp::__private::Features<#size> };
                }
                if let Some(constant) = &self.constants[layer] {
                    return code! { ::mlp::__private::Features<{ #constant }> };
                }
                let ty = self.layer(layer);
                code_at! { call=> <#ty as ::mlp::__private::Module>::Output }
            }
        }
    }
}

impl Expansion<'_> {
    /// Returns the shape of a value, named by the alias of the layer where no size is written.
    pub(super) fn shape(&self, value: &Value) -> TokenStream {
        let whole = match value.source {
            Source::Input(input) if self.graph.inputs[input].size.is_none() => types::input(self.called(0)),
            Source::Step(step)
                if self.called(step).call.sizes().is_none()
                    && self.types.constant(&Value::whole(value.source)).is_none() =>
            {
                types::output(self.called(step))
            }
            source => self.types.source(source),
        };
        self.types.shape_in(value, whole)
    }

    /// Returns how many features a value has, as an argument of a type.
    pub(super) fn features(&self, value: &Value) -> TokenStream {
        if let Some(slice) = &value.slice {
            return length(slice);
        }
        if let Some(constant) = self.types.constant(value) {
            return code! { { #constant } };
        }
        let shape = self.shape(value);
        match self.written(value) {
            Some(size) => self.types.size(size),
            None => code! { { <#shape as __mlp::Shape>::FEATURES } },
        }
    }

    /// Returns the size of a value, where it is written.
    fn written(&self, value: &Value) -> Option<&Expr> {
        let written = match value.source {
            Source::Input(input) => self.graph.inputs[input].size,
            Source::Step(step) => self.called(step).call.sizes().map(Sizes::output),
        };
        written.filter(|_| value.is_whole())
    }

    /// Returns how many features a value has, where the program runs.
    pub(super) fn run_time_features(&self, value: &Value) -> TokenStream {
        match value.source {
            Source::Step(step) if value.is_whole() => {
                let Layer { name, call, alias, .. } = self.called(step);
                code_at! { call=> <#alias as __mlp::Module>::outputs(&self.#name) }
            }
            _ => match self.written(value) {
                Some(size @ Expr::Lit(_)) => size.to_token_stream(),
                _ => {
                    let shape = self.shape(value);
                    code! { <#shape as __mlp::Shape>::FEATURES }
                }
            },
        }
    }

    /// Returns the place that messages about a value point at.
    fn place(&self, value: &Value) -> Span {
        match value.source {
            Source::Step(step) => Span::mixed_site().located_at(self.called(step).call.kind().span()),
            Source::Input(_) => Span::mixed_site(),
        }
    }

    /// Returns a value that is one of several, as a part of their shape.
    pub(super) fn as_part(&self, value: &Value, part: usize) -> TokenStream {
        let whole = self.shape(&Value::whole(value.source));
        quote_spanned! { self.place(value)=> <#whole as __mlp::Part<#part>> }
    }

    /// Returns the part of a tile, `tile` being all that the value's source has.
    pub(super) fn part(&self, value: &Value, tile: &TokenStream) -> TokenStream {
        let mut tile = tile.clone();
        if let Some(part) = value.part {
            let (as_part, shape) = (self.as_part(value, part), self.shape(&Value { slice: None, ..value.clone() }));
            tile = code! { #tile.part(#as_part::OFFSET, <#shape as __mlp::Shape>::FEATURES) };
        }
        match &value.slice {
            Some(slice) => {
                let (first, features) = (&slice.first, length(slice));
                code! { #tile.part(#first, #features) }
            }
            None => tile,
        }
    }

    /// Splits a tile into the network's inputs, where there are several: into those that are used.
    pub(super) fn input_parts(&self, input: &TokenStream, is_used: impl Fn(usize) -> bool) -> TokenStream {
        let inputs = self.graph.inputs.iter().enumerate();
        let inputs = inputs.filter(|&(index, _)| self.graph.inputs.len() > 1 && is_used(index));
        inputs
            .filter_map(|(index, value)| {
                let (name, part) = (value.name?, self.input_part(index));
                Some(code! { let #name = #input #part; })
            })
            .collect()
    }

    /// Returns the part of the input tile that is one of several inputs.
    pub(super) fn input_part(&self, index: usize) -> TokenStream {
        if self.graph.inputs.len() == 1 {
            return TokenStream::new();
        }
        let features = self.run_time_features(&Value::whole(Source::Input(index)));
        code! { .part(<Self::Input as __mlp::Part<#index>>::OFFSET, #features) }
    }

    /// Returns whether such a step has an input of the network as its argument.
    pub(super) fn is_taken(&self, index: usize, by: impl Fn(&Step) -> bool) -> bool {
        let takes = |argument: &Argument| argument.value.source == Source::Input(index);
        self.graph.steps.iter().any(|step| by(step) && step.arguments.iter().any(takes))
    }

    /// Returns whether any layer has the input as its argument.
    pub(super) fn takes_input(&self) -> bool {
        let mut arguments = self.graph.steps.iter().flat_map(|step| &step.arguments);
        arguments.any(|argument| matches!(argument.value.source, Source::Input(_)))
    }

    /// Returns the tile of a network's input.
    pub(super) fn input_tile(&self, index: usize, whole: &TokenStream) -> TokenStream {
        match self.graph.inputs[index].name.filter(|_| self.graph.inputs.len() > 1) {
            Some(name) => name.to_token_stream(),
            None => whole.clone(),
        }
    }
}

/// Returns a name of the macro's own, in the place of the network's name.
fn own_name(name: &str, network: &Ident) -> Ident {
    Ident::new(name, Span::mixed_site().located_at(network.span()))
}

/// Returns how many features a slice has, as an argument of a type.
pub(super) fn length(slice: &Slice) -> TokenStream {
    let Slice { first, end } = slice;
    match slice.len() {
        Some(length) => length.to_token_stream(),
        None => code! { { (#end) - (#first) } },
    }
}

/// Checks at compile time that a slice lies inside its value.
pub(super) fn check(slice: &Slice, features: &TokenStream) -> TokenStream {
    let Slice { first, end } = slice;
    let place = |bound: &Expr| syn::spanned::Spanned::span(bound);
    let message = "slice out of range: expected `start < end <= number of features`";
    quote_spanned! { place(end)=> ::core::assert!((#first) < (#end) && (#end) <= #features, #message) }
}
