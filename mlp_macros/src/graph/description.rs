//! Layers in error messages.

use core::fmt;

use syn::{Attribute, Ident};

use crate::ast::LayerCall;

/// A layer as error messages describe it: "layer 3, `Dense(12 => 1)`".
#[derive(Clone, Copy)]
pub(super) struct LayerDescription<'a> {
    /// The 1-based number of the layer in a chain.
    pub(super) number: Option<usize>,
    pub(super) name: Option<&'a Ident>,
    pub(super) call: &'a LayerCall,
    pub(super) attributes: &'a [Attribute],
}

impl LayerDescription<'_> {
    /// Returns the description as the subject of a clause: with a comma after an apposition.
    pub(super) fn subject(self) -> String {
        if self.number.is_some() || self.name.is_some() { format!("{self},") } else { self.to_string() }
    }
}

impl fmt::Display for LayerDescription<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.number, self.name) {
            (Some(number), _) => write!(f, "layer {number}, `{}`", self.call),
            (None, Some(name)) => write!(f, "`{name}`, `{}`", self.call),
            (None, None) => write!(f, "`{}`", self.call),
        }
    }
}
