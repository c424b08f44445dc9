//! The network as a layer.

use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;

use super::{Expansion, Layer, types};
use crate::graph::{Source, Value};

impl Expansion<'_> {
    pub(super) fn layer(&self) -> TokenStream {
        let (impls, generics, _) = self.generics.split_for_impl();
        let (name, types) = (&self.name, self.associated_types());
        let methods = [
            self.new_cache(),
            self.initialize(),
            self.forward(),
            self.backward(),
            self.forward_one(),
            self.update(),
            self.penalty(),
            self.export(),
            self.trace(),
            self.configure(),
        ];
        code! {
            impl #impls __mlp::Module for #name #generics {
                #types
                #(#methods)*
            }
        }
    }

    fn associated_types(&self) -> TokenStream {
        let (_, generics, _) = self.generics.split_for_impl();
        let (input, output) = (self.whole_input(), self.whole_output());
        let cache_generics = self.cache_generics();
        let (_, cache_arguments, _) = cache_generics.split_for_impl();
        let kind = self.graph.kind;
        let inputs = self.input_infos();
        let infos = self.each(|Layer { name, call, alias, .. }| {
            let name = name.unraw().to_string();
            code_at! { call=> __mlp::LayerInfo::layer::<#alias>(#name), }
        });
        let activations = (!self.is_chain()).then(|| {
            let activations = self.graph.outputs.iter().map(|output| self.activation(&output.value));
            code! { const ACTIVATIONS: &'static [&'static str] = &[#(#activations),*]; }
        });
        let links = self.is_chain().then(|| {
            let links = self.each(|Layer { call, alias, .. }| code_at! { call=> __mlp::link::<#alias>(), });
            code! {
                const LINKS: &'static [::core::option::Option<__mlp::Link<Self::Scalar>>] = &[#links];
            }
        });
        code! {
            type Input = #input;
            type Output = #output;
            type Options = __Options #generics;
            type Cache<__M: __mlp::Memory> = __Cache #cache_arguments;
            const KIND: &'static str = #kind;
            const OPTIONS: &'static [&'static str] = &["trainable"];
            const LAYERS: &'static [__mlp::LayerInfo] = &[#(#inputs)* #infos];
            #activations
            #links
            const IS_OPTIMIZED: ::core::primitive::bool = !::core::cfg!(debug_assertions);
        }
    }

    /// Returns the name of the activation that computes an output, which is empty for an input or a slice.
    fn activation(&self, value: &Value) -> TokenStream {
        match value {
            Value { source: Source::Step(step), part, slice: None } => {
                let (layer, output) = (self.layer_index(self.graph.steps[*step].layer), part.unwrap_or(0));
                code! { Self::LAYERS[#layer].activation(#output) }
            }
            _ => code! { "" },
        }
    }

    /// Returns the shape of the input: for a chain that of the first layer's input, or else of all inputs together.
    fn whole_input(&self) -> TokenStream {
        match self.graph.inputs.as_slice() {
            [input] if input.size.is_none() => types::input(self.called(0)),
            inputs => {
                let shape = |input| self.shape(&Value::whole(Source::Input(input)));
                together(&(0..inputs.len()).map(shape).collect::<Vec<_>>())
            }
        }
    }

    /// Returns the shape of all outputs together.
    fn whole_output(&self) -> TokenStream {
        let shapes: Vec<_> = self.graph.outputs.iter().map(|output| self.output_shape(&output.value)).collect();
        together(&shapes)
    }

    /// Returns the shape of an output: for a chain that of its last layer's output.
    fn output_shape(&self, value: &Value) -> TokenStream {
        match value.source {
            Source::Step(step) if self.has_one_output_at_the_end() && self.types.constant(value).is_none() => {
                types::output(self.called(step))
            }
            _ => self.shape(value),
        }
    }

    /// Descriptions of the inputs that have a row in the summary.
    fn input_infos(&self) -> Vec<TokenStream> {
        let inputs = self.graph.inputs.iter().enumerate();
        let info = |(index, input): (usize, &crate::graph::Input)| {
            let name = input.name?.unraw().to_string();
            let shape = self.shape(&Value::whole(Source::Input(index)));
            Some(code! { __mlp::LayerInfo::input::<#shape>(#name), })
        };
        inputs.filter_map(info).collect()
    }

    /// Visits the options of each layer.
    fn configure(&self) -> TokenStream {
        let layers = self.each(|Layer { name, call, alias, .. }| {
            code_at! { call=> <#alias as __mlp::Module>::configure(&options.#name, visitor); }
        });
        code! {
            fn configure(options: &Self::Options, visitor: &mut dyn __mlp::LayerVisitor) {
                let visitor = &mut __mlp::FrozenVisitor::new(visitor, options.__frozen);
                #layers
            }
        }
    }

    fn initialize(&self) -> TokenStream {
        let layers = self.each(|Layer { name, call, alias, .. }| {
            code_at! { call=> <#alias as __mlp::Module>::initialize(&mut self.#name, &options.#name, rng); }
        });
        let checks = self.check_parameters();
        code! {
            fn initialize(&mut self, options: &Self::Options, rng: &mut __mlp::Rng) {
                #checks
                #layers
            }
        }
    }

    fn penalty(&self) -> TokenStream {
        let penalties = self.layers.iter().map(|Layer { name, call, alias, .. }| {
            code_at! { call=> __mlp::penalty::<#alias>(&self.#name, &options.#name) }
        });
        let gradients = self.each(|Layer { name, call, alias, .. }| {
            code_at! { call=> __mlp::add_penalty::<#alias>(&self.#name, &options.#name, &mut gradient.#name); }
        });
        code! {
            fn penalty(&self, options: &Self::Options) -> ::core::primitive::f64 {
                if options.__frozen { 0.0 } else { #(#penalties)+* }
            }
            fn add_penalty_gradient(&self, options: &Self::Options, gradient: &mut Self) {
                if options.__frozen {
                    return;
                }
                #gradients
            }
        }
    }

    fn update(&self) -> TokenStream {
        let layers = self.each(|Layer { name, call, alias, .. }| {
            code_at! { call=>
                __mlp::update::<#alias>(&mut self.#name, &options.#name, &gradient.#name, rule);
            }
        });
        code! {
            fn update(
                &mut self,
                options: &Self::Options,
                gradient: &Self,
                rule: __mlp::UpdateRule<'_, Self::Scalar>,
            ) {
                if options.__frozen {
                    return;
                }
                #layers
            }
        }
    }
}

fn together(shapes: &[TokenStream]) -> TokenStream {
    match shapes {
        [shape] => shape.clone(),
        _ => code! { (#(#shapes),*) },
    }
}
