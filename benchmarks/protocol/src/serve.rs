//! A peer's side of the talk.
//!
//! The runner starts `peer W1`. The peer answers `ready CHECK BLOCK VERSION` when it is warm, or `no REASON`. Then each
//! line `block` from the runner is answered with the microseconds of one step, until the runner hangs up. CHECK is the
//! loss after [`CHECKED_STEPS`] steps, or the first output of a prediction, so that one sees that all do the same work;
//! BLOCK is the number of steps in a block.

use std::env;
use std::io::{self, BufRead, Write};
use std::time::{Duration, Instant};

use crate::workload::{Task, Workload, workload};

/// The loss of the check is the loss after so many steps from the starting weights.
pub const CHECKED_STEPS: usize = 50;

/// A library that can do the steps of a workload.
pub trait Peer {
    /// Does so many steps.
    fn run(&mut self, steps: usize);

    /// After training: the loss of the weights as they are. Else: the first output for the first sample.
    fn check(&mut self) -> f64;
}

impl<P: Peer + ?Sized> Peer for Box<P> {
    fn run(&mut self, steps: usize) {
        (**self).run(steps);
    }

    fn check(&mut self) -> f64 {
        (**self).check()
    }
}

/// Serves the workload that the command line names.
pub fn serve<P: Peer>(version: &str, peer: impl FnOnce(&'static Workload) -> P) {
    let name = env::args().nth(1).unwrap_or_default();
    let Some(workload) = workload(&name) else { decline(&format!("knows no workload `{name}`")) };
    let mut peer = peer(workload);
    if workload.task == Task::Training {
        peer.run(CHECKED_STEPS);
    }
    let check = peer.check();
    let steps = calibrate(|steps| peer.run(steps));
    say(&format!("ready {check:.6} {steps} {version}"));
    for line in io::stdin().lock().lines() {
        match line.as_deref() {
            Ok("block") => say(&format!("{:.6}", time(|| peer.run(steps)).as_secs_f64() * 1e6 / steps as f64)),
            _ => break,
        }
    }
}

/// Tells the runner why there will be no figures, and ends.
pub fn decline(reason: &str) -> ! {
    say(&format!("no {reason}"));
    std::process::exit(0)
}

/// How many steps last as long as a block should: `BLOCK_MILLISECONDS`, 150 if it is not set. This is the warm-up too.
fn calibrate(mut run: impl FnMut(usize)) -> usize {
    let wanted = env::var("BLOCK_MILLISECONDS").ok().and_then(|value| value.parse().ok()).unwrap_or(150);
    let wanted = Duration::from_millis(wanted);
    let mut steps = 1;
    loop {
        let elapsed = time(|| run(steps));
        if elapsed >= wanted {
            return steps;
        }
        let missing = wanted.as_secs_f64() / elapsed.as_secs_f64().max(1e-9);
        steps = (steps as f64 * missing.clamp(1.2, 10.0)).ceil() as usize;
    }
}

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

fn say(line: &str) {
    let mut stdout = io::stdout().lock();
    // A runner that hung up wants no answer.
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}
