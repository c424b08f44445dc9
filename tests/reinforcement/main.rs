//! Parts of reinforcement learning: batches of actions, target networks, replay, the normalization of observations.

mod normalizer;
mod policy_tape;
mod polyak;
mod replay;
