//! The way back to the weights that last gave a finite loss.

use crate::kernels::{Update, rule};
use crate::layers::Layer;

/// Up to this size a copy of the weights costs little. It is exact, whatever the step has done to them.
const MOST_BYTES_COPIED: usize = 16 << 20;

/// The weights before the last step, or, for a large network, only whether there was a step to undo.
pub(super) struct LastGood<N> {
    /// Exact. Without it a step is undone, up to rounding, and there is no other block of the network's size.
    copy: Option<Box<N>>,
    steps: Steps,
    stepped: bool,
}

/// How many steps are made before someone else may set the weights.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Steps {
    /// None comes after it that could find its weights to be bad.
    One,
    /// Any number.
    Many,
}

rule! {
    Keep {}: |[_copy], weight| [weight]
}

impl<N: Layer> LastGood<N> {
    /// For an optimizer that may be able to undo a step.
    pub(super) fn new(can_undo: bool) -> Self {
        let copied = !can_undo || size_of::<N>() <= MOST_BYTES_COPIED;
        Self { copy: copied.then(N::zeroed), steps: Steps::Many, stepped: false }
    }

    /// The weights as they are now are where the first of some steps starts.
    pub(super) fn begin(&mut self, steps: Steps) {
        (self.steps, self.stepped) = (steps, false);
    }

    /// Called with the weights before a step.
    pub(super) fn keep(&mut self, network: &N) {
        self.stepped = self.steps == Steps::Many;
        if let Some(copy) = self.copy.as_mut().filter(|_| self.stepped) {
            N::Scalar::apply(&Keep {}, [copy.as_mut_slice()], network.as_slice());
        }
    }

    /// Gives the network the weights before the last step, by `undo` if there is no copy. A second time changes nothing.
    pub(super) fn restore(&mut self, network: &mut N, undo: impl FnOnce(&mut N)) {
        if core::mem::take(&mut self.stepped) {
            match &self.copy {
                Some(copy) => network.as_mut_slice().copy_from_slice(copy.as_slice()),
                None => undo(network),
            }
        }
    }
}
