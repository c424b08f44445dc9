//! The tutorial's network from 30 initial weights each, with `relu` and with `tanh`: the final losses vary widely.
//!
//!     cargo run --release --example sine_seeds
//!
//! Networks train in parallel on all cores. `tests/goldens/seeds.py` does the same in PyTorch.

use std::error::Error;
use std::f32::consts::TAU;

use mlp::prelude::*;
use rayon::prelude::*;

/// The loss that the tutorial shows for its `relu` network.
const TUTORIAL_LOSS: f64 = 6.2e-6;

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let seeds = if quick { 2 } else { 30 };
    let epochs = if quick { 100 } else { 10_000 };
    let relu = sequential![Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1)];
    let tanh = sequential![Dense(1 => 10, tanh), Dense(10 => 10, tanh), Dense(10 => 1)];
    print_quantiles("relu", losses(&*relu, seeds, epochs)?);
    print_quantiles("tanh", losses(&*tanh, seeds, epochs)?);
    Ok(())
}

/// Trains the network from the initial weights of each seed and returns the final losses.
fn losses<N>(network: &N, seeds: u64, epochs: usize) -> Result<Vec<f64>, TrainingError>
where
    N: Network<Scalar = f32, Input = Features<1>, Output = Features<1>> + Clone + Sync,
{
    let x = linspace(0.0, TAU, 1000);
    let y = x.map(f32::sin);
    let train = |seed| {
        let mut model = Box::new(network.clone()).seed(seed).compile(Adam::new(1e-3), MeanSquaredError);
        model.fit(&x, &y, Fit::new().epochs(epochs).batch_size(1000).verbose(Verbose::Silent))?;
        Ok(model.evaluate(&x, &y)?.loss)
    };
    (0..seeds).into_par_iter().map(train).collect()
}

fn print_quantiles(name: &str, mut losses: Vec<f64>) {
    losses.sort_by(f64::total_cmp);
    let quantile = |share: f64| losses[((losses.len() - 1) as f64 * share).round() as usize];
    let quantiles = [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| format!("{:.1e}", quantile(share)));
    let below = losses.iter().filter(|&&loss| loss < TUTORIAL_LOSS).count();
    println!("{name}: min, quartiles and max {}", quantiles.join(", "));
    println!("{name}: {below} of {} below {TUTORIAL_LOSS:e}", losses.len());
}
