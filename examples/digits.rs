//! Handwritten digits, 8 by 8 pixels: a network of 64-64-10 reads those it has never seen.
//!
//!     cargo run --release --example digits
//!     cargo run --release --example digits -- --seeds 10      # how much of the result is luck
//!     cargo run --release --example digits -- --python python3    # the same beside scikit-learn, in one run
//!
//! A quarter of the 1,797 digits is kept for the test. It draws the training, and which digits are taken for which.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use mlp::data::{Batch, Split, Tensor, sparse_targets, train_test_split};
use mlp::plot::{Confusion, Curves};
use mlp::prelude::*;
use nalgebra::DVector;

sequential! {
    /// Gives a logit for each digit.
    struct Digits {
        Rescaling(64, scale = 1.0 / 16.0),
        Dense(64 => 64, relu, init = he_uniform),
        Dense(64 => 10),
    }
}

/// Images and the digits they show.
struct Samples {
    images: Batch<f32, 64>,
    digits: DVector<f32>,
}

/// What a training gives, by this library or another.
struct Trained {
    accuracy: f64,
    seconds: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data");
    let images = Tensor::read_idx(format!("{folder}/digits-images-idx3-ubyte.gz"))?.matrix::<f32, 64>()?;
    let labels = Tensor::read_idx(format!("{folder}/digits-labels-idx1-ubyte.gz"))?.labels()?;
    let digits = sparse_targets::<f32>(&labels);

    let words: Vec<String> = std::env::args().skip(1).collect();
    let (epochs, seeds, python) = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => (60, 1, None),
        ["--quick"] => (3, 1, None),
        ["--seeds", seeds] => (60, seeds.parse()?, None),
        ["--python", python] => (60, 10, Some(*python)),
        _ => return Err("unknown options: --quick, --seeds 10, --python python3".into()),
    };
    let mut scikit_learn = python.map(ScikitLearn::start).transpose()?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for seed in 0..seeds {
        let split = Split::new().test_size(0.25).seed(seed).stratify(&labels);
        let (_, rows) = split.indices(labels.len())?;
        let ((x, y), (x_test, y_test)) = train_test_split((&images, &digits), split)?;
        let (training, test) = (Samples { images: x, digits: y }, Samples { images: x_test, digits: y_test });
        ours.push(run(seed, epochs, &training, &test, seeds == 1)?);
        if let Some(peer) = &mut scikit_learn {
            theirs.push(peer.run(seed, epochs, &rows)?);
        }
    }
    summarize("accuracy on digits never seen", &mut ours);
    if !theirs.is_empty() {
        summarize("scikit-learn", &mut theirs);
        let seconds = |all: &[Trained]| all.iter().map(|one| one.seconds).sum::<f64>();
        println!("this library takes {:.3} of the time", seconds(&ours) / seconds(&theirs));
    }
    Ok(())
}

fn summarize(name: &str, all: &mut [Trained]) {
    all.sort_by(|one, other| one.accuracy.total_cmp(&other.accuracy));
    let [median, least, most] = [all.len() / 2, 0, all.len() - 1].map(|rank| all[rank].accuracy);
    let mean = all.iter().map(|one| one.accuracy).sum::<f64>() / all.len() as f64;
    println!("{name}: mean {mean:.4}, median {median:.4}, from {least:.4} to {most:.4}");
}

/// Trains on the one, and looks how many of the other are recognized.
fn run(seed: u64, epochs: usize, training: &Samples, test: &Samples, draw: bool) -> Result<Trained, Box<dyn Error>> {
    let network = Digits::new(seed);
    if draw {
        println!("{}", network.summary());
    }
    let mut model =
        network.compile(Adam::new(1e-3), SparseCategoricalCrossentropy).metrics((SparseCategoricalAccuracy,));
    let fit = Fit::epochs(epochs).batch_size(32).seed(seed).verbose(Verbose::Silent);
    let start = Instant::now();
    let history = if draw {
        // A curve of what has not been seen, too.
        model.fit(&training.images, &training.digits, fit.validation_data(&test.images, &test.digits))?
    } else {
        model.fit(&training.images, &training.digits, fit)?
    };
    let seconds = start.elapsed().as_secs_f64();
    let evaluation = model.evaluate(&test.images, &test.digits)?;
    let accuracy = evaluation.metrics[0].1;
    println!("seed {seed}: {epochs} epochs in {seconds:.2} s, loss {:.4}, accuracy {accuracy:.4}", evaluation.loss);
    if draw {
        Curves::new("Digits", &history).save("pictures/digits-training.png")?;
        let counts = confusion_matrix(&model.predict(&test.images)?, test.digits.as_slice());
        Confusion::new("Digits never seen", &counts).save("pictures/digits-confusion.png")?;
        println!("pictures/digits-training.png, pictures/digits-confusion.png");
    }
    Ok(Trained { accuracy, seconds })
}

/// `digits.py` at work: the same network on the same digits, trained with the same optimizer in batches of the same size.
struct ScikitLearn(Child);

impl ScikitLearn {
    fn start(python: &str) -> Result<Self, Box<dyn Error>> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/digits.py");
        Ok(Self(Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?))
    }

    fn run(&mut self, seed: u64, epochs: usize, test: &[usize]) -> Result<Trained, Box<dyn Error>> {
        let (Some(input), Some(output)) = (&mut self.0.stdin, &mut self.0.stdout) else {
            return Err("no connection to Python".into());
        };
        let rows: String = test.iter().map(|row| format!(" {row}")).collect();
        writeln!(input, "{seed} {epochs}{rows}")?;
        let mut answer = String::new();
        BufReader::new(output).read_line(&mut answer)?;
        let numbers: Vec<f64> = answer.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        let &[accuracy, seconds] = numbers.as_slice() else { return Err("digits.py did not answer".into()) };
        println!("seed {seed}, scikit-learn: {epochs} epochs in {seconds:.2} s, accuracy {accuracy:.4}");
        Ok(Trained { accuracy, seconds })
    }
}
