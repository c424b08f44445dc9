//! Work that a thread offers to others, and does itself unless one of them begins first.
//!
//! ```text
//! offering(second, meanwhile):
//!     put a pointer to `second`, which is on the stack, into the list
//!     run `meanwhile`
//!     remove the pointer, and run `second`
//!     unless another thread has removed it: wait until that one has run `second`
//!
//! serve():
//!     remove the first pointer, and run it
//! ```

extern crate std;

use core::cell::UnsafeCell;
use core::hint::spin_loop;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError};
use std::thread::{Thread, current, park};
use std::time::{Duration, Instant};
use std::vec::Vec;

/// Time for which a thread waits awake. The serial part of a training step is shorter.
pub(super) const PATIENCE: Duration = Duration::from_micros(500);

/// Number of pauses between two looks at the clock, about 1 µs.
const PAUSES: usize = 16;

/// The offers of all threads, oldest first.
static OFFERS: Offers = Offers { list: Mutex::new(Vec::new()), count: AtomicUsize::new(0) };

struct Offers {
    list: Mutex<Vec<Offer>>,
    /// Length of the list, to look at without the lock.
    count: AtomicUsize,
}

/// A pointer to a [`Task`], and the function that runs it.
struct Offer {
    task: *const (),
    run: unsafe fn(*const ()),
}

// SAFETY: `run` is called once, by the thread that has removed the offer, and what a task contains can be sent.
unsafe impl Send for Offer {}

/// A function and its result, on the stack of its owner.
struct Task<F, R> {
    work: UnsafeCell<Option<F>>,
    result: UnsafeCell<Option<std::thread::Result<R>>>,
    /// Set last by another thread, which must not touch the task any more.
    is_finished: AtomicBool,
    owner: Thread,
}

/// Runs both functions, `second` on a thread that calls [`serve`] if one is free before `meanwhile` has finished.
pub(super) fn offering<A, B: Send>(meanwhile: impl FnOnce() -> A, second: impl FnOnce() -> B + Send) -> (A, B) {
    let task = Task {
        work: UnsafeCell::new(Some(second)),
        result: UnsafeCell::new(None),
        is_finished: AtomicBool::new(false),
        owner: current(),
    };
    // SAFETY: the task stays in place until `withdraw` returns, because a panic of `meanwhile` is caught. Then the offer is not
    // in the list, and no thread runs it.
    let offer = unsafe { task.offer() };
    OFFERS.change(|list| list.push(offer));
    let first = catch_unwind(AssertUnwindSafe(meanwhile));
    task.withdraw();
    // The first panic counts. What has not begun before it is not begun.
    let first = first.unwrap_or_else(|panic| resume_unwind(panic));
    (first, task.into_result().unwrap_or_else(|panic| resume_unwind(panic)))
}

/// Runs the oldest offer on this thread. Returns `false` if there is none.
pub(super) fn serve() -> bool {
    if OFFERS.count.load(Ordering::Relaxed) == 0 {
        return false;
    }
    let offer = OFFERS.change(|list| (!list.is_empty()).then(|| list.remove(0)));
    // SAFETY: who removes an offer runs it once, and its owner waits.
    offer.map(|offer| unsafe { (offer.run)(offer.task) }).is_some()
}

/// Pauses for about 1 µs.
pub(super) fn pause() {
    (0..PAUSES).for_each(|_| spin_loop());
}

impl Offers {
    fn change<R>(&self, change: impl FnOnce(&mut Vec<Offer>) -> R) -> R {
        // Nothing panics under the lock.
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut list);
        self.count.store(list.len(), Ordering::Relaxed);
        result
    }
}

impl<F: FnOnce() -> R, R> Task<F, R> {
    /// Returns an offer of this task.
    ///
    /// # Safety
    /// The task must neither move nor end before the offer has been removed from the list and, if another thread runs it, has
    /// finished.
    unsafe fn offer(&self) -> Offer {
        Offer { task: core::ptr::from_ref(self).cast(), run: Self::run }
    }

    /// Runs the task on another thread than its owner's.
    ///
    /// # Safety
    /// `task` points to a task that is alive, whose offer this thread has removed.
    unsafe fn run(task: *const ()) {
        // SAFETY: the caller promises that the task is alive.
        let task = unsafe { &*task.cast::<Self>() };
        let owner = task.owner.clone();
        // SAFETY: the owner touches neither cell before `is_finished`.
        unsafe {
            let work = (*task.work.get()).take();
            *task.result.get() = work.map(|work| catch_unwind(AssertUnwindSafe(work)));
        }
        // From here on the owner may end the task.
        task.is_finished.store(true, Ordering::Release);
        owner.unpark();
    }

    /// Removes the offer, or waits until the thread that has removed it has run the task.
    fn withdraw(&self) {
        let address = core::ptr::from_ref(self).cast();
        let is_removed = OFFERS.change(|list| {
            let position = list.iter().rposition(|offer| offer.task == address);
            position.map(|position| list.remove(position)).is_some()
        });
        let end = Instant::now() + PATIENCE;
        while !is_removed && !self.is_finished.load(Ordering::Acquire) {
            if Instant::now() < end { pause() } else { park() }
        }
    }

    /// Returns the result, for which it runs the task if no other thread has.
    fn into_result(self) -> std::thread::Result<R> {
        match self.work.into_inner() {
            Some(work) => catch_unwind(AssertUnwindSafe(work)),
            None => self.result.into_inner().unwrap_or_else(|| unreachable!("a task without work has a result")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    /// Calls `test` while another thread serves.
    fn with_server(test: impl FnOnce()) {
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    serve();
                    std::thread::yield_now();
                }
            });
            let result = catch_unwind(AssertUnwindSafe(test));
            is_over.store(true, Ordering::Relaxed);
            result.unwrap_or_else(|panic| resume_unwind(panic));
        });
    }

    /// Returns the sum of a range, halved down to single numbers, which are on the heap.
    fn sum(start: usize, end: usize) -> String {
        if end - start == 1 {
            return start.to_string();
        }
        let middle = start.midpoint(end);
        let (first, second) = offering(|| sum(start, middle), || sum(middle, end));
        (first.parse::<usize>().unwrap() + second.parse::<usize>().unwrap()).to_string()
    }

    #[test]
    fn work_without_a_server_is_done_by_its_owner() {
        assert_eq!(sum(0, 20), "190");
    }

    #[test]
    fn each_part_runs_once() {
        with_server(|| (1..20).for_each(|count| assert_eq!(sum(0, count), (count * (count - 1) / 2).to_string())));
    }

    #[test]
    fn another_thread_runs_an_offer() {
        with_server(|| {
            let is_started = AtomicBool::new(false);
            let wait = || {
                while !is_started.load(Ordering::Relaxed) {
                    std::thread::yield_now();
                }
                current().id()
            };
            let start = || {
                is_started.store(true, Ordering::Relaxed);
                current().id()
            };
            let (own, other) = offering(wait, start);
            assert_eq!(own, current().id());
            assert_ne!(own, other);
        });
    }

    #[test]
    fn a_panic_of_either_part_reaches_the_owner() {
        with_server(|| {
            for _ in 0..5 {
                let first = || offering(|| panic!("first"), || ());
                assert_eq!(*catch_unwind(AssertUnwindSafe(first)).unwrap_err().downcast::<&str>().unwrap(), "first");
                let second = || offering(|| "kept".to_owned(), || panic!("second"));
                assert_eq!(*catch_unwind(AssertUnwindSafe(second)).unwrap_err().downcast::<&str>().unwrap(), "second");
            }
        });
    }
}
