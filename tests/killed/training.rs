//! A training whose process is killed resumes from its last checkpoint and ends with the same weights.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use mlp::prelude::*;

sequential! {
    struct Trained { Dense(2 => 24, tanh), BatchNormalization(24), Dropout(24, rate = 0.2), Dense(24 => 1) }
}

const EPOCHS: usize = 120;
const KILLS: usize = 8;

/// Resumes from the checkpoint if it exists, trains to the last epoch and returns the weights.
fn train(checkpoint: &Path) -> Vec<f32> {
    let x: Vec<[f32; 2]> = (0..60).map(|row| [(row as f32 * 0.7).sin(), (row as f32 * 1.3).cos()]).collect();
    let y: Vec<[f32; 1]> = x.iter().map(|[a, b]| [a * b]).collect();
    let optimizer = Nadam::new(CosineDecay::new(1e-2, 500)).ema(0.9).gradient_accumulation_steps(4);
    let mut model = Trained::new(0).compile(optimizer, MeanSquaredError);
    let done = if checkpoint.exists() { model.load(checkpoint).expect("a whole file") } else { 0 };
    println!("resumed at {done}");
    let fit = Fit::new().epochs(EPOCHS).initial_epoch(done).batch_size(9).seed(1).verbose(Verbose::Silent);
    let callback = ModelCheckpoint::new(checkpoint.to_str().expect("text")).resumable();
    model.fit(&x, &y, fit.callback(callback)).expect("finite data");
    model.as_slice().to_vec()
}

/// Runs in the child process that is killed. Does nothing without the environment variable.
#[test]
fn trains() {
    let Ok(path) = env::var("MLP_TEST_TRAINING") else { return };
    let bytes: Vec<u8> = train(Path::new(&path)).into_iter().flat_map(f32::to_le_bytes).collect();
    fs::write(Path::new(&path).with_extension("end"), bytes).expect("the file can be written");
}

#[test]
fn a_training_that_is_killed_repeatedly_ends_like_one_that_is_not() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("training_killed");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let (path, mut rng, mut killed) = (folder.join("model.safetensors"), Rng::new(1), 0);
    while !path.with_extension("end").exists() {
        let mut command = Command::new(env::current_exe().expect("a path"));
        command
            .args(["--exact", "training::trains", "--nocapture"])
            .env("MLP_TEST_TRAINING", &path)
            .stdout(Stdio::piped());
        let mut process = command.spawn().expect("a process");
        let mut output = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut line = String::new();
        while !line.contains("resumed at") && output.read_line(&mut line).expect("a line") > 0 {}
        let kills = killed < KILLS;
        if kills {
            thread::sleep(Duration::from_millis(40).mul_f64(rng.uniform()));
            process.kill().expect("a signal");
            killed += 1;
        }
        output.read_to_string(&mut line).expect("text");
        process.wait().expect("an end");
        assert!(kills || path.with_extension("end").exists(), "{line}");
    }
    let end = fs::read(path.with_extension("end")).expect("a file");
    let whole: Vec<u8> = train(&folder.join("whole.safetensors")).into_iter().flat_map(f32::to_le_bytes).collect();
    assert!(end == whole, "different weights after the kills");
    println!("killed {killed} times");
}
