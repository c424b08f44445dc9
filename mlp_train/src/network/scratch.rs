use std::sync::{Mutex, PoisonError, TryLockError};

use crate::batch::{TILE_SAMPLES, Workers};
use mlp_core::layers::Module;

/// The buffers of a compiled network. `predict` and `evaluate` use them through `&self`, without an allocation.
///
/// The members of an ensemble have none while they are idle: each thread lends its buffers to the member that it trains.
pub(crate) struct Scratch<N: Module> {
    workers: Mutex<Option<Workers<N>>>,
    targets: usize,
}

impl<N: Module> Scratch<N> {
    /// Allocates buffers for training with `targets` target features.
    pub(crate) fn new(targets: usize) -> Self {
        Self { workers: Mutex::new(Some(training(targets))), targets }
    }

    pub(crate) fn get_mut(&mut self) -> &mut Workers<N> {
        let targets = self.targets;
        self.slot().get_or_insert_with(|| training(targets))
    }

    /// Returns the place of the buffers, to lend them.
    pub(crate) fn slot(&mut self) -> &mut Option<Workers<N>> {
        // A panic in the data's code poisons the lock. The buffers hold no state, so they stay usable.
        self.workers.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls `run` with the buffers, or with new ones while another thread uses these.
    pub(crate) fn with<R>(&self, run: impl FnOnce(&mut Workers<N>) -> R) -> R {
        let mut guard = match self.workers.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        };
        match guard.as_mut().and_then(|guard| guard.as_mut()) {
            Some(workers) => run(workers),
            None => run(&mut Workers::inference(TILE_SAMPLES, self.targets)),
        }
    }
}

fn training<N: Module>(targets: usize) -> Workers<N> {
    Workers::training(TILE_SAMPLES, targets)
}
