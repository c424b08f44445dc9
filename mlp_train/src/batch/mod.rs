//! One batch through a network: forward, loss, backward.
//!
//! ```text
//! differentiate(batch):
//!     for tile in batch                          // at most 512 samples, so that they stay in the cache
//!         copy the tile's rows of x, y and the sample weights; pad to full SIMD registers
//!         Ŷ = network.forward(X)                 // fills the layers' caches
//!         metrics.update(Ŷ, Y)
//!         loss += Σ loss(Ŷ, Y);  dŶ = ∂L/∂Ŷ      // L: mean loss of the batch
//!         network.backward(dŶ)                   // gradient += ∂L/∂θ;  dX = ∂L/∂X if requested
//!     loss, gradient += penalty                  // L1 and L2 regularization
//! ```

mod workspace;

pub(crate) use workspace::{GradientOutputs, InputGradients, Objective, TILE_SAMPLES, Workspace};
