//! The network as a network: what it is called and what it consists of.

use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;

use super::Code;
use crate::ast::Place;

impl Code<'_> {
    pub(super) fn network(&self) -> TokenStream {
        let Self { name, names, types, .. } = self;
        let (impls, generics, _) = self.generics.split_for_impl();
        let kind = self.graph.kind;
        let title = match self.graph.place {
            Place::Item(item) => item.name.unraw().to_string(),
            Place::Expression => kind.to_lowercase(),
        };
        let rows = names.iter().map(|name| name.unraw().to_string());
        code! {
            impl #impls __mlp::Network for #name #generics {
                const NAME: &'static str = #title;
                const KIND: &'static str = #kind;

                fn rows(summary: &mut __mlp::Summary) {
                    #(<#types as __mlp::Layer>::summarize(#rows, summary);)*
                }
            }
        }
    }
}
