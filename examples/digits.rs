//! Handwritten digits of 8 by 8 pixels, classified by a network of 64-64-10.
//!
//!     cargo run --release --example digits
//!
//! The images are MNIST files. A quarter of the 1,797 digits is kept for the test. Draws the training curves and a
//! confusion matrix. `digits.py` trains the same network with scikit-learn.

use std::error::Error;
use std::time::Instant;

use mlp::data::{Split, Tensor, train_test_split};
use mlp::plot::{Confusion, Curves};
use mlp::prelude::*;

sequential! {
    /// Returns a logit for each digit. Expects pixels from 0 to 16.
    struct Digits {
        Rescaling(64, scale = 1.0 / 16.0),
        Dense(64 => 64, relu, init = he_uniform),
        Dense(64 => 10),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let epochs = if quick { 3 } else { 60 };

    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data");
    let images = Tensor::read_idx(format!("{folder}/digits-images-idx3-ubyte.gz"))?.matrix::<f32, 64>()?;
    let labels = Tensor::read_idx(format!("{folder}/digits-labels-idx1-ubyte.gz"))?.labels()?;
    let split = Split::new().test_size(0.25).seed(0).stratify(&labels);
    let ((x, y), (x_test, y_test)) = train_test_split((&images, &labels), split)?;

    let network = Digits::new(0);
    println!("{}", network.summary());
    let mut model =
        network.compile(Adam::new(1e-3), SparseCategoricalCrossentropy::new()).metrics(SparseCategoricalAccuracy);
    let fit = Fit::new().epochs(epochs).batch_size(32).validation_data(&x_test, &y_test).verbose(Verbose::Silent);
    let start = Instant::now();
    let history = model.fit(&x, &y, fit)?;
    println!("{epochs} epochs in {:.2} s, with the test set evaluated after each", start.elapsed().as_secs_f64());

    let evaluation = model.evaluate(&x_test, &y_test)?;
    println!("on the test set: {evaluation}");

    Curves::new("Digits", &history).save("pictures/digits-training.png")?;
    let counts = confusion_matrix(&model.predict(&x_test)?, &y_test);
    Confusion::new("Test set", &counts).save("pictures/digits-confusion.png")?;
    println!("pictures/digits-training.png, pictures/digits-confusion.png");
    Ok(())
}
