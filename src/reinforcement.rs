//! Reinforcement learning: policies, batches of actions, replay, and the normalization of observations.
//!
//! [`Parameters::polyak_update`](crate::Parameters::polyak_update) averages target networks. The guide has a page with
//! complete loops, `examples/pendulum.rs` is soft actor-critic, and `examples/cartpole.rs` proximal policy optimization.

pub use mlp_core::policies::*;
#[cfg(feature = "std")]
pub use mlp_train::{EvaluatedActions, PolicyTape, ReplayBuffer, RunningNormalizer, SampledActions};
