//! The memory of a forward and a backward pass.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Expr, Ident};

use super::{Code, Layer, types};
use crate::ast::Sizes;

impl Code<'_> {
    /// What each layer keeps, what the layers give to each other, and the gradients by that.
    pub(super) fn cache(&self) -> TokenStream {
        let (_, arguments, _) = self.generics.split_for_impl();
        let (generics, scalar) = (&self.generics, self.scalar());
        let (values, gradients) = (self.inner_names(), self.gradients());
        let layers = self.each(|Layer { name, call, ty, .. }| {
            code_at! { call=> #name: <#ty as __mlp::Layer>::Cache, }
        });
        code! {
            pub struct __Cache #generics {
                layers: __Layers #arguments,
                values: __Values,
                #(#gradients: __mlp::Buffer<#scalar>,)*
            }
            struct __Layers #generics { #layers }
            struct __Values { #(#values: __mlp::Buffer<#scalar>,)* }
        }
    }

    /// Makes one for tiles of `samples`.
    pub(super) fn new_cache(&self) -> TokenStream {
        let layers = self.each(|Layer { name, call, ty, .. }| {
            code_at! { call=> #name: <#ty as __mlp::Layer>::cache(samples, purpose), }
        });
        let (values, gradients) = (self.inner_names(), self.gradients());
        let outputs = self.inner().map(|step| room(self.called(step)));
        let largest = self.plan.slots.iter().map(|slot| self.largest(slot));
        code! {
            fn cache(samples: usize, purpose: __mlp::Purpose) -> Self::Cache {
                __Cache {
                    layers: __Layers { #layers },
                    values: __Values { #(#values: __mlp::Buffer::new(#outputs, samples),)* },
                    #(#gradients: purpose.kept(#largest, samples),)*
                }
            }
        }
    }

    /// The names of the values that stay inside the network.
    pub(super) fn inner_names(&self) -> Vec<&Ident> {
        self.inner().map(|step| self.called(step).name).collect()
    }

    fn inner(&self) -> core::ops::Range<usize> {
        0..self.graph.steps.len() - 1
    }

    /// The name of the place of the gradient by a step's value.
    pub(super) fn gradient(&self, step: usize) -> Ident {
        place(self.plan.slot(step))
    }

    fn gradients(&self) -> Vec<Ident> {
        (0..self.plan.slots.len()).map(place).collect()
    }

    /// Room for one value, or for the largest of several in turn.
    fn largest(&self, values: &[usize]) -> TokenStream {
        let outputs = values.iter().map(|&value| room(self.called(value)));
        match outputs.len() {
            1 => outputs.collect(),
            _ => code! { __mlp::largest([#(#outputs),*]) },
        }
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

fn place(slot: usize) -> Ident {
    Ident::new(&format!("gradient_{}", slot + 1), Span::mixed_site())
}
