use super::{Checkpoint, Optimizer, StateVisitor};
use crate::layers::Layer;

/// Part of an [`OptimizerState`](super::OptimizerState) that a checkpoint holds.
pub(crate) struct OptimizerProgress<N: Layer, O: Optimizer> {
    pub(super) state: O::State<N>,
    /// Number of gradients received.
    pub(super) batches: u64,
    /// `true` if the last gradient led to a step.
    pub(super) stepped: bool,
    /// Sum of the gradients since the last step.
    pub(super) accumulated: Option<Box<N>>,
    /// Moving average of the weights.
    pub(super) average: Option<Box<N>>,
}

impl<N: Layer, O: Optimizer> OptimizerProgress<N, O> {
    /// Creates the progress before the first step.
    pub(crate) fn new(optimizer: &O) -> Self {
        let config = optimizer.config();
        Self {
            state: optimizer.init(),
            batches: 0,
            stepped: false,
            accumulated: (config.gradient_accumulation_steps > 1).then(N::zeroed),
            average: config.ema_momentum.map(|_| N::zeroed()),
        }
    }
}

impl<N: Layer, O: Optimizer> Checkpoint<N> for OptimizerProgress<N, O> {
    // `stepped` is left out: only the training that made the step undoes it.
    fn persist(&mut self, archive: &mut dyn StateVisitor<N>) {
        archive.count("batches", &mut self.batches);
        if let Some(accumulated) = &mut self.accumulated {
            archive.values("accumulated", accumulated);
        }
        if let Some(average) = &mut self.average {
            archive.values("average", average);
        }
        self.state.persist(archive);
    }
}
