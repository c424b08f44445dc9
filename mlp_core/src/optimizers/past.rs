use super::{Checkpoint, Optimizer, StateReader, StateWriter};
use crate::layers::Layer;

/// What a [`OptimizerState`](super::OptimizerState) has behind it.
pub(crate) struct Past<N: Layer, O: Optimizer> {
    pub(super) state: O::State<N>,
    /// How many gradients were seen.
    pub(super) batches: u64,
    /// Whether the last one led to a step.
    pub(super) stepped: bool,
    pub(super) accumulated: Option<Box<N>>,
    pub(super) average: Option<Box<N>>,
}

impl<N: Layer, O: Optimizer> Past<N, O> {
    /// Nothing yet.
    pub(crate) fn none(optimizer: &O) -> Self {
        let settings = optimizer.settings();
        Self {
            state: optimizer.init(),
            batches: 0,
            stepped: false,
            accumulated: (settings.gradient_accumulation_steps > 1).then(N::zeroed),
            average: settings.ema_momentum.map(|_| N::zeroed()),
        }
    }
}

impl<N: Layer, O: Optimizer> Checkpoint<N> for Past<N, O> {
    /// Whether the last gradient led to a step is only asked about a step of the same training.
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
