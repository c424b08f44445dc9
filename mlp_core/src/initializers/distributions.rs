//! Initializers that draw each weight independently, as Keras defines them.

use num_traits::Float;

use super::{Fan, Initializer};
use crate::random::Rng;

/// Standard deviation of a standard normal distribution truncated at ±2.
const TRUNCATED_DEVIATION: f64 = 0.8796256610342398;

/// Draws from a normal distribution with variance `2 / inputs`, truncated at two standard deviations. Keras: `he_normal`.
///
/// Source: He et al., "Delving Deep into Rectifiers", 2015.
pub fn he_normal(fan: Fan, rng: &mut Rng) -> f64 {
    truncated_normal(2.0 / size(fan.inputs), rng)
}

/// Draws from a uniform distribution with variance `2 / inputs`, within `±√(6 / inputs)`. Keras: `he_uniform`.
pub fn he_uniform(fan: Fan, rng: &mut Rng) -> f64 {
    symmetric_uniform(2.0 / size(fan.inputs), rng)
}

/// Draws from a normal distribution with variance `2 / (inputs + outputs)`, truncated at two standard deviations. Keras:
/// `glorot_normal`.
///
/// Source: Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural Networks", 2010.
pub fn glorot_normal(fan: Fan, rng: &mut Rng) -> f64 {
    truncated_normal(2.0 / size(fan.inputs + fan.outputs), rng)
}

/// Draws from a uniform distribution with variance `2 / (inputs + outputs)`, within `±√(6 / (inputs + outputs))`. Keras:
/// `glorot_uniform`.
pub fn glorot_uniform(fan: Fan, rng: &mut Rng) -> f64 {
    symmetric_uniform(2.0 / size(fan.inputs + fan.outputs), rng)
}

/// Draws from a normal distribution with variance `1 / inputs`, truncated at two standard deviations. Keras:
/// `lecun_normal`.
pub fn lecun_normal(fan: Fan, rng: &mut Rng) -> f64 {
    truncated_normal(1.0 / size(fan.inputs), rng)
}

/// Draws from a uniform distribution with variance `1 / inputs`, within `±√(3 / inputs)`. Keras: `lecun_uniform`.
pub fn lecun_uniform(fan: Fan, rng: &mut Rng) -> f64 {
    symmetric_uniform(1.0 / size(fan.inputs), rng)
}

/// Returns 0. Keras: `zeros`.
pub fn zeros(_fan: Fan, _rng: &mut Rng) -> f64 {
    0.0
}

/// Returns 1. Keras: `ones`.
pub fn ones(_fan: Fan, _rng: &mut Rng) -> f64 {
    1.0
}

/// Creates an initializer that sets every weight to `value`. Keras: `Constant`.
pub fn constant(value: f64) -> Initializer {
    Initializer::from(move |_: Fan, _: &mut Rng| value).named("constant")
}

/// Creates an initializer with a uniform distribution in `[low, high)`. Keras: `RandomUniform`.
pub fn uniform(low: f64, high: f64) -> Initializer {
    Initializer::from(move |_: Fan, rng: &mut Rng| low + (high - low) * rng.uniform()).named("uniform")
}

/// Creates an initializer with a normal distribution, not truncated. Keras: `RandomNormal`.
pub fn normal(mean: f64, standard_deviation: f64) -> Initializer {
    Initializer::from(move |_: Fan, rng: &mut Rng| mean + standard_deviation * rng.normal()).named("normal")
}

/// Returns a fan as a divisor, at least 1.
fn size(fan: usize) -> f64 {
    fan.max(1) as f64
}

fn symmetric_uniform(variance: f64, rng: &mut Rng) -> f64 {
    Float::sqrt(3.0 * variance) * (2.0 * rng.uniform() - 1.0)
}

fn truncated_normal(variance: f64, rng: &mut Rng) -> f64 {
    loop {
        let value = rng.normal();
        if value.abs() <= 2.0 {
            return Float::sqrt(variance) / TRUNCATED_DEVIATION * value;
        }
    }
}
