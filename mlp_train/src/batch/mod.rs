//! One batch through a network: forward, loss, backward.
//!
//! ```text
//! differentiate(batch):
//!     divide the batch into leaves               // from the batch and the network alone
//!     for worker in threads:                     // each with some consecutive leaves
//!         for leaf in its leaves:
//!             gradient of the leaf = 0
//!             for tile in leaf                   // at most 512 samples, so that they stay in the cache
//!                 copy the tile's rows of x, y and the sample weights; pad to full SIMD registers
//!                 Ŷ = network.forward(X)         // fills the layers' caches
//!                 losses of the tile = Σ loss(Ŷ, Y);  dŶ = ∂L/∂Ŷ      // L: mean loss of the batch
//!                 network.backward(dŶ)           // gradient += ∂L/∂θ;  dX = ∂L/∂X if requested
//!             add the gradients of siblings      // see `partial_sums`
//!     add the partial sums of the workers, in the same tree for any number of them
//!     for tile in batch: metrics.update(Ŷ, Y);  loss += loss of the tile
//!     loss, gradient += penalty                  // L1 and L2 regularization
//! ```
//!
//! A batch of at most 512 samples is one leaf, and one worker computes it as if there were no leaves. Random numbers of a
//! layer depend on the leaf, and not on the worker.

mod batches;
mod exchange;
mod leaves;
mod partial_sums;
mod passes;
mod tile_record;
mod workers;
mod workspace;

pub(crate) use batches::Metrics;
pub(crate) use exchange::{Reduction, SharedBatch};
pub(crate) use leaves::{Leaves, TILE_SAMPLES, share};
pub(crate) use workers::{GradientOutputs, Objective, Workers};
pub(crate) use workspace::InputGradients;
