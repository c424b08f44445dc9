//! The network as a network: what it is called and what it consists of.

use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;

use super::{Code, Layer};
use crate::ast::Place;

impl Code<'_> {
    pub(super) fn network(&self) -> TokenStream {
        let (impls, generics, _) = self.generics.split_for_impl();
        let (name, kind) = (&self.name, self.graph.kind);
        let title = match self.graph.place {
            Place::Item(item) => item.name.unraw().to_string(),
            Place::Expression => kind.to_lowercase(),
        };
        let outputs = [self.called(self.graph.steps.len() - 1).name.unraw().to_string()];
        let rows = self.each(|Layer { name, call, ty, .. }| {
            let name = name.unraw().to_string();
            code_at! { call=> <#ty as __mlp::Layer>::summarize(#name, summary); }
        });
        code! {
            impl #impls __mlp::Network for #name #generics {
                const NAME: &'static str = #title;
                const KIND: &'static str = #kind;
                const OUTPUTS: &'static [&'static str] = &[#(#outputs),*];

                fn rows(summary: &mut __mlp::Summary) {
                    #rows
                }
            }
        }
    }
}
