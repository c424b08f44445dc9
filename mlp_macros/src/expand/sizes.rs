//! Sizes that the macro cannot see must not be 0 either.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned as _;

use super::{Expansion, Layer, values};
use crate::ast::Sizes;
use crate::graph::Value;
use crate::tokens::mentions;

impl Expansion<'_> {
    /// Checks the constants, which are known where the network is written.
    pub(super) fn check_constants(&self) -> TokenStream {
        let sizes = self.sizes_to_check().filter(|size| !self.is_parameter(size)).map(|size| {
            let constant = self.types.constant_of(size);
            check(&constant, size)
        });
        let slices = self.slices_to_check(|closed| closed);
        let layers = self.layers_to_check(|closed| closed);
        code! { #(const _: () = #sizes;)* #(const _: () = #slices;)* #(const _: () = #layers;)* }
    }

    /// Checks the parameters, which are known where the network is created.
    pub(super) fn check_parameters(&self) -> TokenStream {
        let sizes = self.sizes_to_check().filter(|size| self.is_parameter(size)).map(|size| check(size, size));
        let slices = self.slices_to_check(|closed| !closed);
        let layers = self.layers_to_check(|closed| !closed);
        code! { #(const { #sizes };)* #(const { #slices };)* #(const { #layers };)* }
    }

    /// Returns the sizes of all outputs and of the network's inputs. The input of each layer is one of these.
    fn sizes_to_check(&self) -> impl Iterator<Item = &Expr> {
        let outputs = self.layers.iter().filter_map(|layer| layer.call.sizes().map(Sizes::output));
        let first = self.called(0).call.sizes().map(Sizes::input).filter(|_| self.graph.inputs[0].size.is_none());
        let inputs = self.graph.inputs.iter().filter_map(|input| input.size).chain(first);
        inputs.chain(outputs).filter(|size| !matches!(size, Expr::Lit(_)))
    }

    /// Slices that the macro could not check, of values whose sizes are known as asked for.
    fn slices_to_check(&self, asked: impl Fn(bool) -> bool) -> Vec<TokenStream> {
        let arguments = self.graph.steps.iter().flat_map(|step| &step.arguments).map(|argument| &argument.value);
        let values = arguments.chain(self.graph.outputs.iter().map(|output| &output.value));
        let slices = values.filter_map(|value| Some((value, value.slice.as_ref()?)));
        let checks = slices.filter_map(|(value, slice)| {
            let all = Value { slice: None, ..value.clone() };
            let shape = self.shape(&all);
            let features = code! { <#shape as __mlp::Shape>::FEATURES };
            asked(self.types.is_closed(&all)).then(|| values::check(slice, &features))
        });
        checks.collect()
    }

    /// Checks that the sizes of a layer go together, of the layers whose types mention const parameters or not, as asked for.
    fn layers_to_check(&self, asked: impl Fn(bool) -> bool) -> Vec<TokenStream> {
        let checks = self.layers.iter().filter_map(|Layer { call, ty, alias, .. }| {
            let Some(Sizes::Between(_, output)) = call.sizes() else { return None };
            let mut parameters = self.generics.const_params();
            let is_closed = !parameters.any(|parameter| mentions(ty.clone(), &parameter.ident));
            asked(is_closed).then(|| quote_spanned! { output.span()=> __mlp::check_sizes::<#alias>() })
        });
        checks.collect()
    }

    fn is_parameter(&self, size: &Expr) -> bool {
        let Expr::Path(path) = size else { return false };
        self.generics.const_params().any(|parameter| path.path.is_ident(&parameter.ident))
    }
}

fn check(value: &dyn ToTokens, size: &Expr) -> TokenStream {
    let message = "layer sizes must be at least 1";
    quote_spanned! { size.span()=> ::core::assert!((#value) != 0, #message) }
}
