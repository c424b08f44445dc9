use mlp_core::layers::Module;
use mlp_core::optimizers::{Checkpoint, Optimizer, StateReader, StateWriter};

use crate::heap::{BoxedParameters as _, Heap};

/// Part of an [`OptimizerState`](super::OptimizerState) that a checkpoint holds.
#[doc(hidden)]
pub struct OptimizerProgress<N: Module, O: Optimizer> {
    pub(super) state: O::State<N, Heap>,
    /// Number of gradients received.
    pub(super) batches: u64,
    /// `true` if the last gradient led to a step.
    pub(super) stepped: bool,
    /// Sum of the gradients since the last step.
    pub(super) accumulated: Option<Box<N>>,
    /// Moving average of the weights.
    pub(super) average: Option<Box<N>>,
}

impl<N: Module, O: Optimizer> OptimizerProgress<N, O> {
    /// Creates the progress before the first step.
    pub fn new(optimizer: &O) -> Self {
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

impl<N: Module, O: Optimizer> Checkpoint<N> for OptimizerProgress<N, O> {
    // `stepped` is left out: only the training that made the step undoes it.
    fn write(&self, writer: &mut dyn StateWriter<N>) {
        writer.count("batches", self.batches);
        if let Some(accumulated) = &self.accumulated {
            writer.values("accumulated", accumulated);
        }
        if let Some(average) = &self.average {
            writer.values("average", average);
        }
        self.state.write(writer);
    }

    fn read(&mut self, reader: &mut dyn StateReader<N>) {
        reader.count("batches", &mut self.batches);
        if let Some(accumulated) = &mut self.accumulated {
            reader.values("accumulated", accumulated);
        }
        if let Some(average) = &mut self.average {
            reader.values("average", average);
        }
        self.state.read(reader);
    }
}
