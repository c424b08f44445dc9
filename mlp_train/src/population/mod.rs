//! Evolution strategies: training by the fitness of perturbed networks, without a gradient.
//!
//! ```text
//! step(evaluate):
//!     for each pair, on any thread:
//!         noise ← normal numbers of (seed, generation, pair)
//!         fitness of network + σ noise, and of network − σ noise
//!     u ← ranks of the fitness, from −½ to ½
//!     gradient ← − Σ (u⁺ − u⁻) noise / (2 pairs σ)
//!     optimizer.step(gradient)
//! ```
//!
//! The noise is drawn again for the gradient instead of being kept, so a population of any size needs the memory of one network
//! per thread, one gradient, and the state of the optimizer.

mod error;
mod noise;
mod ranks;

pub use error::PopulationError;

#[cfg(feature = "safetensors")]
use std::path::Path;

use mlp_core::Rng;
use mlp_core::optimizers::Optimizer;
#[cfg(feature = "safetensors")]
use mlp_data::FileError;

use crate::heap::BoxedParameters as _;
use crate::network::Network;
use crate::optimizers::OptimizerState;
use crate::parallel::{Queue, on_workers, workers};
use crate::summary::InvalidOption;
#[cfg(feature = "safetensors")]
use crate::weights::WeightsError;
use mlp_core::Scalar as _;
use noise::{CHUNK, Noise};
use ranks::centered_ranks;

/// Population of an evolution strategy: a network, which moves toward the fitter ones of its perturbed copies.
///
/// The fitness is any number, such as the return of an episode; nothing needs a derivative. Perturbations come in pairs of
/// opposite sign (antithetic sampling), and their fitness counts by its rank (rank shaping), so that the scale of the fitness and
/// outliers have no influence. Source: Salimans et al., "Evolution strategies as a scalable alternative to reinforcement
/// learning", 2017.
///
/// All random numbers follow from the seed, the generation and the index of the pair, so a training has the same bits on any number
/// of threads. A generation allocates nothing after the first one.
///
/// ```
/// # use mlp_core::layers::{Features, Module};
/// # use mlp_core::optimizers::Adam;
/// # use mlp_train::{Network, Population, PopulationError};
/// # fn train<N>(network: Box<N>) -> Result<Box<N>, PopulationError>
/// # where
/// #     N: Network<Scalar = f32, Input = Features<1>, Output = Features<1>> + Send + Sync,
/// # {
/// // The closest network to the sine at 20 points.
/// let mut population = Population::new(network, Adam::new(0.05)).pairs(16).deviation(0.1).seed(7);
/// for _ in 0..5 {
///     let generation = population.step(|network, _| {
///         let error = |x: f32| network.predict_one([x])[0] - x.sin();
///         -(0..20).map(|i| f64::from(error(i as f32 * 0.3).powi(2))).sum::<f64>()
///     })?;
///     println!("{}: best {}, mean {}", generation.number, generation.best, generation.mean);
/// }
/// # Ok(population.into_network())
/// # }
/// ```
pub struct Population<N: Network, O: Optimizer> {
    network: Box<N>,
    optimizer: OptimizerState<N, O>,
    gradient: Box<N>,
    seed: u64,
    pairs: usize,
    deviation: f64,
    /// Number of completed generations.
    generations: usize,
    fitness: Vec<f64>,
    ranks: Vec<f64>,
    order: Vec<usize>,
    /// Perturbed network of each thread.
    candidates: Vec<Box<N>>,
}

/// Fitness of the candidates of a generation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Generation {
    /// Number of the generation, from 0.
    pub number: usize,
    /// Max fitness. Candidates whose fitness is NaN are left out of all three.
    pub best: f64,
    /// Mean fitness.
    pub mean: f64,
    /// Min fitness.
    pub worst: f64,
}

impl<N: Network, O: Optimizer> Population<N, O> {
    /// Creates a population around `network`: 32 pairs, perturbations with a standard deviation of 0.1, the seed 0.
    ///
    /// `optimizer` receives the estimated gradient. Its learning rate counts in a fitness of ranks, so 0.01 to 0.1 of
    /// [`Adam`](mlp_core::optimizers::Adam) are usual.
    pub fn new(network: Box<N>, optimizer: O) -> Self {
        let population = Self {
            network,
            optimizer: OptimizerState::new(optimizer),
            gradient: N::zeroed(),
            seed: 0,
            pairs: 0,
            deviation: 0.1,
            generations: 0,
            fitness: Vec::new(),
            ranks: Vec::new(),
            order: Vec::new(),
            candidates: Vec::new(),
        };
        population.pairs(32)
    }

    /// Sets the number of pairs of candidates in a generation. Defaults to 32, which are 64 candidates.
    #[must_use]
    pub fn pairs(mut self, pairs: usize) -> Self {
        let candidates = 2 * pairs;
        self.pairs = pairs;
        self.fitness = vec![0.0; candidates];
        self.ranks = vec![0.0; candidates];
        self.order = (0..candidates).collect();
        self
    }

    /// Sets the standard deviation of the perturbations. Defaults to 0.1.
    #[must_use]
    pub fn deviation(self, deviation: f64) -> Self {
        Self { deviation, ..self }
    }

    /// Sets the seed of all random numbers. Defaults to 0.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Returns the network in the middle of the population.
    pub fn network(&self) -> &N {
        &self.network
    }

    /// Returns the network in the middle of the population, and drops the state of the optimizer.
    pub fn into_network(self) -> Box<N> {
        self.network
    }

    /// Returns the number of completed generations.
    pub fn generations(&self) -> usize {
        self.generations
    }

    /// Returns the number of candidates of a generation: two for each pair.
    pub fn candidates(&self) -> usize {
        2 * self.pairs
    }

    /// Evaluates a generation on several threads, with the feature `threads`, and moves the network toward the fitter candidates.
    ///
    /// `evaluate` receives a candidate and a random number generator, and returns the fitness, of which more is better. Both
    /// candidates of a pair have the same random numbers, so that they differ by their weights alone. A fitness of NaN is the
    /// worst.
    ///
    /// # Errors
    /// If a setting or an option of the optimizer is invalid, or no fitness is a number. The network is left unchanged.
    pub fn step(&mut self, evaluate: impl Fn(&N, &mut Rng) -> f64 + Sync) -> Result<Generation, PopulationError>
    where
        N: Send + Sync,
    {
        self.check()?;
        let workers = workers(self.candidates());
        while self.candidates.len() < workers {
            self.candidates.push(N::zeroed());
        }
        let (network, noise) = (&*self.network, self.noise());
        let ranges = self.optimizer.trainable_ranges();
        let queue = Queue::new(self.fitness.iter_mut().enumerate());
        on_workers(&mut self.candidates[..workers], |_, candidate| {
            while let Some((index, fitness)) = queue.next() {
                noise.perturb(network, index, ranges, candidate);
                *fitness = evaluate(candidate, &mut noise.evaluation(index / 2));
            }
        });
        self.advance()
    }

    /// Writes candidate `index` of the current generation to `candidate`, for an evaluation elsewhere. [`update`](Self::update)
    /// expects the fitness of all candidates.
    ///
    /// Candidates `2 i` and `2 i + 1` are a pair of opposite perturbations.
    pub fn perturb(&self, index: usize, candidate: &mut N) {
        self.noise().perturb(&*self.network, index, self.optimizer.trainable_ranges(), candidate);
    }

    /// Moves the network toward the fitter candidates, given the fitness of each.
    ///
    /// # Errors
    /// If a setting or an option of the optimizer is invalid, there is not one fitness for each candidate, or none is a number. The
    /// network is left unchanged.
    pub fn update(&mut self, fitness: &[f64]) -> Result<Generation, PopulationError>
    where
        N: Send + Sync,
    {
        self.check()?;
        if fitness.len() != self.candidates() {
            return Err(PopulationError::Candidates { expected: self.candidates(), found: fitness.len() });
        }
        self.fitness.copy_from_slice(fitness);
        self.advance()
    }

    fn check(&self) -> Result<(), PopulationError> {
        if self.pairs == 0 {
            return Err(PopulationError::ZeroPairs);
        }
        if !(self.deviation > 0.0 && self.deviation.is_finite()) {
            return Err(PopulationError::Deviation(self.deviation));
        }
        Ok(self.optimizer.optimizer.check().map_err(|value| InvalidOption::new(O::NAME, value))?)
    }

    fn noise(&self) -> Noise {
        Noise { seed: self.seed, generation: self.generations as u64, deviation: self.deviation }
    }

    /// Makes the step from the fitness of all candidates.
    fn advance(&mut self) -> Result<Generation, PopulationError>
    where
        N: Send + Sync,
    {
        let generation = self.summary().ok_or(PopulationError::NoFitness)?;
        centered_ranks(&self.fitness, &mut self.order, &mut self.ranks);
        self.estimate_gradient();
        // Statistics, such as those of `BatchNormalization`, follow the values in the gradient: here they keep theirs.
        self.copy_statistics(|network, gradient| gradient.copy_from_slice(network));
        self.optimizer.step(&mut self.network, &mut self.gradient);
        self.copy_statistics(|network, gradient| network.copy_from_slice(gradient));
        self.generations += 1;
        Ok(generation)
    }

    fn summary(&self) -> Option<Generation> {
        let numbers = || self.fitness.iter().copied().filter(|fitness| !fitness.is_nan());
        let (best, worst) = (numbers().reduce(f64::max)?, numbers().reduce(f64::min)?);
        let mean = numbers().sum::<f64>() / numbers().count() as f64;
        Some(Generation { number: self.generations, best, mean, worst })
    }

    /// Estimates the gradient of the negative fitness: chunk by chunk, and in each over the pairs in their order.
    fn estimate_gradient(&mut self)
    where
        N: Send + Sync,
    {
        let (noise, ranks) = (self.noise(), self.ranks.as_slice());
        let scale = -1.0 / (2.0 * self.pairs as f64 * self.deviation);
        let chunks = self.gradient.as_mut_slice().chunks_mut(CHUNK);
        let workers = workers(chunks.len()).min(self.candidates.len().max(1));
        let queue = Queue::new(chunks.enumerate());
        let work = || {
            let (mut numbers, mut sums) = ([0.0; CHUNK], [0.0; CHUNK]);
            while let Some((chunk, gradient)) = queue.next() {
                sums.fill(0.0);
                for (pair, ranks) in ranks.chunks_exact(2).enumerate().filter(|(_, ranks)| ranks[0] != ranks[1]) {
                    noise.draw(pair, chunk, &mut numbers[..gradient.len()]);
                    let weight = ranks[0] - ranks[1];
                    sums.iter_mut().zip(&numbers).for_each(|(sum, number)| *sum += weight * number);
                }
                gradient.iter_mut().zip(&sums).for_each(|(value, sum)| *value = N::Scalar::from_f64(scale * sum));
            }
        };
        on_workers(&mut [(); MAX_WORKERS][..workers.min(MAX_WORKERS)], |_, ()| work());
    }

    /// Calls `copy` with the parameters of the network and of the gradient that are not trained.
    fn copy_statistics(&mut self, mut copy: impl FnMut(&mut [N::Scalar], &mut [N::Scalar])) {
        let (network, gradient) = (self.network.as_mut_slice(), self.gradient.as_mut_slice());
        let mut start = 0;
        let end = core::iter::once(N::COUNT..N::COUNT);
        for range in self.optimizer.trainable_ranges().iter().cloned().chain(end) {
            copy(&mut network[start..range.start], &mut gradient[start..range.start]);
            start = range.end;
        }
    }
}

/// Limit of the threads that estimate the gradient.
const MAX_WORKERS: usize = 64;

#[cfg(feature = "safetensors")]
impl<N: Network, O: Optimizer> Population<N, O> {
    /// Writes a checkpoint: the network, the state of the optimizer, and the number of generations. See
    /// [`weights`](crate::weights).
    ///
    /// # Errors
    /// If the file cannot be written. An existing file is left unchanged.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), FileError> {
        self.optimizer.save(&self.network, &Rng::new(self.seed), self.generations, path)
    }

    /// Loads a checkpoint, and returns the number of generations completed when it was written. A population with the same seed,
    /// pairs and deviation continues bit for bit.
    ///
    /// # Errors
    /// If the file cannot be read, or does not match the network. The population is left unchanged.
    pub fn load(&mut self, path: impl AsRef<Path>) -> Result<usize, WeightsError> {
        self.generations = self.optimizer.load(&mut self.network, &mut Rng::new(0), path)?;
        Ok(self.generations)
    }
}
