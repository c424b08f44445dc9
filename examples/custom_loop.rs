//! A custom training loop: gradients, gradient clipping and optimizer steps, without `compile` and `fit`.
//!
//!     cargo run --release --example custom_loop
//!
//! A network learns `sin` from 256 noisy points. The loop allocates nothing. At the end it prints the derivative of the
//! loss with respect to the inputs.

use std::error::Error;
use std::f32::consts::TAU;

use mlp::prelude::*;

sequential! { struct Sine { Dense(1 => 16, tanh), Dense(16 => 16, tanh), Dense(16 => 1) } }

const POINTS: usize = 256;
const BATCH: usize = 32;
const BATCHES: usize = POINTS / BATCH;
const MAX_NORM: f32 = 1.0;

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let epochs = if quick { 20 } else { 500 };
    let mut rng = Rng::new(0);
    let mut points = noisy_sine(&mut rng);
    let mut x = [[0.0]; BATCH];
    let mut y = [[0.0]; BATCH];

    let mut network = Sine::new(0);
    let mut tape = network.gradient_tape(MeanSquaredError);
    let mut optimizer = OptimizerState::new(Adam::new(CosineDecay::new(1e-2, (epochs * BATCHES) as u64)));
    for epoch in 1..=epochs {
        rng.shuffle(&mut points);
        let mut sum = 0.0;
        for batch in points.chunks_exact(BATCH) {
            for (i, &point) in batch.iter().enumerate() {
                (x[i], y[i]) = point;
            }
            let (loss, gradient) = tape.value_and_gradient(&network, &x, &y)?;
            clip(gradient.as_mut_slice());
            optimizer.step(&mut network, gradient);
            sum += loss;
        }
        if epoch.is_multiple_of(epochs / 10) {
            let mean = sum / BATCHES as f64;
            println!("epoch {epoch:>4}: loss {mean:.3e}, learning rate {:.1e}", optimizer.learning_rate());
        }
    }

    let x: Vec<[f32; 1]> = (0..9).map(|i| [TAU * i as f32 / 8.0]).collect();
    let y: Vec<[f32; 1]> = x.iter().map(|[x]| [x.sin()]).collect();
    let losses = tape.sample_losses(&network, &x, &y)?;
    let (_, derivatives) = tape.input_gradient(&network, &x, &y)?;
    println!("{:>8} {:>10} {:>12}", "x", "loss", "dloss/dx");
    for (i, [x]) in x.iter().enumerate() {
        println!("{x:>8.3} {:>10.2e} {:>12.2e}", losses[i], derivatives[i]);
    }
    Ok(())
}

/// Returns pairs of `x` and `sin(x)` with noise.
fn noisy_sine(rng: &mut Rng) -> Vec<([f32; 1], [f32; 1])> {
    let point = |_| {
        let x = rng.uniform() as f32 * TAU;
        ([x], [x.sin() + 0.05 * rng.normal() as f32])
    };
    (0..POINTS).map(point).collect()
}

/// Scales a gradient down to the norm `MAX_NORM` if it is longer.
fn clip(gradient: &mut [f32]) {
    let norm = gradient.iter().map(|element| element * element).sum::<f32>().sqrt();
    if norm > MAX_NORM {
        gradient.iter_mut().for_each(|element| *element *= MAX_NORM / norm);
    }
}
