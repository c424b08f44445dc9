use mlp_core::Rng;
use mlp_core::optimizers::Checkpoint;

use super::TrainingSettings;

/// The state of a training that a checkpoint holds in addition to the network.
#[cfg_attr(not(feature = "safetensors"), expect(dead_code, reason = "only checkpoints read it"))]
pub(crate) struct CheckpointState<'a, N> {
    pub(crate) optimizer: &'a dyn Checkpoint<N>,
    pub(crate) optimizer_name: &'static str,
    pub(crate) settings: TrainingSettings<'a>,
    pub(crate) rng: &'a Rng,
    /// Number of epochs completed so far.
    pub(crate) epochs: usize,
    /// Points of each term of equations that were drawn.
    pub(crate) points: &'a [Vec<f64>],
    /// Text of the encoder that makes inputs from tables.
    pub(crate) table_encoder: Option<&'a str>,
}
