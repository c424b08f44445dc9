//! The peer's side of the protocol.
//!
//! The runner starts `peer W1`. The peer prints `ready CHECK STEPS VERSION` when it is warm, or `no REASON`. Then it answers
//! each line `block` with the microseconds per step, until its input ends. CHECK is the loss after [`CHECKED_STEPS`] steps, or
//! the first output of a prediction: it shows that all peers do the same work. STEPS is the number of steps in a block.

use std::env;
use std::io::{self, BufRead, Write};
use std::time::{Duration, Instant};

use crate::workload::{Task, Workload, workload};

/// Steps from the initial weights after which the loss is checked.
pub const CHECKED_STEPS: usize = 50;

/// A library that runs the steps of a workload.
pub trait Peer {
    /// Runs `steps` steps.
    fn run(&mut self, steps: usize);

    /// Returns the loss of the current weights, or, for inference, the first output for the first sample.
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

/// Runs the workload that the command line names.
pub fn serve<P: Peer>(version: &str, peer: impl FnOnce(&'static Workload) -> P) {
    let name = env::args().nth(1).unwrap_or_default();
    let Some(workload) = workload(&name) else { decline(&format!("unknown workload `{name}`")) };
    let mut peer = peer(workload);
    if workload.task == Task::Training {
        peer.run(CHECKED_STEPS);
    }
    let check = peer.check();
    let steps = calibrate(|steps| peer.run(steps));
    print_line(&format!("ready {check:.6} {steps} {version}"));
    for line in io::stdin().lock().lines() {
        match line.as_deref() {
            Ok("block") => print_line(&format!("{:.6}", time(|| peer.run(steps)).as_secs_f64() * 1e6 / steps as f64)),
            _ => break,
        }
    }
}

/// Reports to the runner why there will be no results, and exits.
pub fn decline(reason: &str) -> ! {
    print_line(&format!("no {reason}"));
    std::process::exit(0)
}

/// Returns the number of steps in a block of `BLOCK_MILLISECONDS` (default 150). Also warms up.
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

fn print_line(line: &str) {
    let mut stdout = io::stdout().lock();
    // The runner may have closed the pipe.
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}
