//! Values that travel with their derivatives by the inputs: forward through a network, and backward from a gradient with
//! respect to all of them.
//!
//! ```text
//! trace:     the operations of all layers                      // again for each pass, since parameters may have moved
//! forward:   u, uᵢ, u_ij = network(x, xᵢ, x_ij)                // tile by tile
//! backward:  dθ += Σₛ (∂uₛ/∂θ)ᵀ duₛ  over all streams s        // for any duₛ
//! ```

mod backward;
mod buffers;
mod graph;
mod pairs;
mod pass;

pub(crate) use backward::ParameterGradient;
pub(crate) use pairs::Pairs;
pub(crate) use pass::StreamPass;

use mlp_core::LANES;

/// Number of columns of a tile, all streams together: few enough for the values of some layers to stay in the cache.
const TILE_COLUMNS: usize = 512;

/// Returns how many samples a tile with `streams` streams has: whole blocks of the matrix products.
pub(crate) fn tile_samples(streams: usize) -> usize {
    (TILE_COLUMNS / streams).next_multiple_of(2 * LANES).max(2 * LANES)
}
