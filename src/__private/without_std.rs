//! Networks by value.

pub use crate::__ignore as implement_data;

use mlp_core::Parameters;
use mlp_core::c_interface::Error;
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

/// Returns the status of a function of the C interface. There is no unwinding without `std`.
#[inline(always)]
pub fn c_status(function: impl FnOnce() -> Result<(), Error>) -> i32 {
    function().map_or_else(Error::code, |()| 0)
}
