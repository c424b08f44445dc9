//! A task, its data and a network.

use mlp::prelude::Rng;

use crate::data::{SAMPLES, Sample, Task};
use crate::model::{Model, TILE};
use crate::networks;
use crate::training::Adam;

/// Choices of the visitor before a training.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Function to learn.
    pub task: Task,
    /// Index of the network.
    pub network: usize,
    /// Index of the activation.
    pub activation: usize,
    /// Standard deviation of the noise.
    pub noise: f32,
    /// Seed of the data, the initial weights and the order of the samples.
    pub seed: u64,
}

/// A training.
pub struct Playground {
    task: Task,
    samples: Vec<Sample>,
    model: Box<dyn Model>,
    optimizer: Adam,
    /// Samples in the order of the epoch, and the position of the next batch.
    shuffled: Vec<Sample>,
    next: usize,
    rng: Rng,
    outputs: Vec<f32>,
}

impl Playground {
    /// Creates the data and the network, unless an index does not exist.
    pub fn new(settings: Settings) -> Option<Self> {
        let Settings { task, network, activation, noise, seed } = settings;
        let model = match task {
            Task::Sine => networks::curve(network, activation, seed)?,
            Task::Moons | Task::Spiral => networks::classes(network, activation, seed)?,
        };
        let mut rng = Rng::new(seed);
        let samples = task.samples(noise, &mut rng);
        Some(Self {
            task,
            shuffled: samples.clone(),
            samples,
            model,
            optimizer: Adam::default(),
            next: SAMPLES,
            rng,
            outputs: Vec::new(),
        })
    }

    /// Makes steps on batches of `batch` samples, and returns the mean loss. After each epoch, the samples are shuffled.
    pub fn train(&mut self, steps: usize, batch: usize, learning_rate: f64) -> f64 {
        let mut sum = 0.0;
        for _ in 0..steps {
            if self.next >= SAMPLES {
                self.rng.shuffle(&mut self.shuffled);
                self.next = 0;
            }
            let end = SAMPLES.min(self.next + batch.max(1));
            let batch = &self.shuffled[self.next..end];
            sum += self.optimizer.step(&mut *self.model, self.task, batch, learning_rate);
            self.next = end;
        }
        sum / steps.max(1) as f64
    }

    /// Returns the loss on all samples: the mean squared error of the sine, the cross entropy of classes.
    pub fn evaluate(&mut self) -> f64 {
        predict(&mut *self.model, &self.samples, &mut self.outputs);
        let pairs = self.samples.iter().zip(&self.outputs);
        let losses = pairs.map(|(sample, &output)| self.task.loss(f64::from(output), f64::from(sample[2])).0);
        losses.sum::<f64>() / SAMPLES as f64
    }

    /// Returns the samples.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }

    /// Returns the outputs on a grid of points from -1 to 1, row by row from the top. Classes are outputs from 0 to 1.
    pub fn grid(&mut self, columns: usize, rows: usize) -> &[f32] {
        let position = |index: usize, count: usize| (2 * index + 1) as f32 / count as f32 - 1.0;
        let points: Vec<Sample> = (0..rows * columns)
            .map(|index| [position(index % columns, columns), -position(index / columns, rows), 0.0])
            .collect();
        predict(&mut *self.model, &points, &mut self.outputs);
        if self.task != Task::Sine {
            self.outputs.iter_mut().for_each(|output| *output = 1.0 / (1.0 + (-*output).exp()));
        }
        &self.outputs
    }

    /// Returns the parameters of the network.
    pub fn parameters(&self) -> &[f32] {
        self.model.parameters()
    }

    /// Returns the widths of the layers.
    pub fn widths(&self) -> &'static [usize] {
        self.model.widths()
    }
}

/// Computes the output of each sample.
fn predict(model: &mut dyn Model, samples: &[Sample], outputs: &mut Vec<f32>) {
    outputs.resize(samples.len(), 0.0);
    for (samples, outputs) in samples.chunks(TILE).zip(outputs.chunks_mut(TILE)) {
        model.forward(samples, outputs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playground(task: Task, network: usize, activation: usize) -> Playground {
        Playground::new(Settings { task, network, activation, noise: 0.05, seed: 1 }).expect("valid indices")
    }

    #[test]
    fn every_network_learns_every_task_a_little() {
        for task in Task::ALL {
            for (network, activation) in (0..4).flat_map(|network| (0..4).map(move |activation| (network, activation)))
            {
                let mut playground = playground(task, network, activation);
                let before = playground.evaluate();
                playground.train(1000, 40, 1e-2);
                let after = playground.evaluate();
                assert!(after < before, "{task:?} {network} {activation}: {before} {after}");
            }
        }
    }

    #[test]
    fn the_largest_network_learns_the_spiral() {
        let mut playground = playground(Task::Spiral, 3, 0);
        playground.train(6 * 600, 40, 1e-2);
        assert!(playground.evaluate() < 0.05, "{}", playground.evaluate());
    }

    #[test]
    fn indices_that_do_not_exist_are_none() {
        let settings = Settings { task: Task::Moons, network: 0, activation: 0, noise: 0.0, seed: 0 };
        assert!(Playground::new(Settings { network: 4, ..settings }).is_none());
        assert!(Playground::new(Settings { activation: 4, ..settings }).is_none());
    }

    #[test]
    fn parameters_are_those_of_the_widths() {
        let playground = playground(Task::Moons, 2, 1);
        let layers = playground.widths().windows(2);
        assert_eq!(playground.parameters().len(), layers.map(|pair| (pair[0] + 1) * pair[1]).sum::<usize>());
    }

    #[test]
    fn the_grid_starts_at_the_top_left() {
        let mut playground = playground(Task::Moons, 3, 0);
        playground.train(3000, 40, 1e-2);
        let grid = playground.grid(40, 40).to_vec();
        // The upper arc is class 0, the lower one class 1.
        assert!(grid[40 * 9 + 14] < 0.5 && grid[40 * 30 + 26] > 0.5);
    }
}
