//! The loss of a batch as a sum of squares, and its linear model.
//!
//! ```text
//! rₛₖ = √(wₛ wₖ / (samples · outputs)) r(ŷₛₖ, yₛₖ)          // for each sample s and output feature k
//! for each tile of samples:
//!     Ŷ = network(X)                                       // by streams, without derivatives
//!     for each output feature k:
//!         J[k] = backward(∂rₖ/∂ŷₖ), one row for each sample
//! the penalty λ p² of each unknown is the residual √λ p
//! ```

mod batch;
mod parameter_jacobian;
mod penalty;
mod uncertainty;

pub(crate) use batch::{BatchSquares, SquaresBuffers, SquaresMemory};
pub(crate) use parameter_jacobian::parameter_jacobian;
pub(crate) use penalty::Penalty;
pub use uncertainty::Uncertainty;
