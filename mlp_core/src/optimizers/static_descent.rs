use core::ops::DerefMut;

use super::{Optimizer, Step};
use crate::layers::Layer;

/// An optimizer at work on one network: it counts the steps, and keeps what is remembered.
///
/// Without `std`, gradients are neither clipped nor accumulated, and there is no average of the weights.
pub struct OptimizerState<N: Layer, O: Optimizer> {
    /// Whose steps are made.
    pub optimizer: O,
    state: O::State<N>,
    batches: u64,
}

impl<N: Layer, O: Optimizer> OptimizerState<N, O> {
    /// No step was made.
    pub fn new(mut optimizer: O) -> Self {
        optimizer.follow(0);
        Self { state: optimizer.init(), optimizer, batches: 0 }
    }

    /// Changes the network by the gradient of a batch.
    pub fn step(&mut self, network: &mut impl DerefMut<Target = N>, gradient: &mut impl DerefMut<Target = N>) {
        const { assert!(!O::NEEDS_OBJECTIVE, "this optimizer evaluates the loss again") };
        self.optimizer.follow(self.batches);
        let learning_rate = self.learning_rate();
        self.batches += 1;
        let (options, decay) = (&N::Options::default(), self.optimizer.settings().weight_decay.unwrap_or(0.0));
        let step = Step {
            number: self.batches,
            learning_rate,
            network: &mut **network,
            options,
            gradient: &**gradient,
            loss: f64::NAN,
            objective: None,
            variables: &[],
            decay: decay * learning_rate,
        };
        self.optimizer.update(step, &mut self.state);
    }

    /// What the optimizer remembers.
    pub fn state(&mut self) -> &mut O::State<N> {
        &mut self.state
    }

    /// How many gradients were seen.
    pub fn batches(&self) -> u64 {
        self.batches
    }

    /// The learning rate of the next step.
    pub fn learning_rate(&self) -> f64 {
        self.optimizer.learning_rate(self.batches)
    }
}
