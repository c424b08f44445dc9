//! Least squares: minimization of `Σ r²` by the normal equations `(JᵀJ + μ D²) p = Jᵀr`.
//!
//! ```text
//! iterate:
//!     for each block of residuals: A += J Jᵀ             // r is a row of J, so that Jᵀr and Σ r² are in A
//!     D = max(D, norms of the columns of the Jacobian)
//!     until the loss falls enough:
//!         μ = damping with ‖D p‖ ≈ radius                // some Cholesky factorizations
//!         ρ = reduction of the loss / that of its linear model
//!         shrink or enlarge the radius by ρ
//! ```
//!
//! | file | part |
//! |---|---|
//! | `unknowns` | rows of the parameters that are trained |
//! | `jacobian` | blocks of the transposed Jacobian: a row for each unknown, samples in lanes |
//! | `normal_matrix` | `JᵀJ` and `Jᵀr` |
//! | `cholesky` | factorization and solution |
//! | `damping` | the step inside the trust region |
//! | `minimizer` | an iteration |
//! | `covariance` | the inverse of `JᵀJ` |
//! | `function` | functions that are no network |
//!
//! Source: Moré, "The Levenberg-Marquardt algorithm: implementation and theory", 1978, as in MINPACK.

mod cholesky;
mod covariance;
mod damping;
mod function;
mod jacobian;
mod minimizer;
mod normal_matrix;
#[cfg(test)]
mod tests;
mod unknowns;

pub(crate) use covariance::Covariance;
pub(crate) use function::minimize;
pub use function::{LeastSquaresFunction, Minimum};
pub(crate) use jacobian::{JacobianBlock, JacobianRows};
pub use minimizer::StopReason;
pub(crate) use minimizer::{Method, Minimizer, Settings, SquaredFunction};
pub(crate) use normal_matrix::NormalMatrix;
pub(crate) use unknowns::Unknowns;
