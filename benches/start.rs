//! Size of a program with a network, and time to its first prediction: `cargo bench --bench start`.
//!
//! The network is the sine's, 1-10-10-1. The time is that of a whole process with one prediction, from its creation to its
//! end; an empty program shows the operating system's share. Programs run in turn; every time is a median. `-- --json` prints
//! one object per line, `-- --quick` starts each program a few times.

mod scratch;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use scratch::{SINE, Scratch};

/// A program that only predicts.
const PREDICTION: &str = r#"use mlp::prelude::*;

sequential! { struct SineNet { Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1) } }

fn main() {
    println!("{}", SineNet::new(7).predict_one([1.5])[0]);
}
"#;

const EMPTY: &str = "fn main() {}";

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let asked = |word: &str| words.iter().any(|other| other == word);
    let (json, starts) = (asked("--json"), if asked("--quick") { 10 } else { 1001 });
    let scratch = Scratch::new("start");
    let programs = [("empty program", EMPTY), ("prediction", PREDICTION), ("prediction and training", SINE)];
    let built = programs.map(|(name, text)| (name, build(&scratch, name, text)));
    let times = start_in_turns(&built.each_ref().map(|(_, program)| program.as_path()), starts);
    for ((name, program), milliseconds) in built.iter().zip(times) {
        let megabytes = fs::metadata(program).expect("it was built").len() as f64 / 1e6;
        if json {
            println!("{{\"program\":\"{name}\",\"stripped_mb\":{megabytes:.3},\"start_ms\":{milliseconds:.3}}}");
        } else {
            println!("{name:24} {megabytes:6.3} MB stripped {milliseconds:8.3} ms from start to end");
        }
    }
}

/// Builds a program and keeps a copy of the executable.
fn build(scratch: &Scratch, name: &str, text: &str) -> PathBuf {
    scratch.write(text);
    scratch.build(true);
    let kept = scratch.target().join(name.replace(' ', "_"));
    let program = scratch.target().join("release").join(format!("scratch{}", std::env::consts::EXE_SUFFIX));
    fs::copy(program, &kept).expect("the target directory can be written");
    kept
}

/// Runs the programs in turn and returns the median milliseconds of each.
fn start_in_turns<const N: usize>(programs: &[&Path; N], starts: usize) -> [f64; N] {
    let mut times = [const { Vec::new() }; N];
    for _ in 0..starts {
        for (times, program) in times.iter_mut().zip(programs) {
            let start = Instant::now();
            let status = Command::new(program).stdout(Stdio::null()).status();
            times.push(1e3 * start.elapsed().as_secs_f64());
            assert!(status.expect("the program starts").success());
        }
    }
    times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    })
}
