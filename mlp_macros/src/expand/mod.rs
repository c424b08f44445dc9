//! Expansion for a checked graph. Nothing here can fail.

/// The same about one layer: a message points at it.
macro_rules! code_at {
    ($call:expr=> $($tokens:tt)*) => {{
        let place = ::proc_macro2::Span::mixed_site().located_at($call.kind().span());
        ::quote::quote_spanned!(place=> $($tokens)*)
    }};
}

mod backward;
mod cache;
mod export;
mod forward;
#[cfg(test)]
mod golden;
mod item;
mod layer;
mod named;
mod network;
mod options;
mod predict;
mod size_constants;
mod sizes;
mod types;
mod values;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens as _;
use syn::{Attribute, Generics, Ident};

use crate::ast::{LayerCall, MacroPosition};
use crate::graph::Graph;
use crate::plan::Plan;
use crate::tokens::at_mixed_site;

/// The input of all parts of the code.
struct Expansion<'a> {
    graph: &'a Graph<'a>,
    types: values::Types<'a>,
    plan: Plan,
    name: Ident,
    generics: Generics,
    layers: Vec<Layer<'a>>,
}

/// Layer as the code refers to it.
struct Layer<'a> {
    name: &'a Ident,
    call: &'a LayerCall,
    attributes: &'a [Attribute],
    /// Type, in the user's scope.
    ty: TokenStream,
    /// Alias of the type, inside the generated block.
    alias: TokenStream,
    /// Definition of the alias.
    definition: TokenStream,
}

/// Returns the code of a network.
///
/// Texts that show a layer come after its tokens: an editor completes a name only where it is as far from the beginning of the
/// code as before. So the options come first, and the struct, with its comments, after the implementations.
pub(crate) fn network(graph: &Graph) -> TokenStream {
    let code = Expansion::new(graph);
    let (item, impls, name) = (code.item(), code.impls(), &code.name);
    let constants = code.types.constants(&code.cfg());
    match &graph.head.position {
        MacroPosition::Item(_) => {
            let named = code.named();
            code! { #impls #item #constants #named }
        }
        MacroPosition::Expression => code! {{ #impls #item #constants ::mlp::__private::new::<#name>() }},
    }
}

/// Returns the generics with types of the macro's own tokens. For an unknown activation, the compiler would otherwise advise
/// another parameter.
fn with_own_types(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    for parameter in generics.const_params_mut() {
        if let Ok(own) = syn::parse2(at_mixed_site(parameter.ty.to_token_stream())) {
            parameter.ty = own;
        }
    }
    generics
}

impl<'a> Expansion<'a> {
    fn new(graph: &'a Graph<'a>) -> Self {
        let (name, generics) = match &graph.head.position {
            MacroPosition::Item(item) => (item.name.clone(), with_own_types(&item.generics)),
            MacroPosition::Expression => {
                (Ident::new(&format!("__{}", graph.kind), Span::mixed_site()), Generics::default())
            }
        };
        let types = values::Types::new(graph, &name);
        let layers = types::layers(graph, &types, &generics);
        Self { graph, types, plan: Plan::new(graph), name, layers, generics }
    }

    fn attributes(&self) -> &[Attribute] {
        match &self.graph.head.position {
            MacroPosition::Item(item) => &item.attributes,
            MacroPosition::Expression => &[],
        }
    }

    /// Returns the attributes `cfg` of the network.
    fn cfg(&self) -> Vec<&Attribute> {
        self.attributes().iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
    }

    /// Returns all items but the struct itself. A network that is left out by `cfg` has none.
    fn impls(&self) -> TokenStream {
        let cfg = self.cfg();
        let scalar = self.scalar();
        let items = [
            self.options(),
            self.aliases(),
            self.check_constants(),
            self.parameters(),
            self.cache(),
            self.layer(),
            self.twice_differentiable(),
            self.network(),
            self.serde(),
        ];
        code! {
            #(#cfg)*
            const _: () = {
                use ::core::option::Option::Some as __Some;
                use ::core::primitive::{#scalar, bool, str, usize};
                use ::mlp::__private as __mlp;
                #(#items)*
            };
        }
    }

    /// Returns the scalar's name: inside the constant it is that of `core`, whatever `f32` is to the user.
    fn scalar(&self) -> TokenStream {
        types::scalar(self.graph.scalar)
    }

    /// Returns the aliases of the layers' types.
    fn aliases(&self) -> TokenStream {
        self.each(|layer| layer.definition.clone())
    }

    /// Returns the pieces of code of all layers.
    fn each(&self, piece: impl Fn(&Layer) -> TokenStream) -> TokenStream {
        self.layers.iter().map(piece).collect()
    }

    /// Returns the layer that a step calls.
    fn called(&self, step: usize) -> &Layer<'a> {
        &self.layers[self.graph.steps[step].layer]
    }

    fn steps(&self) -> core::ops::Range<usize> {
        0..self.graph.steps.len()
    }
}
