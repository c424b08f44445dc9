//! A training loop of one's own: gradients, a change of them, and the optimizer's step, without `compile` and `fit`.
//!
//!     cargo run --release --example custom_loop -- --epochs 500
//!
//! A network learns `sin(x)` from noisy points. The loop mixes the points, clips the gradient by itself, and shows at the end
//! how much the loss depends on the inputs.

use std::error::Error;
use std::f32::consts::TAU;

use mlp::prelude::*;

sequential! { struct Sine { Dense(1 => 16, tanh), Dense(16 => 16, tanh), Dense(16 => 1) } }

const BATCH: usize = 32;
const LARGEST_NORM: f32 = 1.0;

fn main() -> Result<(), Box<dyn Error>> {
    let epochs = epochs_of_command_line()?;
    let mut rng = Rng::new(0);
    let mut points: Vec<([f32; 1], [f32; 1])> = (0..256)
        .map(|_| {
            let x = rng.uniform() as f32 * TAU;
            ([x], [x.sin() + 0.05 * rng.normal() as f32])
        })
        .collect();

    let mut network = Sine::new(0);
    // The tape keeps the memory of a step, the descent what the optimizer remembers: no step allocates.
    let mut tape = network.gradient_tape(MeanSquaredError);
    let mut descent = OptimizerState::new(Adam::new(CosineDecay::new(1e-2, (epochs * 256 / BATCH) as u64)));
    let (mut x, mut y) = ([[0.0]; BATCH], [[0.0]; BATCH]);
    for epoch in 1..=epochs {
        rng.shuffle(&mut points);
        let mut sum = 0.0;
        for batch in points.chunks_exact(BATCH) {
            for (i, &point) in batch.iter().enumerate() {
                (x[i], y[i]) = point;
            }
            let (loss, gradient) = tape.value_and_gradient(&network, &x, &y)?;
            let norm = gradient.as_slice().iter().map(|slope| slope * slope).sum::<f32>().sqrt();
            if norm > LARGEST_NORM {
                gradient.as_mut_slice().iter_mut().for_each(|slope| *slope *= LARGEST_NORM / norm);
            }
            descent.step(&mut network, gradient);
            sum += loss;
        }
        if epoch.is_multiple_of((epochs / 10).max(1)) {
            let (mean, rate) = (sum / (256 / BATCH) as f64, descent.learning_rate());
            println!("epoch {epoch:>4}: loss {mean:.3e}, learning rate {rate:.1e}");
        }
    }

    let grid: Vec<[f32; 1]> = (0..9).map(|i| [TAU * i as f32 / 8.0]).collect();
    let truth: Vec<[f32; 1]> = grid.iter().map(|[x]| [x.sin()]).collect();
    let losses = tape.sample_losses(&network, &grid, &truth)?;
    let (_, slopes) = tape.input_gradient(&network, &grid, &truth)?;
    println!("{:>8} {:>10} {:>12}", "x", "loss", "dloss/dx");
    for (i, [x]) in grid.iter().enumerate() {
        println!("{x:>8.3} {:>10.2e} {:>12.2e}", losses[i], slopes[i]);
    }
    Ok(())
}

fn epochs_of_command_line() -> Result<usize, Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    match (words.next().as_deref(), words.next()) {
        (None, _) => Ok(500),
        (Some("--quick"), _) => Ok(20),
        (Some("--epochs"), Some(epochs)) => Ok(epochs.parse()?),
        (Some(other), _) => Err(format!("unknown option {other}: --epochs 500, --quick").into()),
    }
}
