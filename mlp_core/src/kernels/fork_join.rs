//! Two functions at the same time on threads of rayon's current pool, without sleep in between.
//!
//! A training step divides its work once or several times, for some 10 to 1,000 µs each. A thread that sleeps until the next
//! division wakes up 20 to 60 µs late, and may do so on the core of another one. So as many threads as there are, less one, look
//! for offers for a while before they sleep:
//!
//! ```text
//! join(first, second):
//!     let other threads of the pool serve, unless they do
//!     offer `second`, and run `first` meanwhile
//!
//! a thread that serves:
//!     until there has been nothing to do for PATIENCE:
//!         run an offer, or other work of the pool
//! ```
//!
//! The caller need not belong to the pool: `fit` on the main thread is one of the threads.

extern crate std;

use core::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use rayon::Yield;
pub use rayon::current_num_threads as threads;

use super::offers::{PATIENCE, offering, pause, serve};

/// Number of threads that serve, or will as soon as their pool has time.
static SERVING: AtomicUsize = AtomicUsize::new(0);

/// Number of looks at the offers for each look at the other work of the pool.
const LOOKS: usize = 16;

/// Runs both functions, on any two threads: that of the caller, and those of rayon's current pool.
pub fn join<A, B: Send>(first: impl FnOnce() -> A, second: impl FnOnce() -> B + Send) -> (A, B) {
    let others = threads() - 1;
    if others == 0 {
        return (first(), second());
    }
    while SERVING.load(Ordering::Relaxed) < others {
        SERVING.fetch_add(1, Ordering::Relaxed);
        rayon::spawn(serve_for_a_while);
    }
    offering(first, second)
}

/// Runs offers and other work of the pool until there has been none for a while.
fn serve_for_a_while() {
    let mut end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        let is_served = (0..LOOKS).any(|_| {
            let is_served = serve();
            if !is_served {
                pause();
            }
            is_served
        });
        if is_served || matches!(rayon::yield_now(), Some(Yield::Executed)) {
            end = Instant::now() + PATIENCE;
        }
    }
    SERVING.fetch_sub(1, Ordering::Relaxed);
}
