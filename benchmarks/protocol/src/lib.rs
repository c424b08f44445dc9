//! What every peer has in common: the workloads, their data and starting weights, and the talk with the runner.

mod data;
mod serve;
mod version;
mod workload;

pub use data::{classes, inputs, targets, weights};
pub use serve::{CHECKED_STEPS, Peer, decline, serve};
pub use version::version;
pub use workload::{Activation, Loss, Task, WORKLOADS, Workload, workload};
