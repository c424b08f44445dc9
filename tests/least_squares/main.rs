//! Least squares: the Jacobian by the parameters, Levenberg-Marquardt and Gauss-Newton on networks and equations.

mod equations;
mod errors;
mod jacobian;
mod training;
mod uncertainty;

use mlp::prelude::*;

/// Returns arguments of `fit` that print nothing.
fn silent(epochs: usize) -> Fit {
    Fit::new().epochs(epochs).verbose(Verbose::Silent)
}
