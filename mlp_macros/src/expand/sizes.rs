//! Sizes that the macro cannot see must not be 0 either.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::Expr;
use syn::spanned::Spanned as _;

use super::Code;
use crate::ast::Sizes;

impl Code<'_> {
    /// Constants are known where the network is written.
    pub(super) fn check_constants(&self) -> TokenStream {
        let checks = self.sizes_to_check().filter(|size| !self.is_parameter(size)).map(check);
        code! { #(const _: () = #checks;)* }
    }

    /// Parameters are known where the network is made.
    pub(super) fn check_parameters(&self) -> TokenStream {
        let checks = self.sizes_to_check().filter(|size| self.is_parameter(size)).map(check);
        code! { #(const { #checks };)* }
    }

    /// What a layer takes is what the one before it gives, so that only the first has to be asked.
    fn sizes_to_check(&self) -> impl Iterator<Item = &Expr> {
        let sizes = || self.layers.iter().filter_map(|layer| layer.call.sizes());
        let input = self.called(0).call.sizes().map(Sizes::input);
        input.into_iter().chain(sizes().map(Sizes::output)).filter(|size| !matches!(size, Expr::Lit(_)))
    }

    fn is_parameter(&self, size: &Expr) -> bool {
        let Expr::Path(path) = size else { return false };
        self.generics.const_params().any(|parameter| path.path.is_ident(&parameter.ident))
    }
}

fn check(size: &Expr) -> TokenStream {
    let message = "a size of 0: each layer takes and gives at least one number";
    quote_spanned! { size.span()=> ::core::assert!((#size) != 0, #message) }
}
