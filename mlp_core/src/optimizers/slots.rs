use super::{Checkpoint, StateReader, StateWriter};
use crate::memory::{Memory, SlotStorage};
use crate::parameters::Parameters;

/// Values that an optimizer keeps for each parameter, such as the moments of [`Adam`](super::Adam): some values of the
/// network's own type. Keras: slot variables.
pub struct Slots<N: Parameters, M: Memory>(M::Slots<N>);

/// Names in checkpoints.
const NAMES: [&str; 4] = ["slot_0", "slot_1", "slot_2", "slot_3"];

impl<N: Parameters, M: Memory> Slots<N, M> {
    /// Creates one slot for each initial value.
    pub fn new<const COUNT: usize>(initial: [f64; COUNT]) -> Self {
        const { assert!(COUNT <= NAMES.len(), "an optimizer has at most four slots") };
        Self(SlotStorage::new(initial))
    }

    /// Returns the first `COUNT` slots. Missing ones are added, filled with zeros.
    pub fn values<const COUNT: usize>(&mut self) -> [&mut N; COUNT] {
        self.0.values()
    }

    /// Returns the memory of the slots.
    pub fn storage(&self) -> &M::Slots<N> {
        &self.0
    }
}

impl<N: Parameters, M: Memory> Checkpoint<N> for Slots<N, M> {
    fn write(&self, writer: &mut dyn StateWriter<N>) {
        let mut names = NAMES.into_iter();
        self.0.for_each(&mut |values| {
            if let Some(name) = names.next() {
                writer.values(name, values);
            }
        });
    }

    fn read(&mut self, reader: &mut dyn StateReader<N>) {
        let mut names = NAMES.into_iter();
        self.0.for_each_mut(&mut |values| {
            if let Some(name) = names.next() {
                reader.values(name, values);
            }
        });
    }
}
