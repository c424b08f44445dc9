//! Optimizers with memory on the heap: the state of a training, and L-BFGS.

mod lbfgs;
mod optimizer_state;
mod progress;
#[cfg(test)]
mod tests;

pub use lbfgs::{Lbfgs, LbfgsState};
pub(crate) use optimizer_state::GradientStep;
pub use optimizer_state::OptimizerState;
pub use progress::OptimizerProgress;
