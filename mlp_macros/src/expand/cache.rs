//! The memory of a forward and a backward pass.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, Ident, Lit};

use super::forward::numbered;
use super::{Code, Layer, types};
use crate::ast::Sizes;

/// Memory for a value, or for several in turn.
struct Buffer {
    name: Ident,
    /// `Buffer`, or `Passing` for what only a prediction needs.
    kind: TokenStream,
    /// `kept` or `passing`.
    made: TokenStream,
    room: Room,
}

/// How large a value is: as a number, and as a shape for memory that is part of a type.
#[derive(Clone)]
struct Room {
    features: TokenStream,
    shape: TokenStream,
    /// The number, where it is written as one.
    literal: Option<usize>,
}

impl Code<'_> {
    /// What each layer keeps, what the layers give to each other, and the gradients by that.
    pub(super) fn cache(&self) -> TokenStream {
        let (_, arguments, _) = self.generics.split_for_impl();
        let (generics, scalar) = (&self.generics, self.scalar());
        let field = |Buffer { name, kind, room, .. }: Buffer| {
            let shape = room.shape;
            code! { #name: __mlp::#kind<#scalar, #shape>, }
        };
        let [values, joins, others] = [self.value_buffers(), self.join_buffers(), self.other_buffers()]
            .map(|buffers| buffers.into_iter().map(field));
        let layers = self.steps().map(|step| {
            let (Layer { call, ty, .. }, name) = (self.called(step), &self.graph.steps[step].name);
            code_at! { call=> #name: <#ty as __mlp::Layer>::Cache, }
        });
        let (joined, joined_struct) = match self.joins().next() {
            None => (None, None),
            Some(_) => {
                (Some(code! { joined: __Joined #arguments, }), Some(code! { struct __Joined #generics { #(#joins)* } }))
            }
        };
        code! {
            pub struct __Cache #generics {
                layers: __Layers #arguments,
                values: __Values #arguments,
                #joined
                #(#others)*
            }
            struct __Layers #generics { #(#layers)* }
            struct __Values #generics { #(#values)* }
            #joined_struct
        }
    }

    /// Makes one for tiles of `samples`.
    pub(super) fn new_cache(&self) -> TokenStream {
        let field = |Buffer { name, made, room, .. }: Buffer| {
            let features = room.features;
            code! { #name: purpose.#made(#features, samples), }
        };
        let [values, joins, others] = [self.value_buffers(), self.join_buffers(), self.other_buffers()]
            .map(|buffers| buffers.into_iter().map(field));
        let layers = self.steps().map(|step| {
            let (Layer { call, ty, .. }, name) = (self.called(step), &self.graph.steps[step].name);
            code_at! { call=> #name: <#ty as __mlp::Layer>::cache(samples, purpose), }
        });
        let joined = self.joins().next().map(|_| code! { joined: __Joined { #(#joins)* }, });
        code! {
            fn cache(samples: usize, purpose: __mlp::Purpose) -> Self::Cache {
                __Cache {
                    layers: __Layers { #(#layers)* },
                    values: __Values { #(#values)* },
                    #joined
                    #(#others)*
                }
            }
        }
    }

    /// For each value that stays inside the network.
    fn value_buffers(&self) -> Vec<Buffer> {
        let name = |step: usize| self.graph.steps[step].name.clone();
        self.inner().map(|step| Buffer::kept(name(step), Room::output(self.called(step)))).collect()
    }

    /// For each layer that takes several values as one.
    fn join_buffers(&self) -> Vec<Buffer> {
        let name = |step: usize| self.graph.steps[step].name.clone();
        self.joins().map(|step| Buffer::kept(name(step), Room::input(self.called(step)))).collect()
    }

    /// The memory that serves several values in turn.
    fn other_buffers(&self) -> Vec<Buffer> {
        let own = |name: &str| Ident::new(name, proc_macro2::Span::mixed_site());
        let outputs =
            |values: &Vec<usize>| values.iter().map(|&value| Room::output(self.called(value))).reduce(Room::or);
        let inputs =
            |steps: &mut dyn Iterator<Item = usize>| steps.map(|step| Room::input(self.called(step))).reduce(Room::or);
        let gradients = self.plan.gradient_buffers.iter().enumerate();
        let gradients =
            gradients.filter_map(|(index, values)| Some(Buffer::kept(numbered("gradient", index), outputs(values)?)));
        let passing = self.plan.inference_buffers.iter().enumerate();
        let passing =
            passing.filter_map(|(index, values)| Some(Buffer::passing(numbered("passing", index), outputs(values)?)));
        let joined = inputs(&mut self.joins()).map(|room| Buffer::passing(own("passing_joined"), room));
        let scratch = inputs(&mut self.steps().filter(|&step| self.plan.needs_scratch(step)));
        let scratch = scratch.map(|room| Buffer::kept(own("scratch"), room));
        gradients.chain(passing).chain(joined).chain(scratch).collect()
    }

    fn inner(&self) -> impl Iterator<Item = usize> {
        self.steps().filter(|&step| self.plan.output_of_step[step].is_none())
    }
}

impl Buffer {
    fn kept(name: Ident, room: Room) -> Self {
        Self { name, kind: code! { Buffer }, made: code! { kept }, room }
    }

    fn passing(name: Ident, room: Room) -> Self {
        Self { name, kind: code! { Passing }, made: code! { passing }, room }
    }
}

impl Room {
    /// For what a layer gives.
    fn output(layer: &Layer) -> Self {
        Self::new(layer, layer.call.sizes().map(Sizes::output), types::output(layer))
    }

    /// For what a layer takes.
    fn input(layer: &Layer) -> Self {
        Self::new(layer, layer.call.sizes().map(Sizes::input), types::input(layer))
    }

    fn new(layer: &Layer, size: Option<&Expr>, shape: TokenStream) -> Self {
        match size {
            Some(Expr::Lit(size)) => Self {
                features: size.to_token_stream(),
                shape: code! { __mlp::Features<#size> },
                literal: match &size.lit {
                    Lit::Int(number) => number.base10_parse().ok(),
                    _ => None,
                },
            },
            _ => Self { features: code_at! { layer.call=> <#shape as __mlp::Shape>::FEATURES }, shape, literal: None },
        }
    }

    /// For this or the other.
    fn or(self, other: Self) -> Self {
        match (self.literal, other.literal) {
            (Some(here), Some(there)) => {
                if there > here {
                    other
                } else {
                    self
                }
            }
            _ => {
                let (features, others) = (self.features, other.features);
                let (shape, other) = (self.shape, other.shape);
                Self {
                    features: code! { __mlp::largest([#features, #others]) },
                    shape: code! { __mlp::Either<#shape, #other> },
                    literal: None,
                }
            }
        }
    }
}
