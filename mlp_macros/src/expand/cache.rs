//! The memory of a forward and a backward pass.

use proc_macro2::{Span, TokenStream};
use syn::Ident;

use super::{Code, types};

impl Code<'_> {
    /// What each layer keeps, what the layers give to each other, and the gradients by that.
    pub(super) fn cache(&self) -> TokenStream {
        let Self { names, types, generics, .. } = self;
        let (_, arguments, _) = generics.split_for_impl();
        let scalar = types::scalar(self.graph.scalar);
        let values = self.inner_names();
        let gradients = self.gradients();
        code! {
            pub struct __Cache #generics {
                layers: __Layers #arguments,
                values: __Values,
                #(#gradients: __mlp::Buffer<#scalar>,)*
            }
            struct __Layers #generics {
                #(#names: <#types as __mlp::Layer>::Cache,)*
            }
            struct __Values {
                #(#values: __mlp::Buffer<#scalar>,)*
            }
        }
    }

    /// Makes one for tiles of `samples`.
    pub(super) fn new_cache(&self) -> TokenStream {
        let Self { names, types, .. } = self;
        let values = self.inner_names();
        let outputs: Vec<_> = self.inner().map(|step| self.features(step)).collect();
        let gradients = self.gradients();
        let largest = self.plan.slots.iter().map(|slot| self.largest(slot));
        code! {
            __Cache {
                layers: __Layers { #(#names: <#types as __mlp::Layer>::cache(samples),)* },
                values: __Values { #(#values: __mlp::Buffer::new(#outputs, samples),)* },
                #(#gradients: __mlp::Buffer::new(#largest, samples),)*
            }
        }
    }

    /// The steps whose values stay inside the network.
    fn inner(&self) -> std::ops::Range<usize> {
        0..self.graph.steps.len() - 1
    }

    pub(super) fn inner_names(&self) -> Vec<&Ident> {
        self.inner().map(|step| self.step_name(step)).collect()
    }

    /// The name of the place of the gradient by a step's value.
    pub(super) fn gradient(&self, step: usize) -> Ident {
        place(self.plan.slot(step))
    }

    fn gradients(&self) -> Vec<Ident> {
        (0..self.plan.slots.len()).map(place).collect()
    }

    /// How many features a step gives.
    fn features(&self, step: usize) -> TokenStream {
        let ty = &self.types[self.graph.steps[step].layer];
        code! { __mlp::outputs::<#ty>() }
    }

    fn largest(&self, values: &[usize]) -> TokenStream {
        let features: Vec<_> = values.iter().map(|&value| self.features(value)).collect();
        match features.as_slice() {
            [one] => one.clone(),
            several => code! { __mlp::largest([#(#several),*]) },
        }
    }
}

fn place(slot: usize) -> Ident {
    Ident::new(&format!("gradient_{}", slot + 1), Span::mixed_site())
}
