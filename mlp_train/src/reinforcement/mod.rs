//! Reinforcement learning: batches of actions, replay, and the normalization of observations.

mod policy_tape;
mod replay_buffer;
mod running_normalizer;

pub use policy_tape::{EvaluatedActions, PolicyTape, SampledActions};
pub use replay_buffer::ReplayBuffer;
pub use running_normalizer::RunningNormalizer;
