//! The parts of a Levenberg-Marquardt iteration: `cargo bench --bench least_squares`.
//!
//! The Gram matrix of a block of the Jacobian, as a share of the peak of this core, measured in turns; and whole iterations of
//! networks in `f64`. `-- --quick` only shows that all work.

use std::f64::consts::TAU;
use std::time::Instant;

use mlp::kernels::{Kernels, add_gram, lower_len};
use mlp::layers::TwiceDifferentiable;
use mlp::prelude::*;
use mlp::{Buffer, TileBuffer};

/// Samples of a block.
const DEPTH: usize = 512;

sequential! {
    struct Sine: f64 { Dense(1 => 10, tanh), Dense(10 => 10, tanh), Dense(10 => 1) }
    struct Large: f64 { Dense(1 => 30, tanh), Dense(30 => 30, tanh), Dense(30 => 1) }
}

fn main() {
    let quick = std::env::args().any(|word| word == "--quick");
    for parameters in [141, 500, 2000] {
        gram(parameters, if quick { 1 } else { 20 });
    }
    iteration(Sine::new(0), if quick { 1 } else { 30 });
    iteration(Large::new(0), if quick { 1 } else { 30 });
}

/// Measures `J Jᵀ` next to multiply-adds in registers.
fn gram(parameters: usize, rounds: usize) {
    let mut buffer = Buffer::<f64>::new(parameters + 1, DEPTH);
    let mut rows = buffer.tile_mut(parameters + 1, DEPTH);
    (0..=parameters).for_each(|row| rows.feature(row).fill(row as f64));
    let mut lower = vec![0.0; lower_len(parameters + 1)];
    // A symmetric product needs half of the operations of a square one.
    let operations = (parameters * parameters * DEPTH) as f64;
    let repeats = (2e8 / operations).ceil() as usize;
    let (mut fastest, mut peak) = (0.0_f64, 0.0_f64);
    for _ in 0..rounds {
        let start = Instant::now();
        (0..repeats).for_each(|_| add_gram(buffer.tile(parameters + 1, DEPTH), &mut lower));
        fastest = fastest.max(operations * repeats as f64 / start.elapsed().as_secs_f64());
        let start = Instant::now();
        let multiply_adds = f64::multiply_adds(500_000);
        peak = peak.max(multiply_adds / start.elapsed().as_secs_f64());
    }
    let (share, giga) = (100.0 * fastest / peak, 1e-9 * fastest);
    println!("J Jᵀ, {parameters:4} parameters: {giga:5.1} GFLOP/s, {share:3.0}% of the peak");
}

/// Measures iterations on the tutorial's 1000 samples.
fn iteration<N>(network: Box<N>, epochs: usize)
where
    N: Network<Scalar = f64, Input = Features<1>, Output = Features<1>> + TwiceDifferentiable,
{
    let x = linspace(0.0, TAU, 1000);
    let y = x.map(f64::sin);
    let mut model = network.compile(LevenbergMarquardt::new(), MeanSquaredError);
    let start = Instant::now();
    let history = model.fit(&x, &y, Fit::new().epochs(epochs).verbose(Verbose::Silent)).expect("finite data");
    let milliseconds = 1e3 * start.elapsed().as_secs_f64() / history.loss().len() as f64;
    println!("{:4} parameters, 1000 samples: {milliseconds:.2} ms an iteration", N::COUNT);
}
