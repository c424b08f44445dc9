//! The memory of a forward and a backward pass.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, Ident};

use super::forward::numbered;
use super::{Code, Layer, types};
use crate::ast::Sizes;

impl Code<'_> {
    /// What each layer keeps, what the layers give to each other, and the gradients by that.
    pub(super) fn cache(&self) -> TokenStream {
        let (_, arguments, _) = self.generics.split_for_impl();
        let (generics, scalar) = (&self.generics, self.scalar());
        let (values, buffers) = (self.inner_names(), self.buffers().into_iter().map(|(name, _)| name));
        let layers = self.steps().map(|step| {
            let (Layer { call, ty, .. }, name) = (self.called(step), &self.graph.steps[step].name);
            code_at! { call=> #name: <#ty as __mlp::Layer>::Cache, }
        });
        let joins: Vec<_> = self.joins().map(|step| &self.graph.steps[step].name).collect();
        let (joined, joined_struct) = match joins.is_empty() {
            true => (None, None),
            false => (
                Some(code! { joined: __Joined, }),
                Some(code! { struct __Joined { #(#joins: __mlp::Buffer<#scalar>,)* } }),
            ),
        };
        code! {
            pub struct __Cache #generics {
                layers: __Layers #arguments,
                values: __Values,
                #joined
                #(#buffers: __mlp::Buffer<#scalar>,)*
            }
            struct __Layers #generics { #(#layers)* }
            struct __Values { #(#values: __mlp::Buffer<#scalar>,)* }
            #joined_struct
        }
    }

    /// Makes one for tiles of `samples`.
    pub(super) fn new_cache(&self) -> TokenStream {
        let layers = self.steps().map(|step| {
            let (Layer { call, ty, .. }, name) = (self.called(step), &self.graph.steps[step].name);
            code_at! { call=> #name: <#ty as __mlp::Layer>::cache(samples, purpose), }
        });
        let values = self.inner_names();
        let outputs = self.inner().map(|step| room(self.called(step)));
        let joins: Vec<_> = self.joins().map(|step| &self.graph.steps[step].name).collect();
        let joined = (!joins.is_empty()).then(|| {
            let sizes = self.joins().map(|step| input_room(self.called(step)));
            code! { joined: __Joined { #(#joins: purpose.kept(#sizes, samples),)* }, }
        });
        let buffers = self.buffers().into_iter().map(|(name, room)| code! { #name: #room, });
        code! {
            fn cache(samples: usize, purpose: __mlp::Purpose) -> Self::Cache {
                __Cache {
                    layers: __Layers { #(#layers)* },
                    values: __Values { #(#values: purpose.kept(#outputs, samples),)* },
                    #joined
                    #(#buffers)*
                }
            }
        }
    }

    /// The memory that serves several values in turn: its name, and how it is made.
    fn buffers(&self) -> Vec<(Ident, TokenStream)> {
        let outputs = |values: &[usize]| largest(values.iter().map(|&value| room(self.called(value))).collect());
        let gradients = self.plan.gradients.iter().enumerate().map(|(index, values)| {
            let features = outputs(values);
            (numbered("gradient", index), code! { purpose.kept(#features, samples) })
        });
        let passing = self.plan.passing.iter().enumerate().map(|(index, values)| {
            let features = outputs(values);
            (numbered("passing", index), code! { purpose.passing(#features, samples) })
        });
        let inputs = |steps: &mut dyn Iterator<Item = usize>| -> Vec<_> {
            steps.map(|step| input_room(self.called(step))).collect()
        };
        let joined = inputs(&mut self.joins());
        let scratch = inputs(&mut self.steps().filter(|&step| self.plan.needs_scratch(step)));
        let joined = (!joined.is_empty()).then(|| {
            let features = largest(joined);
            (
                Ident::new("passing_joined", proc_macro2::Span::mixed_site()),
                code! { purpose.passing(#features, samples) },
            )
        });
        let scratch = (!scratch.is_empty()).then(|| {
            let features = largest(scratch);
            (Ident::new("scratch", proc_macro2::Span::mixed_site()), code! { purpose.kept(#features, samples) })
        });
        gradients.chain(passing).chain(joined).chain(scratch).collect()
    }

    /// The names of the values that stay inside the network.
    pub(super) fn inner_names(&self) -> Vec<&Ident> {
        self.inner().map(|step| &self.graph.steps[step].name).collect()
    }

    fn inner(&self) -> impl Iterator<Item = usize> {
        self.steps().filter(|&step| self.plan.homes[step].is_none())
    }
}

/// Room for one value, or for the largest of several in turn.
fn largest(sizes: Vec<TokenStream>) -> TokenStream {
    match sizes.as_slice() {
        [size] => size.clone(),
        _ => code! { __mlp::largest([#(#sizes),*]) },
    }
}

/// How many features a layer gives.
fn room(layer: &Layer) -> TokenStream {
    if let Some(size @ Expr::Lit(_)) = layer.call.sizes().map(Sizes::output) {
        return size.to_token_stream();
    }
    let shape = types::output(layer);
    code_at! { layer.call=> <#shape as __mlp::Shape>::FEATURES }
}

/// How many features a layer takes.
fn input_room(layer: &Layer) -> TokenStream {
    if let Some(size @ Expr::Lit(_)) = layer.call.sizes().map(Sizes::input) {
        return size.to_token_stream();
    }
    let shape = types::input(layer);
    code_at! { layer.call=> <#shape as __mlp::Shape>::FEATURES }
}
