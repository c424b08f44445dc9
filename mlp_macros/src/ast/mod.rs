//! What is written, one type a grammar rule.

mod arguments;
mod chain;
mod layer;
mod network;
mod statement;
mod value;

pub(crate) use arguments::{Arguments, Setting, Sizes};
pub(crate) use chain::Chain;
pub(crate) use layer::{Call, Layer};
pub(crate) use network::{Body, Head, Item, Network, Networks, Place};
pub(crate) use statement::{Let, Model, Pattern, Statement, Statements};
pub(crate) use value::{Callee, Value};
