//! Sizes that are no literals, each as a constant next to the network.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, Ident};

use crate::ast::Sizes;
use crate::graph::Graph;

/// Constants of a network, each with its expression.
pub(super) struct SizeConstants<'a>(Vec<(&'a Expr, Ident)>);

impl<'a> SizeConstants<'a> {
    pub(super) fn new(graph: &'a Graph<'a>, network: &Ident) -> Self {
        let inputs = graph.inputs.iter().filter_map(|input| input.size);
        let layers = graph.layers.iter().filter_map(|layer| layer.call.sizes()).flat_map(Sizes::iter);
        let mut constants: Vec<(&Expr, Ident)> = Vec::new();
        for size in inputs.chain(layers).filter(|size| is_constant(size, graph)) {
            if !constants.iter().any(|(known, _)| *known == size) {
                let name = format!("__{}_size_{}", network.unraw(), constants.len() + 1);
                constants.push((size, Ident::new(&name, network.span())));
            }
        }
        Self(constants)
    }

    /// Returns the definitions, for the place where the network is written.
    ///
    /// The size is an argument of a type: there, the compiler's help for a local variable is better than in a constant.
    pub(super) fn definitions(&self, cfg: &[&Attribute]) -> impl Iterator<Item = TokenStream> {
        self.0.iter().map(|(size, name)| {
            quote_spanned! { size.span()=>
                #(#cfg)*
                #[doc(hidden)]
                #[allow(non_camel_case_types)]
                type #name = ::mlp::__private::Features<{ #size }>;
                #(#cfg)*
                #[doc(hidden)]
                #[allow(non_upper_case_globals)]
                const #name: ::core::primitive::usize = <#name as ::mlp::__private::Shape>::FEATURES;
            }
        })
    }

    /// Returns a size as an argument of a type: a constant stands in braces.
    pub(super) fn argument(&self, size: &Expr) -> TokenStream {
        match self.name(size) {
            Some(name) => code! { { #name } },
            None => size.to_token_stream(),
        }
    }

    /// Returns the name of the constant for a size that is no literal and no parameter.
    pub(super) fn name(&self, size: &Expr) -> Option<&Ident> {
        self.0.iter().find(|(known, _)| *known == size).map(|(_, name)| name)
    }
}

/// Returns whether a size is neither a literal nor a const parameter.
fn is_constant(size: &Expr, graph: &Graph) -> bool {
    let mut parameters = graph.head.generics().into_iter().flat_map(syn::Generics::const_params);
    match size {
        Expr::Lit(_) => false,
        Expr::Path(path) => !parameters.any(|parameter| path.path.is_ident(&parameter.ident)),
        _ => true,
    }
}
