//! Syntax tree of the macro input, one type per grammar rule.

mod arguments;
mod chain;
mod layer;
mod network;
mod path;
mod repetition;
mod statement;
mod value;

pub(crate) use arguments::{Arguments, Setting, Sizes};
pub(crate) use chain::{Chain, ChainLayer};
pub(crate) use layer::LayerCall;
pub(crate) use network::{Body, Head, Item, MacroPosition, Network, Networks};
pub(crate) use path::text;
pub(crate) use statement::{Let, Model, Pattern, Statement, Statements};
pub(crate) use value::{Callee, ValueExpr};
