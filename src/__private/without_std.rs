//! Networks by value.

pub use crate::__ignore as implement_data;

use mlp_core::Parameters;
use mlp_core::network::StaticNetwork;

/// A network that a macro creates.
pub type Made<N> = N;

/// Creates the network of an expression.
#[must_use]
pub fn new<N: StaticNetwork>() -> N {
    N::new(0)
}

/// Creates a network with these parameters, each value little-endian.
#[must_use]
pub fn made<N: Parameters>(bytes: &[u8]) -> N {
    let mut network = N::ZEROS;
    mlp_core::generated::from_bytes(&mut network, bytes);
    network
}
