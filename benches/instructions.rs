//! Instructions of one training step and of single predictions, compared with stored counts:
//! `cargo bench --bench instructions`. The gate fails if one takes 3% more than stored.
//!
//! The program runs itself under callgrind (`apt-get install -y valgrind`) with two numbers of steps; the difference,
//! divided by the steps, is the count of one step without the start of the program. The instruction set is AVX2, because
//! valgrind has no AVX-512, so the count is the same on every processor. It depends on the version of the compiler, which
//! is stored with the counts in `instructions.txt`; with another one, the comparison is skipped with a message.
//!
//! `-- --update` writes the counts again, `-- --json` prints one object per line.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use mlp::kernels::InstructionSet;
use mlp::prelude::*;
use nalgebra::{Const, Dyn, OMatrix, SVector};

sequential! { struct W1 { Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1) } }
sequential! { struct W3 { Dense(17 => 64, tanh), Dense(64 => 64, tanh), Dense(64 => 6) } }

/// Names of the workloads of `speed`, and the numbers of steps of the two runs.
const WORKLOADS: [(&str, [u64; 2]); 3] = [("W1", [20, 120]), ("I1", [1_000, 11_000]), ("I3", [1_000, 11_000])];

/// Largest accepted ratio of a count to the stored one.
const TOLERANCE: f64 = 1.03;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--run", workload, steps] => run(workload, steps.parse().expect("a number of steps")),
        _ => compare(&words),
    }
}

/// Runs some steps of a workload, with AVX2.
fn run(workload: &str, steps: usize) {
    InstructionSet::Avx2.select().expect("`compare` has checked it");
    match workload {
        "W1" => train(steps),
        "I1" => predict(W1::new(0), steps),
        _ => predict(W3::new(0), steps),
    }
}

fn train(steps: usize) {
    let x = OMatrix::<f32, Dyn, Const<1>>::from_fn(1000, |row, _| (row * 31 % 97) as f32 / 97.0);
    let y = x.map(f32::sin);
    let mut model = W1::new(0).compile(Adam::default(), MeanSquaredError);
    let fit = Fit::new().epochs(steps).batch_size(1000).verbose(Verbose::Silent);
    black_box(model.fit(&x, &y, fit).expect("the data is finite"));
}

/// Predicts samples that depend on the previous prediction.
fn predict<N, const IN: usize, const OUT: usize>(network: Box<N>, steps: usize)
where
    N: Network<Scalar = f32, Input = Features<IN>, Output = Features<OUT>>,
{
    let model = network.compile(Adam::default(), MeanSquaredError);
    let mut sample = SVector::<f32, IN>::from_fn(|feature, _| feature as f32 / IN as f32);
    for _ in 0..steps {
        sample[0] = model.predict_one(sample)[0] * 1e-3;
    }
    black_box(sample);
}

/// Counts, and compares with the stored counts or writes them.
///
/// # Panics
/// If a workload takes more instructions than allowed.
fn compare(words: &[String]) {
    let asked = |word: &str| words.iter().any(|other| other == word);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions.txt");
    let compiler = output(Command::new("rustc").arg("--version"));
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    let entry = |name: &str| stored.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    if let Some(reason) = obstacle(&compiler, entry("compiler"), asked("--update")) {
        return println!("!! SKIPPED: {reason}; instructions are not compared");
    }
    let mut text = format!("compiler: {compiler}\n");
    let mut slower = Vec::new();
    for (name, steps) in WORKLOADS {
        let [few, many] = steps.map(|steps| count(name, steps));
        let instructions = (many - few) / (steps[1] - steps[0]);
        let _ = writeln!(text, "{name}: {instructions}");
        let known = entry(name).and_then(|entry| entry.parse::<f64>().ok()).unwrap_or(f64::NAN);
        let ratio = instructions as f64 / known;
        if asked("--json") {
            println!("{{\"workload\":\"{name}\",\"instructions\":{instructions},\"ratio\":{ratio:.4}}}");
        } else {
            println!("{name}: {instructions} instructions, {ratio:.3} of the stored count");
        }
        if ratio.is_nan() || ratio > TOLERANCE {
            slower.push(name);
        }
    }
    if asked("--update") {
        std::fs::write(&path, text).expect("the counts can be written");
    } else {
        let names = slower.join(", ");
        assert!(
            slower.is_empty(),
            "{names}: more than 3% above benches/instructions.txt; if so intended, `-- --update`"
        );
    }
}

/// Returns why instructions cannot be compared on this machine, if so.
fn obstacle(compiler: &str, stored: Option<&str>, update: bool) -> Option<String> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Some("there is no valgrind".into());
    }
    if InstructionSet::widest() < InstructionSet::Avx2 {
        return Some("the processor has no AVX2".into());
    }
    let same = update || stored == Some(compiler);
    (!same).then(|| format!("{compiler} is not the compiler of the counts, {}", stored.unwrap_or("unknown")))
}

/// Returns the instructions of a run of this program.
fn count(workload: &str, steps: u64) -> u64 {
    let program = std::env::current_exe().expect("the program has a path");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program);
    let result = command.args(["--run", workload, &steps.to_string()]).output().expect("valgrind starts");
    let report = String::from_utf8_lossy(&result.stderr);
    assert!(result.status.success(), "{report}");
    let collected = report.lines().find_map(|line| line.split_once("Collected : "));
    collected.and_then(|(_, count)| count.trim().parse().ok()).unwrap_or_else(|| panic!("no count in {report}"))
}

fn output(command: &mut Command) -> String {
    let output = command.output().expect("the command starts");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
