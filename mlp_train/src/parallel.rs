//! Tasks on several threads: members of an ensemble, candidates of a population, trials of a search.
//!
//! ```text
//! on_workers(slots):
//!     for each slot, on a thread of rayon's current pool:
//!         while a task is left in the queue: run it
//! ```
//!
//! A task computes the same result on every thread, and writes to its own place, so neither the number of threads nor the
//! feature `threads` changes the result.

use std::sync::{Mutex, PoisonError};

use mlp_core::kernels::{join, threads};

/// Tasks that workers remove one at a time.
pub(crate) struct Queue<I>(Mutex<I>);

impl<I: Iterator> Queue<I> {
    /// Creates a queue of the items of an iterator.
    pub(crate) fn new(tasks: I) -> Self {
        Self(Mutex::new(tasks))
    }

    /// Removes the next task.
    pub(crate) fn next(&self) -> Option<I::Item> {
        // A panic of a task happens outside of the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).next()
    }
}

/// Returns the number of workers for a number of tasks: one for each thread of rayon's current pool.
pub(crate) fn workers(tasks: usize) -> usize {
    threads().min(tasks).max(1)
}

/// Calls `work` once for each slot, on several threads with the feature `threads`.
pub(crate) fn on_workers<S: Send>(slots: &mut [S], work: impl Fn(&mut S) + Sync) {
    on_halves(slots, &work);
}

fn on_halves<S: Send>(slots: &mut [S], work: &(impl Fn(&mut S) + Sync)) {
    match slots.split_at_mut(slots.len() / 2) {
        ([], slots) => slots.iter_mut().for_each(work),
        (left, right) => {
            join(|| on_halves(left, work), || on_halves(right, work));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_task_runs_once() {
        let mut counts = [0; 100];
        let queue = Queue::new(counts.iter_mut().enumerate());
        on_workers(&mut [(); 3], |()| {
            while let Some((index, count)) = queue.next() {
                *count += index;
            }
        });
        assert!(counts.iter().enumerate().all(|(index, &count)| count == index));
    }
}
