//! Training on equations: the loss of a network is a sum of squared residuals at points.
//!
//! ```text
//! loss = Σ over the terms k:  weight_k · mean over the points of term k of Σₑ rₑ²
//! for each tile of points of a term:
//!     u, uᵢ, u_ij = network(x)                 // the streams that the term's residual needs
//!     r, ∂r/∂u, ∂r/∂uᵢ, ∂r/∂u_ij               // straight-line code of `residual!`
//!     gradient += backward(weight · 2 r ∂r / points)
//! ```

mod coefficients;
mod points;
mod sampling;
mod squares;
mod term;
mod terms;

pub use points::Points;
pub use sampling::Redraw;
pub(crate) use squares::ResidualSquares;
pub use term::Term;
pub use terms::{Residuals, TermVisitor, Terms};
