//! Handwritten digits, 8 by 8 pixels: a network of 64-64-10 reads those it has never seen.
//!
//!     cargo run --release --example digits
//!     cargo run --release --example digits -- --seeds 10      # how much of the result is luck
//!
//! A quarter of the 1,797 digits is kept for the test. It draws the training, and which digits are taken for which.

use std::error::Error;
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

fn main() -> Result<(), Box<dyn Error>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data");
    let images = Tensor::read_idx(format!("{folder}/digits-images-idx3-ubyte.gz"))?.matrix::<f32, 64>()?;
    let labels = Tensor::read_idx(format!("{folder}/digits-labels-idx1-ubyte.gz"))?.labels()?;
    let digits = sparse_targets::<f32>(&labels);

    let words: Vec<String> = std::env::args().skip(1).collect();
    let (epochs, seeds) = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => (60, 1),
        ["--quick"] => (3, 1),
        ["--seeds", seeds] => (60, seeds.parse()?),
        _ => return Err("unknown options: --quick, --seeds 10".into()),
    };
    let mut accuracies = Vec::new();
    for seed in 0..seeds {
        let split = Split::test_size(0.25).seed(seed).stratify(&labels);
        let ((x, y), (x_test, y_test)) = train_test_split((&images, &digits), split)?;
        let (training, test) = (Samples { images: x, digits: y }, Samples { images: x_test, digits: y_test });
        accuracies.push(run(seed, epochs, &training, &test, seeds == 1)?);
    }
    accuracies.sort_by(f64::total_cmp);
    println!(
        "accuracy on digits never seen: median {:.4}, from {:.4} to {:.4}",
        accuracies[accuracies.len() / 2],
        accuracies[0],
        accuracies[accuracies.len() - 1],
    );
    Ok(())
}

/// Trains on the one, and gives the accuracy on the other.
fn run(seed: u64, epochs: usize, training: &Samples, test: &Samples, draw: bool) -> Result<f64, Box<dyn Error>> {
    let network = Digits::new(seed);
    if draw {
        println!("{}", network.summary());
    }
    let mut model =
        network.compile(Adam::new(1e-3), SparseCategoricalCrossentropy).metrics((SparseCategoricalAccuracy,));
    let fit = Fit::epochs(epochs).batch_size(32).seed(seed).verbose(Verbose::Silent);
    let start = Instant::now();
    let history = model.fit(&training.images, &training.digits, fit.validation_data(&test.images, &test.digits))?;
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
    Ok(accuracy)
}
