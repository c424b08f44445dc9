//! A long run: memory and open files stay constant, and no kill loses a training.
//!
//!     cargo run --release --example soak -- --minutes 60
//!
//! Each round trains a network in a child process, kills that within a random time, resumes its checkpoint, and predicts,
//! saves, loads, and exports. Every minute the memory and the number of open files are printed (Linux only). At the
//! end they are compared with those after the first rounds.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use mlp::prelude::*;

sequential! {
    struct Net {
        Dense(8 => 64, relu),
        BatchNormalization(64),
        Dropout(64, rate = 0.1),
        Dense(64 => 3),
    }
}

/// Rounds after which buffers of the allocator have their final size.
const WARM_UP: u64 = 50;
/// Accepted growth of the memory after the warm-up, in kB.
const GROWTH: u64 = 2048;

type Model = Compiled<Net, Adam, MeanSquaredError>;

fn compiled() -> Model {
    Net::new(0).compile(Adam::new(CosineDecay::new(1e-3, 100_000)).global_clipnorm(1.0), MeanSquaredError)
}

fn data() -> (Vec<[f32; 8]>, Vec<[f32; 3]>) {
    let x = (0..256).map(|row| std::array::from_fn(|column| ((row * (column + 1)) as f32).sin())).collect();
    let y = (0..256).map(|row| std::array::from_fn(|column| ((row + column) as f32).cos())).collect();
    (x, y)
}

/// Trains until the process is killed.
fn train_for_ever(checkpoint: &Path) -> Result<(), Box<dyn Error>> {
    let (x, y) = data();
    let mut model = compiled();
    let epochs = if checkpoint.exists() { model.load(checkpoint)? } else { 0 };
    let callback = ModelCheckpoint::new(&checkpoint.to_string_lossy()).resumable();
    model.fit(
        &x,
        &y,
        Fit::new().epochs(usize::MAX).initial_epoch(epochs).callback(callback).verbose(Verbose::Silent),
    )?;
    Ok(())
}

/// Kills a training and resumes it. Returns the number of its epochs.
fn round(folder: &Path, random: &mut Rng) -> Result<usize, Box<dyn Error>> {
    let checkpoint = folder.join("checkpoint.safetensors");
    let mut child = Command::new(env::current_exe()?).arg("--child").arg(&checkpoint).stdout(Stdio::null()).spawn()?;
    // Most kills meet a running training, some an empty process.
    while !checkpoint.exists() && child.try_wait()?.is_none() {
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(Duration::from_micros(random.below(100_000) as u64));
    child.kill()?;
    child.wait()?;

    let (x, y) = data();
    let mut model = compiled();
    let epochs = model.load(&checkpoint)?;
    let callback = ModelCheckpoint::new(&checkpoint.to_string_lossy()).resumable();
    let logs = (CsvLogger::new(folder.join("log.csv")), TensorBoard::new(folder.join("tensorboard")));
    let fit = Fit::new().epochs(epochs + 1).initial_epoch(epochs).validation_split(0.2).verbose(Verbose::Silent);
    model.fit(&x, &y, fit.callback((callback, logs)))?;
    let predictions = model.predict(&x)?;
    let weights = folder.join("weights.safetensors");
    model.save_weights(&weights)?;
    let mut other = Net::new(1);
    other.load_weights(&weights)?;
    if other.predict(&x)? != predictions {
        return Err("a loaded network predicts other values".into());
    }
    model.save_onnx(folder.join("net.onnx"))?;
    fs::remove_dir_all(folder.join("tensorboard"))?;
    // Errors hold no files or memory either.
    let fails = model.load(folder.join("none")).is_err() && other.load_weights(folder.join("net.onnx")).is_err();
    if fails { Ok(epochs) } else { Err("a file without weights is loaded".into()) }
}

/// Returns the memory of this process in kB, and the number of its open files.
fn usage() -> Option<(u64, usize)> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let memory = memory.split_whitespace().next()?.parse().ok()?;
    Some((memory, fs::read_dir("/proc/self/fd").ok()?.count()))
}

fn soak(folder: &Path, duration: Duration) -> Result<(), Box<dyn Error>> {
    let (start, mut random) = (Instant::now(), Rng::new(0));
    let (mut rounds, mut epochs, mut minute, mut first) = (0, 0, 0, None);
    while start.elapsed() < duration || rounds < 2 {
        let done = round(folder, &mut random)?;
        if done < epochs {
            return Err(format!("the checkpoint went back from epoch {epochs} to {done}").into());
        }
        (rounds, epochs) = (rounds + 1, done);
        if rounds == WARM_UP {
            first = usage();
        }
        if start.elapsed().as_secs() / 60 >= minute {
            minute += 1;
            println!("{:>5} s: {rounds} rounds, epoch {epochs}, kB and files {:?}", start.elapsed().as_secs(), usage());
        }
    }
    println!(
        "{rounds} rounds, {rounds} kills, {epochs} epochs; after {WARM_UP} rounds {first:?}, at the end {:?}",
        usage()
    );
    match first.zip(usage()) {
        Some(((before, files), (after, open))) if after > before + GROWTH || open != files => {
            Err("the process has grown".into())
        }
        _ => Ok(()),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("--child") => return train_for_ever(&PathBuf::from(&arguments[2])),
        _ => println!("each line: kB of memory and open files"),
    }
    let minutes = arguments.iter().position(|argument| argument == "--minutes");
    let minutes: u64 = minutes.and_then(|index| arguments.get(index + 1)?.parse().ok()).unwrap_or(0);
    let folder = env::temp_dir().join(format!("mlp-soak-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let result = soak(&folder, Duration::from_secs(60 * minutes));
    fs::remove_dir_all(&folder)?;
    result
}
