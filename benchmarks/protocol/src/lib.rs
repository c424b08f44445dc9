//! The part that all peers share: workloads, data, initial weights, and the protocol of runner and peer.

mod data;
mod serve;
mod version;
mod workload;

pub use data::{classes, inputs, targets, weights};
pub use serve::{CHECKED_STEPS, Peer, decline, serve};
pub use version::version;
pub use workload::{Activation, Loss, Task, WORKLOADS, Workload, workload};
