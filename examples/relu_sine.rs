//! The tutorial's `relu` network, 1-10-10-1, trained below the loss of 6.24e-6 that the tutorial shows for it.
//!
//!     cargo run --release --example relu_sine
//!
//! Adam with the default initial weights never gets there: see `sine_seeds`. Such a network is piecewise linear, and on a
//! sine it needs about 18 pieces in the right places. Three things help:
//!
//! - L-BFGS in `f64`.
//! - Initial weights that spread the kinks of the hidden units over the wave.
//! - A population of eight networks, trained in parallel. The best one is copied, each copy with its weights changed by
//!   about 10%, and the copies are trained. After six generations the search starts again.
//!
//! Draws the remaining error. `relu_sine.py` measures Keras on the same network.

use std::error::Error;
use std::f64::consts::TAU;
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

/// Loss at which a search ends.
const GOAL: f64 = 6.24e-6;
/// Networks that are trained in parallel.
const POPULATION: usize = 8;
/// Generations of copies before the search starts again.
const GENERATIONS: usize = 6;
/// Number of trainings after which a search fails.
const MAX_TRAININGS: usize = 500;
/// Evaluations of the loss in one training, about.
const EVALUATIONS: usize = 1000;

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let seeds = if quick { 2 } else { 30 };
    let wave = Wave::new();
    let mut searches = Vec::new();
    for seed in 0..seeds {
        let start = Instant::now();
        let search = wave.search(seed)?;
        let seconds = start.elapsed().as_secs_f64();
        println!("seed {seed}: loss {:.2e} after {} trainings in {seconds:.2} s", search.loss, search.trainings);
        searches.push((seconds, search));
    }
    summarize(&searches);
    wave.draw(&searches[0].1.network)
}

fn summarize(searches: &[(f64, Search)]) {
    let succeeded = searches.iter().filter(|(_, search)| search.loss < GOAL).count();
    let mut seconds: Vec<f64> = searches.iter().map(|(seconds, _)| *seconds).collect();
    let mut trainings: Vec<usize> = searches.iter().map(|(_, search)| search.trainings).collect();
    seconds.sort_by(f64::total_cmp);
    trainings.sort();
    let middle = searches.len() / 2;
    let last = searches.len() - 1;
    println!("below {GOAL:e}: {succeeded} of {} seeds", searches.len());
    println!("seconds: median {:.2}, max {:.2}", seconds[middle], seconds[last]);
    println!("trainings of {EVALUATIONS} evaluations: median {}, max {}", trainings[middle], trainings[last]);
}

/// The tutorial's data.
struct Wave {
    x: DVector<f64>,
    y: DVector<f64>,
}

/// The best network of a search, and the number of trainings that it took.
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

    /// Searches until a loss is below the goal, or fails after `MAX_TRAININGS`.
    fn search(&self, seed: u64) -> Result<Search, TrainingError> {
        let mut rng = Rng::new(seed);
        let mut trainings = 0;
        loop {
            let best = self.generations(&mut rng)?;
            trainings += best.trainings;
            if best.loss < GOAL || trainings > MAX_TRAININGS {
                return Ok(Search { trainings, ..best });
            }
        }
    }

    /// Trains a new population, and up to `GENERATIONS` of copies of its best network.
    fn generations(&self, rng: &mut Rng) -> Result<Search, TrainingError> {
        let population = (0..POPULATION).map(|_| spread_kinks(rng)).collect();
        let mut best = self.best_of(population)?;
        for _ in 0..GENERATIONS {
            if best.loss < GOAL {
                break;
            }
            let copies = (0..POPULATION).map(|_| perturbed(&best.network, rng)).collect();
            let next = self.best_of(copies)?;
            let trainings = best.trainings + next.trainings;
            best = Search { trainings, ..if next.loss < best.loss { next } else { best } };
        }
        Ok(best)
    }

    /// Trains all networks in parallel. The result does not depend on the number of threads.
    fn best_of(&self, networks: Vec<ReluSine>) -> Result<Search, TrainingError> {
        let trainings = networks.len();
        let trained: Vec<Search> =
            networks.into_par_iter().map(|network| self.train(network)).collect::<Result<_, _>>()?;
        let best = trained.into_iter().min_by(|one, other| one.loss.total_cmp(&other.loss));
        Ok(Search { trainings, ..best.expect("the population is not empty") })
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
        Plot::new("Remaining error")
            .x_label("x")
            .y_label("model − sin(x)")
            .line("error", &self.x, &error)
            .save("pictures/relu-sine-error.png")?;
        println!("pictures/relu-sine-error.png");
        Ok(())
    }
}

/// Returns a network whose hidden units begin to rise or to fall at random places, evenly spread over the wave.
fn spread_kinks(rng: &mut Rng) -> ReluSine {
    let mut network = *ReluSine::new(rng.below(1 << 32) as u64);
    let mut place = |unit: usize| TAU * (unit as f64 + rng.uniform()) / 10.0;
    for unit in 0..10 {
        let weight = network.dense_1.weights[unit].signum();
        network.dense_1.weights[unit] = weight;
        network.dense_1.bias[unit] = -weight * place(unit);
    }
    for unit in 0..10 {
        let first = (network.dense_1.weights * place(unit) + network.dense_1.bias).map(|sum| sum.max(0.0));
        network.dense_2.bias[unit] = -network.dense_2.weights.row(unit).transpose().dot(&first);
    }
    network.dense_3.weights *= 0.3;
    network
}

/// Returns a copy with each weight changed by about 10%.
fn perturbed(network: &ReluSine, rng: &mut Rng) -> ReluSine {
    let mut copy = network.clone();
    copy.as_mut_slice().iter_mut().for_each(|weight| *weight *= 1.0 + 0.1 * rng.normal());
    copy
}
