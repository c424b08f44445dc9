//! The way back to the weights that last gave a finite loss.

use crate::layers::Layer;

/// Up to this size a copy of the weights costs little. It is exact, whatever the step has done to them.
const MOST_BYTES_COPIED: usize = 16 << 20;

/// The weights before the last step, or, for a large network, whether there was a step to undo.
pub(super) enum LastGood<N> {
    /// Exact.
    Copy(Box<N>),
    /// Up to rounding, without another block of the network's size.
    Undo { stepped: bool },
}

impl<N: Layer> LastGood<N> {
    /// For an optimizer that may be able to undo a step.
    pub(super) fn new(can_undo: bool) -> Self {
        if can_undo && size_of::<N>() > MOST_BYTES_COPIED {
            Self::Undo { stepped: false }
        } else {
            Self::Copy(N::zeroed())
        }
    }

    /// Takes the weights as they are: someone may have set them since the last step.
    pub(super) fn begin(&mut self, network: &N) {
        match self {
            Self::Copy(copy) => copy.as_mut_slice().copy_from_slice(network.as_slice()),
            Self::Undo { stepped } => *stepped = false,
        }
    }

    /// Called with the weights before a step.
    pub(super) fn keep(&mut self, network: &N) {
        match self {
            Self::Copy(copy) => copy.as_mut_slice().copy_from_slice(network.as_slice()),
            Self::Undo { stepped } => *stepped = true,
        }
    }

    /// Gives the network the weights before the last step, by `undo` if there is no copy. A second time changes nothing.
    pub(super) fn restore(&mut self, network: &mut N, undo: impl FnOnce(&mut N)) {
        match self {
            Self::Copy(copy) => network.as_mut_slice().copy_from_slice(copy.as_slice()),
            Self::Undo { stepped } => {
                if core::mem::take(stepped) {
                    undo(network);
                }
            }
        }
    }
}
