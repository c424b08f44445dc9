//! One sample from layer to layer. Here the compiler compares the sizes that the macro cannot see, and only here, so
//! that it complains once.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::spanned::Spanned as _;

use super::{Code, Layer, types};
use crate::graph::{Comparison, Value};

impl Code<'_> {
    pub(super) fn forward_one(&self) -> TokenStream {
        let steps = self.steps().map(|step| self.predict_step(step));
        code! {
            #[inline(always)]
            fn forward_one<__V: __mlp::Vector<Scalar = Self::Scalar>>(
                &self,
                options: &Self::Options,
                input: &<Self::Input as __mlp::Shape>::Sample<Self::Scalar>,
            ) -> <Self::Output as __mlp::Shape>::Sample<Self::Scalar> {
                #(#steps)*
            }
        }
    }

    fn predict_step(&self, step: usize) -> TokenStream {
        let Layer { name, call, .. } = self.called(step);
        let input = match self.graph.steps[step].input {
            Value::Input => code! { input },
            Value::Step(from) => self.connection(from, step),
        };
        let output = code_at! { call=> __mlp::Layer::forward_one::<__V>(&self.#name, &options.#name, #input) };
        if self.is_last(step) {
            output
        } else {
            code! { let #name = #output; }
        }
    }

    /// What one layer gives as what another takes. A message points at the size that the second one takes.
    fn connection(&self, from: usize, to: usize) -> TokenStream {
        let (from, layer) = (self.called(from), self.called(to));
        let value = from.name;
        let place = layer.call.sizes().map_or(layer.call.kind().span(), |sizes| sizes.input().span());
        match self.graph.steps[to].comparison {
            Comparison::Done => code! { &#value },
            Comparison::Numbers => {
                let (gives, takes, shape) = (self.outputs(from), self.inputs(layer), types::output(from));
                quote_spanned! { place=> &<__mlp::Connection as __mlp::Fits<#gives, #takes>>::fit::<_, #shape>(&#value) }
            }
            Comparison::Types => {
                let (gives, takes) = (types::output(from), types::input(layer));
                quote_spanned! { place=> &<__mlp::Connection as __mlp::FitsAs<#gives, #takes>>::fit(#value) }
            }
        }
    }
}
