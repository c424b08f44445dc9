//! Tasks on several threads: members of an ensemble, candidates of a population, trials of a search.
//!
//! ```text
//! on_workers(slots):
//!     for each worker and its slot, on a thread of rayon's current pool:
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

impl<I: DoubleEndedIterator> Queue<I> {
    /// Removes a task: the first one for every other worker, the last one for those between. So two workers find most of their
    /// tasks again the next time, and the memory of these tasks in the caches of their cores.
    pub(crate) fn next_of(&self, worker: usize) -> Option<I::Item> {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if worker.is_multiple_of(2) { tasks.next() } else { tasks.next_back() }
    }
}

/// Returns the number of workers for a number of tasks: one for each thread of rayon's current pool.
pub(crate) fn workers(tasks: usize) -> usize {
    threads().min(tasks).max(1)
}

/// Calls `work` once for each worker, with its index and its slot, on several threads with the feature `threads`.
pub(crate) fn on_workers<S: Send>(slots: &mut [S], work: impl Fn(usize, &mut S) + Sync) {
    on_halves(0, slots, &work);
}

fn on_halves<S: Send>(first: usize, slots: &mut [S], work: &(impl Fn(usize, &mut S) + Sync)) {
    let middle = slots.len() / 2;
    match slots.split_at_mut(middle) {
        ([], slots) => slots.iter_mut().for_each(|slot| work(first, slot)),
        (left, right) => {
            join(|| on_halves(first, left, work), || on_halves(first + middle, right, work));
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
        on_workers(&mut [(); 3], |worker, ()| {
            while let Some((index, count)) = queue.next_of(worker) {
                *count += index;
            }
        });
        assert!(counts.iter().enumerate().all(|(index, &count)| count == index));
    }
}
