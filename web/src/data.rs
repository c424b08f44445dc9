//! Data of the tasks. All inputs lie between -1 and 1.

use std::f64::consts::{PI, TAU};

use mlp::prelude::Rng;

/// Number of samples of a task.
pub const SAMPLES: usize = 240;

/// Function to learn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// A curve: one and a half periods of the sine.
    Sine,
    /// Two classes on half circles that reach into each other.
    Moons,
    /// Two classes on the arms of a spiral.
    Spiral,
}

/// Sample: two inputs, of which the sine uses the first, and the target, which is 0 or 1 for classes.
pub type Sample = [f32; 3];

impl Task {
    /// All tasks, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Sine, Self::Moons, Self::Spiral];

    /// Returns the samples. `noise` is the standard deviation of normal noise on the target of the sine, and on the inputs of
    /// the others.
    pub fn samples(self, noise: f32, rng: &mut Rng) -> Vec<Sample> {
        (0..SAMPLES).map(|index| self.sample(index, f64::from(noise), rng)).collect()
    }

    fn sample(self, index: usize, noise: f64, rng: &mut Rng) -> Sample {
        let class = index % 2;
        let position = rng.uniform();
        let (x, y, target) = match self {
            Self::Sine => {
                let x = 2.0 * position - 1.0;
                return [x as f32, 0.0, (curve(x) + noise * rng.normal()) as f32];
            }
            Self::Moons => {
                let (sin, cos) = (position * PI).sin_cos();
                let (x, y) = if class == 0 { (cos - 0.5, sin - 0.25) } else { (0.5 - cos, 0.25 - sin) };
                (x / 1.8, y / 1.8, class)
            }
            Self::Spiral => {
                let (radius, turn) = (0.08 + 0.84 * position, 1.5 * TAU * position + PI * class as f64);
                (radius * turn.sin(), radius * turn.cos(), class)
            }
        };
        let (x, y) = (x + 0.5 * noise * rng.normal(), y + 0.5 * noise * rng.normal());
        [x as f32, y as f32, target as f32]
    }
}

/// Returns the curve of the sine task at `x`.
pub fn curve(x: f64) -> f64 {
    0.8 * (1.5 * PI * x).sin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_in_the_square_without_noise() {
        for task in Task::ALL {
            let samples = task.samples(0.0, &mut Rng::new(1));
            assert!(samples.iter().flatten().all(|value| (-1.0..=1.0).contains(value)), "{task:?}");
        }
    }

    #[test]
    fn classes_have_equal_numbers_of_samples() {
        for task in [Task::Moons, Task::Spiral] {
            let samples = task.samples(0.1, &mut Rng::new(1));
            assert_eq!(samples.iter().map(|sample| sample[2]).sum::<f32>(), SAMPLES as f32 / 2.0);
        }
    }
}
