use std::sync::{Mutex, PoisonError, TryLockError};

use crate::batch::{TILE_SAMPLES, Workspace};
use mlp_core::layers::Module;

/// The buffers of a compiled network. `predict` and `evaluate` use them through `&self`, without an allocation.
pub(crate) struct Scratch<N: Module> {
    workspace: Mutex<Workspace<N>>,
    targets: usize,
}

impl<N: Module> Scratch<N> {
    /// Allocates buffers for training with `targets` target features.
    pub(crate) fn new(targets: usize) -> Self {
        Self { workspace: Mutex::new(Workspace::training(TILE_SAMPLES, targets)), targets }
    }

    pub(crate) fn get_mut(&mut self) -> &mut Workspace<N> {
        // A panic in the data's code poisons the lock. The buffers hold no state, so they stay usable.
        self.workspace.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls `run` with the buffers, or with new ones while another thread uses these.
    pub(crate) fn with<R>(&self, run: impl FnOnce(&mut Workspace<N>) -> R) -> R {
        match self.workspace.try_lock() {
            Ok(mut workspace) => run(&mut workspace),
            Err(TryLockError::Poisoned(poisoned)) => run(&mut poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => run(&mut Workspace::inference(TILE_SAMPLES, self.targets)),
        }
    }
}
