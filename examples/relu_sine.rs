//! The tutorial's network, 1-10-10-1 with `relu`, below the loss of 6.24e-6 that the tutorial shows beside it.
//!
//!     cargo run --release --example relu_sine                        # 30 seeds: how often, how soon
//!     cargo run --release --example relu_sine -- --python python3    # the same, and Keras in the same run
//!
//! Adam from the usual weights never gets there. Such a network is a chain of straight pieces; on a sine, some 18 in the
//! best places are needed. What helps here, besides L-BFGS in double precision:
//!
//! - The first weights are written by hand: each unit begins to rise at another place of the wave.
//! - Eight networks start at once, and the best of them lives on: in eight copies with other weights by some 10%, of which
//!   the best lives on. If it has not arrived after six times, all starts anew.
//!
//! It draws what is left of the error.

use std::error::Error;
use std::f64::consts::TAU;
use std::process::Command;
use std::time::Instant;

use mlp::plot::Plot;
use mlp::prelude::*;
use nalgebra::DVector;
use rayon::prelude::*;

sequential! {
    /// Approximates sin on [0, 2π].
    struct ReluSine: f64 {
        Dense(1 => 10, relu),
        Dense(10 => 10, relu),
        Dense(10 => 1),
    }
}

/// The loss to get below.
const GOAL: f64 = 6.24e-6;
/// How many networks are trained side by side.
const POPULATION: usize = 8;
/// How often the best one is copied before all starts anew.
const GENERATIONS: usize = 6;
/// When to give up.
const MOST_TRAININGS: usize = 500;
/// How often the loss is evaluated in one training, about.
const EVALUATIONS: usize = 1000;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (seeds, python) = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => (30, None),
        ["--quick"] => (2, None),
        ["--seeds", seeds] => (seeds.parse()?, None),
        ["--python", python] => (30, Some(*python)),
        _ => return Err("unknown options: --quick, --seeds 30, --python python3".into()),
    };
    let wave = Wave::new();
    let mut found = Vec::new();
    for seed in 0..seeds {
        let start = Instant::now();
        let search = wave.search(seed)?;
        let seconds = start.elapsed().as_secs_f64();
        println!("seed {seed}: loss {:.2e} after {} trainings in {seconds:.2} s", search.loss, search.trainings);
        found.push((seconds, search));
    }
    summarize(&found);
    if let Some((_, search)) = found.first() {
        wave.draw(&search.network)?;
    }
    if let Some(python) = python {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/relu_sine.py");
        Command::new(python).arg(script).status()?;
    }
    Ok(())
}

fn summarize(found: &[(f64, Search)]) {
    let arrived = found.iter().filter(|(_, search)| search.loss < GOAL).count();
    let mut seconds: Vec<f64> = found.iter().map(|(seconds, _)| *seconds).collect();
    let mut trainings: Vec<usize> = found.iter().map(|(_, search)| search.trainings).collect();
    seconds.sort_by(f64::total_cmp);
    trainings.sort();
    let (middle, last) = (found.len() / 2, found.len() - 1);
    println!("below {GOAL:e}: {arrived} of {} seeds", found.len());
    println!("seconds: median {:.2}, longest {:.2}", seconds[middle], seconds[last]);
    println!("trainings of {EVALUATIONS} evaluations: median {}, most {}", trainings[middle], trainings[last]);
}

/// The tutorial's data.
struct Wave {
    x: DVector<f64>,
    y: DVector<f64>,
}

/// A network, and what it took to find it.
struct Search {
    network: ReluSine,
    loss: f64,
    trainings: usize,
}

impl Wave {
    fn new() -> Self {
        let x = linspace(0.0, TAU, 1000);
        Self { y: x.map(f64::sin), x }
    }

    /// The last round's network.
    fn search(&self, seed: u64) -> Result<Search, TrainingError> {
        let (mut rng, mut trainings) = (Rng::new(seed), 0);
        loop {
            let last = self.round(&mut rng)?;
            trainings += last.trainings;
            if last.loss < GOAL || trainings > MOST_TRAININGS {
                return Ok(Search { trainings, ..last });
            }
        }
    }

    fn round(&self, rng: &mut Rng) -> Result<Search, TrainingError> {
        let starts = (0..POPULATION).map(|_| spread_kinks(rng)).collect();
        let mut best = self.best_of(starts)?;
        for _ in 0..GENERATIONS {
            if best.loss < GOAL {
                break;
            }
            let copies = (0..POPULATION).map(|_| other_weights(&best.network, rng)).collect();
            let next = self.best_of(copies)?;
            let trainings = best.trainings + next.trainings;
            best = Search { trainings, ..if next.loss < best.loss { next } else { best } };
        }
        Ok(best)
    }

    /// On all threads, and the same on any number of them.
    fn best_of(&self, networks: Vec<ReluSine>) -> Result<Search, TrainingError> {
        let trainings = networks.len();
        let trained: Vec<Search> =
            networks.into_par_iter().map(|network| self.train(network)).collect::<Result<_, _>>()?;
        let best = trained.into_iter().min_by(|one, other| one.loss.total_cmp(&other.loss));
        Ok(Search { trainings, ..best.expect("some networks") })
    }

    fn train(&self, network: ReluSine) -> Result<Search, TrainingError> {
        let optimizer = Lbfgs::new(EVALUATIONS).max_eval(EVALUATIONS).history_size(60);
        let mut model = Box::new(network).compile(optimizer, MeanSquaredError);
        model.fit(&self.x, &self.y, Fit::new().epochs(1).batch_size(1000).verbose(Verbose::Silent))?;
        let loss = model.evaluate(&self.x, &self.y)?.loss;
        Ok(Search { network: *model.into_network(), loss, trainings: 1 })
    }

    fn draw(&self, network: &ReluSine) -> Result<(), Box<dyn Error>> {
        let error = network.predict(&self.x)? - &self.y;
        Plot::new("What is left")
            .x_label("x")
            .y_label("model - sin(x)")
            .line("error", &self.x, &error)
            .save("pictures/relu-sine-error.png")?;
        println!("pictures/relu-sine-error.png");
        Ok(())
    }
}

/// Lets each unit of both hidden layers begin to rise, or to fall, at a place of its own, evenly spread over the wave.
fn spread_kinks(rng: &mut Rng) -> ReluSine {
    let mut network = *ReluSine::new(rng.below(1 << 32) as u64);
    let mut place = |unit: usize| TAU * (unit as f64 + rng.uniform()) / 10.0;
    for unit in 0..10 {
        let slope = network.dense_1.weights[unit].signum();
        network.dense_1.weights[unit] = slope;
        network.dense_1.bias[unit] = -slope * place(unit);
    }
    for unit in 0..10 {
        let first = (network.dense_1.weights * place(unit) + network.dense_1.bias).map(|sum| sum.max(0.0));
        network.dense_2.bias[unit] = -network.dense_2.weights.row(unit).transpose().dot(&first);
    }
    network.dense_3.weights *= 0.3;
    network
}

/// The same with each weight changed by some 10%.
fn other_weights(network: &ReluSine, rng: &mut Rng) -> ReluSine {
    let mut copy = network.clone();
    copy.as_mut_slice().iter_mut().for_each(|weight| *weight *= 1.0 + 0.1 * rng.normal());
    copy
}
