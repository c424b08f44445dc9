//! Generates the cache: the buffers of a forward and a backward pass.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Expr, GenericParam, Generics, Ident, Lit, parse_quote};

use super::{Expansion, Layer, types};
use crate::ast::Sizes;

/// Field of the cache.
struct Field {
    name: Ident,
    ty: TokenStream,
    value: TokenStream,
}

/// Size of a value: the number of features, and the shape as a type.
#[derive(Clone)]
struct Size {
    features: TokenStream,
    shape: TokenStream,
    /// The number, if it is a literal.
    literal: Option<usize>,
}

impl Expansion<'_> {
    /// Generates the struct with one field for each step, for the gradients, and for the values of inference.
    pub(super) fn cache(&self) -> TokenStream {
        let generics = self.cache_generics();
        let fields = self.cache_fields();
        let fields = fields.iter().map(|Field { name, ty, .. }| code! { #name: #ty, });
        code! { pub struct __Cache #generics { #(#fields)* } }
    }

    /// Generates the function that creates it.
    pub(super) fn new_cache(&self) -> TokenStream {
        let fields = self.cache_fields();
        let fields = fields.iter().map(|Field { name, value, .. }| code! { #name: #value, });
        code! {
            fn cache<__M: __mlp::Memory>(allocator: __mlp::Allocator<__M>) -> Self::Cache<__M> {
                __Cache { #(#fields)* }
            }
        }
    }

    /// Returns the network's generics and the kind of memory.
    pub(super) fn cache_generics(&self) -> Generics {
        let mut generics = self.generics.clone();
        for parameter in &mut generics.params {
            if let GenericParam::Const(parameter) = parameter {
                parameter.default = None;
            }
        }
        generics.params.push(parse_quote!(__M: __mlp::Memory));
        generics
    }

    fn cache_fields(&self) -> Vec<Field> {
        let steps = self.steps().map(|step| self.step_field(step));
        steps.chain(self.joined_fields()).chain(self.gradient_fields()).chain(self.inference_fields()).collect()
    }

    /// Returns the field of a step: its output and the layer's cache, or the cache alone if the output is one of the
    /// network's.
    fn step_field(&self, step: usize) -> Field {
        let Layer { call, alias, .. } = self.called(step);
        let name = self.graph.steps[step].name.clone();
        if self.plan.output_of_step[step].is_some() {
            let ty = code_at! { call=> __mlp::LayerCache<__M, #alias> };
            let value = code_at! { call=> __mlp::LayerCache::new(allocator) };
            return Field { name, ty, value };
        }
        let ty = code_at! { call=> __mlp::Step<__M, #alias> };
        let value = code_at! { call=> __mlp::Step::new(allocator) };
        Field { name, ty, value }
    }

    /// Fields of the layers with several arguments, and of those that write gradients to scratch memory first.
    fn joined_fields(&self) -> Vec<Field> {
        let joined = self.joins().map(|step| {
            let name = joined(&self.graph.steps[step].name);
            self.training_buffer(name, &Size::input(self.called(step)))
        });
        let inputs =
            |steps: &mut dyn Iterator<Item = usize>| steps.map(|step| Size::input(self.called(step))).reduce(Size::max);
        let shared = inputs(&mut self.joins()).map(|size| self.inference_buffer(own("inference_joined"), &size));
        let scratch = inputs(&mut self.steps().filter(|&step| self.plan.needs_scratch(step)));
        let scratch = scratch.map(|size| self.training_buffer(own("scratch"), &size));
        joined.chain(shared).chain(scratch).collect()
    }

    /// Fields of the gradients, each shared by several values.
    fn gradient_fields(&self) -> Vec<Field> {
        let slots = self.plan.gradient_buffers.iter().enumerate();
        let field = |(index, values): (usize, &Vec<usize>)| {
            Some(self.training_buffer(numbered("gradient", index), &self.outputs(values)?))
        };
        slots.filter_map(field).collect()
    }

    /// Fields of the values of inference, each shared by several values.
    fn inference_fields(&self) -> Vec<Field> {
        let slots = self.plan.inference_buffers.iter().enumerate();
        let field = |(index, values): (usize, &Vec<usize>)| {
            Some(self.inference_buffer(numbered("inference", index), &self.outputs(values)?))
        };
        slots.filter_map(field).collect()
    }

    /// Returns the size that is enough for each of some values.
    fn outputs(&self, values: &[usize]) -> Option<Size> {
        values.iter().map(|&value| Size::output(self.called(value))).reduce(Size::max)
    }

    fn training_buffer(&self, name: Ident, Size { features, shape, .. }: &Size) -> Field {
        let scalar = self.scalar();
        let ty = code! { __M::Buffer<#scalar, #shape> };
        Field { name, ty, value: code! { allocator.training(#features) } }
    }

    fn inference_buffer(&self, name: Ident, Size { features, shape, .. }: &Size) -> Field {
        let scalar = self.scalar();
        let ty = code! { __M::HeapBuffer<#scalar, #shape> };
        Field { name, ty, value: code! { allocator.inference(#features) } }
    }
}

/// Returns the name of a field that no layer can have.
pub(super) fn own(name: &str) -> Ident {
    Ident::new(&format!("__{name}"), Span::mixed_site())
}

/// Returns the name of one of several such fields, counted from 1.
pub(super) fn numbered(name: &str, index: usize) -> Ident {
    own(&format!("{name}_{}", index + 1))
}

/// Returns the name of the field of a step's concatenated arguments.
pub(super) fn joined(step: &Ident) -> Ident {
    use syn::ext::IdentExt as _;
    own(&format!("{}_joined", step.unraw()))
}

impl Size {
    /// Returns the size of a layer's output.
    fn output(layer: &Layer) -> Self {
        Self::new(layer, layer.call.sizes().map(Sizes::output), types::output(layer))
    }

    /// Returns the size of a layer's input.
    fn input(layer: &Layer) -> Self {
        Self::new(layer, layer.call.sizes().map(Sizes::input), types::input(layer))
    }

    fn new(layer: &Layer, size: Option<&Expr>, shape: TokenStream) -> Self {
        let Some(Expr::Lit(size)) = size else {
            let features = code_at! { layer.call=> <#shape as __mlp::Shape>::FEATURES };
            return Self { features, shape, literal: None };
        };
        let literal = match &size.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        };
        Self { features: size.to_token_stream(), shape: code! { __mlp::Features<#size> }, literal }
    }

    /// Returns the size that is enough for both.
    fn max(self, other: Self) -> Self {
        if let (Some(here), Some(there)) = (self.literal, other.literal) {
            return if there > here { other } else { self };
        }
        let (features, others) = (self.features, other.features);
        let (shape, other) = (self.shape, other.shape);
        Self {
            features: code! { __mlp::max_size([#features, #others]) },
            shape: code! { __mlp::MaxOf<#shape, #other> },
            literal: None,
        }
    }
}
