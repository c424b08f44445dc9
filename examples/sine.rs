//! The tutorial's network, 1-10-10-1 with `relu`, learns `sin` on `[0, 2π]` from 1,000 points.
//!
//!     cargo run --release --example sine
//!
//! Draws the model against `sin` before and after training, and the loss over the epochs.

use std::error::Error;
use std::f32::consts::TAU;
use std::time::Instant;

use mlp::plot::Plot;
use mlp::prelude::*;
use nalgebra::DVector;

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let epochs = if quick { 200 } else { 10_000 };
    let verbose = if quick { Verbose::Silent } else { Verbose::Auto };
    let x = linspace(0.0, TAU, 1000);
    let y = x.map(f32::sin);

    let network = sequential![Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1)];
    println!("{}", network.summary());
    draw("Untrained", &x, &y, &network.predict(&x)?, "pictures/sine-untrained.png")?;

    let mut model = network.compile(Adam::new(1e-3), MeanSquaredError);
    let start = Instant::now();
    let history = model.fit(&x, &y, Fit::new().epochs(epochs).batch_size(1000).verbose(verbose))?;
    let seconds = start.elapsed().as_secs_f64();

    draw("Trained", &x, &y, &model.predict(&x)?, "pictures/sine-trained.png")?;
    Plot::new("Loss")
        .x_label("epoch")
        .y_label("mean squared error")
        .log_y()
        .line("loss", 1..=history.epochs(), history.loss())
        .save("pictures/sine-loss.png")?;

    println!("{epochs} epochs in {seconds:.2} s, {:.1} µs a step", seconds * 1e6 / epochs as f64);
    println!("final loss: {:.3e}", model.evaluate(&x, &y)?.loss);
    println!("pictures/sine-untrained.png, pictures/sine-trained.png, pictures/sine-loss.png");
    Ok(())
}

/// Draws the model's predictions next to the sine.
fn draw(
    title: &str,
    x: &DVector<f32>,
    y: &DVector<f32>,
    model: &DVector<f32>,
    path: &str,
) -> Result<(), Box<dyn Error>> {
    Plot::new(title).x_label("x").y_label("y").line("sin(x)", x, y).line("model", x, model).save(path)?;
    Ok(())
}
