use super::{Optimizer, Step};
use crate::layers::Layer;

/// An optimizer together with its state for one network.
///
/// Without a heap there is no gradient clipping, no accumulation and no average of the weights.
pub struct OptimizerState<N: Layer, O: Optimizer> {
    /// The optimizer. Its options may change between two steps.
    pub optimizer: O,
    state: O::State<N>,
    batches: u64,
}

impl<N: Layer, O: Optimizer> OptimizerState<N, O> {
    /// Creates the state before the first step.
    ///
    /// # Panics
    /// If the configuration asks for clipping, accumulation or an average, which need a heap.
    pub fn new(optimizer: O) -> Self {
        let config = optimizer.config();
        let needs_heap =
            config.clip.is_some() || config.ema_momentum.is_some() || config.gradient_accumulation_steps > 1;
        assert!(!needs_heap, "clipping, accumulation and averages need a heap");
        Self { state: optimizer.init(), optimizer, batches: 0 }
    }

    /// Changes the network by the gradient of a batch.
    pub fn step(&mut self, network: &mut N, gradient: &mut N) {
        const { assert!(!O::NEEDS_OBJECTIVE, "this optimizer evaluates the loss again") };
        let options = &N::Options::default();
        let step = Step::new(self.optimizer.config(), self.batches, network, options, gradient);
        self.optimizer.update(step, &mut self.state);
        self.batches += 1;
    }

    /// Returns the state that the optimizer keeps for the network.
    pub fn state(&mut self) -> &mut O::State<N> {
        &mut self.state
    }

    /// Returns the number of gradients received.
    pub fn batches(&self) -> u64 {
        self.batches
    }

    /// Returns the learning rate of the next step.
    pub fn learning_rate(&self) -> f64 {
        self.optimizer.config().learning_rate.at(self.batches)
    }
}
