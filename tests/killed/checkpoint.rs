//! A process that is killed while it writes checkpoints leaves a complete one, and at most one temporary file.

// On other systems, a temporary file is removed only after an hour.
#![cfg(target_os = "linux")]

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use mlp::prelude::*;

sequential! { struct Net { Dense(200 => 300), Dense(300 => 100) } }

type Model = Compiled<Net, Adam, MeanSquaredError>;

/// Number of processes that are killed.
const ROUNDS: u64 = 40;
/// Number of checkpoints that each process tries to write.
const WRITES: u64 = 200;
/// Environment variables of the child process: path of the checkpoint, way of writing it, first value.
const TASK: [&str; 3] = ["MLP_TEST_CHECKPOINT", "MLP_TEST_WAY", "MLP_TEST_FIRST"];

fn compiled() -> Model {
    Net::new(0).compile(Adam::default(), MeanSquaredError)
}

/// Sets every parameter to the number of the write, so that a mixture of two writes is detected.
fn mark(network: &mut Net, number: u64) {
    network.as_mut_slice().fill(number as f32);
}

struct Mark(u64);

impl Callback<Net> for Mark {
    fn on_epoch_end(&mut self, training: &mut Training<'_, Net>) -> CallbackResult {
        let number = self.0 + training.epoch() as u64;
        mark(training.network, number);
        Ok(())
    }
}

struct Report(u64);

impl Callback<Net> for Report {
    fn on_epoch_end(&mut self, training: &mut Training<'_, Net>) -> CallbackResult {
        println!("written {}", self.0 + training.epoch() as u64);
        Ok(())
    }
}

/// Runs in the child process that is killed. Does nothing without the environment variables.
#[test]
fn writes_checkpoints() {
    let [Ok(path), Ok(way), Ok(first)] = TASK.map(env::var) else { return };
    let first = first.parse().expect("a number");
    let mut model = compiled();
    if way == "callback" {
        let (x, y) = ([[0.0_f32; 200]; 2], [[0.0_f32; 100]; 2]);
        let fit = Fit::new().epochs(WRITES as usize).verbose(Verbose::Silent).callback(Mark(first));
        let fit = fit.callback(ModelCheckpoint::new(&path).resumable()).callback(Report(first));
        model.fit(&x[..], &y[..], fit).expect("files can be written");
        return;
    }
    for number in first..first + WRITES {
        mark(&mut model, number);
        let moments: [&mut Net; 2] = model.optimizer_state_mut().state().values();
        moments.into_iter().for_each(|moment| mark(moment, number));
        model.save(&path).expect("the file can be written");
        println!("written {number}");
    }
}

fn child(path: &Path, way: &str, first: u64) -> Child {
    let mut command = Command::new(env::current_exe().expect("a path"));
    command.args(["--exact", "checkpoint::writes_checkpoints", "--nocapture"]).stdout(Stdio::piped());
    let values = [path.to_str().expect("text"), way, &first.to_string()].map(str::to_owned);
    command.envs(TASK.into_iter().zip(values)).spawn().expect("a process")
}

/// Returns the last value that the child reported.
fn last_reported(text: &str) -> Option<u64> {
    text.lines().filter_map(|line| line.rsplit_once("written ")?.1.parse().ok()).next_back()
}

/// Returns the value that all parameters of a complete checkpoint have.
fn read(path: &Path, way: &str) -> u64 {
    let mut model = compiled();
    model.load(path).expect("a complete file");
    let number = model.as_slice()[0];
    assert!(model.as_slice().iter().all(|&other| other == number), "two writes in one file");
    if way != "callback" {
        let moments = model.optimizer_state_mut().state().storage().as_slice();
        assert!(moments.iter().flat_map(|moment| moment.as_slice()).all(|&other| other == number), "two writes");
    }
    number as u64
}

fn unfinished(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path());
    files.filter(|file| file.to_string_lossy().ends_with(".tmp")).collect()
}

#[test]
fn a_killed_process_leaves_a_complete_checkpoint() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("checkpoint_killed");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("model.safetensors");
    let (mut rng, mut killed_within, mut kept) = (Rng::new(0), 0, 0);
    for round in 0..ROUNDS {
        let (way, first) = (if round % 2 == 0 { "save" } else { "callback" }, 1 + 1000 * round);
        let mut process = child(&path, way, first);
        let mut output = BufReader::new(process.stdout.take().expect("a pipe"));
        let (mut text, start) = (String::new(), Instant::now());
        while last_reported(&text).is_none() {
            assert!(output.read_line(&mut text).expect("a line") > 0, "{text}");
        }
        if round % 4 < 2 {
            // The first write is a part of this time.
            thread::sleep(start.elapsed().min(Duration::from_millis(200)).mul_f64(3.0 * rng.uniform()));
        } else {
            let late = Instant::now() + Duration::from_secs(10);
            while unfinished(&folder).is_empty() && Instant::now() < late {}
            thread::sleep(Duration::from_millis(1).mul_f64(rng.uniform()));
        }
        process.kill().expect("a signal");
        process.wait().expect("an end");
        output.read_to_string(&mut text).expect("text");
        let (reported, found) = (last_reported(&text).expect("a first one"), read(&path, way));
        assert!(found == reported || found == reported + 1, "{reported} was reported, but the file has {found}");
        let left = unfinished(&folder).len();
        assert!(left <= 1, "round {round}: {:?}", unfinished(&folder));
        killed_within += left;
        kept += usize::from(reported < first + WRITES - 1);
    }
    assert!(killed_within > 0, "no process was killed during a write");
    assert!(kept > 0, "every process finished");
    compiled().save(&path).expect("the file can be written");
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 1, "only the checkpoint is left");
    println!("{killed_within} of {ROUNDS} processes were killed during a write, {kept} before their last write");
}
