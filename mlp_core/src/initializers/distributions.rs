//! The initializers that draw each weight by itself, as Keras defines them.

use super::{Fan, Initializer};
use crate::random::Rng;
#[cfg(not(feature = "std"))]
use num_traits::Float as _;

/// The standard deviation of a standard normal number among those of at most 2.
const TRUNCATED_DEVIATION: f64 = 0.8796256610342398;

/// Normal with variance `2 / inputs`, without what lies beyond two standard deviations. Keras: `he_normal`.
pub fn he_normal(fan: Fan, rng: &mut Rng) -> f64 {
    truncated_normal(2.0 / size(fan.inputs), rng)
}

/// Uniform with variance `2 / inputs`: within `±√(6 / inputs)`. Keras: `he_uniform`.
pub fn he_uniform(fan: Fan, rng: &mut Rng) -> f64 {
    symmetric_uniform(2.0 / size(fan.inputs), rng)
}

/// Normal with variance `2 / (inputs + outputs)`, without what lies beyond two standard deviations. Keras:
/// `glorot_normal`.
pub fn glorot_normal(fan: Fan, rng: &mut Rng) -> f64 {
    truncated_normal(2.0 / size(fan.inputs + fan.outputs), rng)
}

/// Uniform with variance `2 / (inputs + outputs)`: within `±√(6 / (inputs + outputs))`. Keras: `glorot_uniform`.
pub fn glorot_uniform(fan: Fan, rng: &mut Rng) -> f64 {
    symmetric_uniform(2.0 / size(fan.inputs + fan.outputs), rng)
}

/// Normal with variance `1 / inputs`, without what lies beyond two standard deviations. Keras: `lecun_normal`.
pub fn lecun_normal(fan: Fan, rng: &mut Rng) -> f64 {
    truncated_normal(1.0 / size(fan.inputs), rng)
}

/// Uniform with variance `1 / inputs`: within `±√(3 / inputs)`. Keras: `lecun_uniform`.
pub fn lecun_uniform(fan: Fan, rng: &mut Rng) -> f64 {
    symmetric_uniform(1.0 / size(fan.inputs), rng)
}

/// `0`. Keras: `zeros`.
pub fn zeros(_fan: Fan, _generator: &mut Rng) -> f64 {
    0.0
}

/// `1`. Keras: `ones`.
pub fn ones(_fan: Fan, _generator: &mut Rng) -> f64 {
    1.0
}

/// Every weight `value`. Keras: `Constant`.
pub fn constant(value: f64) -> Initializer {
    Initializer::of([value, 0.0], "constant", |[value, _], _, _| value)
}

/// Uniform in `[low, high)`. Keras: `RandomUniform`.
pub fn uniform(low: f64, high: f64) -> Initializer {
    Initializer::of([low, high], "uniform", |[low, high], _, rng| low + (high - low) * rng.uniform())
}

/// Normal, however far from the mean. Keras: `RandomNormal`.
pub fn normal(mean: f64, standard_deviation: f64) -> Initializer {
    Initializer::of([mean, standard_deviation], "normal", |[mean, deviation], _, rng| mean + deviation * rng.normal())
}

/// A layer without inputs counts as one of one input.
fn size(fan: usize) -> f64 {
    fan.max(1) as f64
}

fn symmetric_uniform(variance: f64, rng: &mut Rng) -> f64 {
    (3.0 * variance).sqrt() * (2.0 * rng.uniform() - 1.0)
}

fn truncated_normal(variance: f64, rng: &mut Rng) -> f64 {
    loop {
        let number = rng.normal();
        if number.abs() <= 2.0 {
            return variance.sqrt() / TRUNCATED_DEVIATION * number;
        }
    }
}
