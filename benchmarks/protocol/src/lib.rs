//! The part that all peers share: workloads, data, initial weights, and the protocol of runner and peer.

mod data;
mod serve;
mod version;
mod workload;

pub use data::{MEMBER_LAYERS, classes, inputs, points, targets, weights};
pub use serve::{CHECKED_STEPS, Peer, decline, serve};
pub use version::version;
pub use workload::{Activation, Equation, Loss, Task, WORKLOADS, Workload, workload};
