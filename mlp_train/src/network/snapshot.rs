//! Restores the last finite weights after divergence.

use crate::heap::BoxedParameters as _;
use mlp_core::kernels::copy_values;
use mlp_core::layers::Module;

/// Maximum size of a network whose weights are copied before every step. Larger ones undo the step instead, if they can.
const MAX_SNAPSHOT_BYTES: usize = 16 << 20;

/// The weights before the last step, or, for a large network, whether there is a step to undo.
pub(crate) struct Snapshot<N> {
    /// Exact copy. Without one, a step is undone up to rounding, which saves memory of the network's size.
    copy: Option<Box<N>>,
    mode: SnapshotMode,
    has_step: bool,
}

/// Number of steps until the caller gets the weights back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SnapshotMode {
    /// One step. No later step can find its weights to be non-finite, so there is nothing to save.
    SingleStep,
    /// Any number of steps.
    ManySteps,
}

impl<N: Module> Snapshot<N> {
    /// Allocates the copy, unless the network is large and its optimizer can undo a step.
    pub(crate) fn new(can_undo: bool) -> Self {
        let is_copied = !can_undo || size_of::<N>() <= MAX_SNAPSHOT_BYTES;
        Self { copy: is_copied.then(N::zeroed), mode: SnapshotMode::ManySteps, has_step: false }
    }

    /// Starts a sequence of steps.
    pub(crate) fn start(&mut self, mode: SnapshotMode) {
        self.mode = mode;
        self.has_step = false;
    }

    /// Saves the weights. Called before every step.
    pub(crate) fn save(&mut self, network: &N) {
        self.has_step = self.mode == SnapshotMode::ManySteps;
        if let Some(copy) = self.copy.as_mut().filter(|_| self.has_step) {
            copy_values(copy.as_mut_slice(), network.as_slice());
        }
    }

    /// Restores the weights before the last step, with `undo` if there is no copy. A second call changes nothing.
    pub(crate) fn restore(&mut self, network: &mut N, undo: impl FnOnce(&mut N)) {
        if core::mem::take(&mut self.has_step) {
            match &self.copy {
                Some(copy) => network.as_mut_slice().copy_from_slice(copy.as_slice()),
                None => undo(network),
            }
        }
    }
}
