//! Networks without a heap are values.

pub use mlp_core::network::StaticNetwork as Network;
