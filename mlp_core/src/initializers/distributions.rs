//! Initializers that draw each weight independently, as Keras defines them.

use num_traits::Float;

use super::{Fan, Initializer};
use crate::random::Rng;

/// Standard deviation of a standard normal distribution truncated at ±2.
const TRUNCATED_DEVIATION: f64 = 0.8796256610342398;

/// Draws from a normal distribution with variance `2 / inputs`, truncated at two standard deviations. Keras: `he_normal`.
///
/// Source: He et al., "Delving Deep into Rectifiers", 2015.
#[doc(alias = "kaiming_normal")]
pub fn he_normal(fan: Fan, rng: &mut Rng) -> f64 {
    truncated_normal(2.0 / size(fan.inputs), rng)
}

/// Draws from a uniform distribution with variance `2 / inputs`, within `±√(6 / inputs)`. Keras: `he_uniform`.
#[doc(alias = "kaiming_uniform")]
pub fn he_uniform(fan: Fan, rng: &mut Rng) -> f64 {
    symmetric_uniform(2.0 / size(fan.inputs), rng)
}

/// Draws from a normal distribution with variance `2 / (inputs + outputs)`, truncated at two standard deviations. Keras:
/// `glorot_normal`.
///
/// Source: Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural Networks", 2010.
#[doc(alias = "xavier_normal")]
pub fn glorot_normal(fan: Fan, rng: &mut Rng) -> f64 {
    truncated_normal(2.0 / size(fan.inputs + fan.outputs), rng)
}

/// Draws from a uniform distribution with variance `2 / (inputs + outputs)`, within `±√(6 / (inputs + outputs))`. Keras:
/// `glorot_uniform`.
#[doc(alias = "xavier_uniform")]
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

/// Creates the initializer of the first layer of a SIREN, a network of sines: a uniform distribution within `±w0 / inputs`.
///
/// Sitzmann et al. write a layer as `sin(w0 (W x + b))`. Here a layer is `Dense(…, sin)`, and `w0` is a factor of the initial
/// weights instead: the network computes the same function. Three initializers make a SIREN:
///
/// ```
/// # use mlp_core::initializers::{siren_first, siren_hidden, siren_last};
/// const W0: f64 = 30.0;
/// let first = siren_first(W0); // Dense(2 => 64, sin, init = siren_first(W0))
/// let hidden = siren_hidden; // Dense(64 => 64, sin, init = siren_hidden)
/// let last = siren_last(W0); // Dense(64 => 1, init = siren_last(W0))
/// # let _ = (first, hidden, last);
/// ```
///
/// `w0` sets how fast the function of the untrained network varies: 30 for images, about the largest wave number of a solution
/// for equations. A step of Adam changes a weight by about the learning rate, and in the paper this changes `w0 W` by `w0`
/// times as much. So a learning rate of the paper has to be multiplied by `w0` here for the layers of sines; usual learning
/// rates for `tanh` work too.
///
/// Source: Sitzmann et al., "Implicit Neural Representations with Periodic Activation Functions", 2020.
pub fn siren_first(w0: f64) -> Initializer {
    Initializer::from(move |fan: Fan, rng: &mut Rng| w0 / size(fan.inputs) * (2.0 * rng.uniform() - 1.0))
        .named("siren_first")
}

/// Draws the weights of a hidden layer of a SIREN: from a uniform distribution within `±√(6 / inputs)`, like [`he_uniform`].
///
/// This is `w0` times the `±√(6 / inputs) / w0` of Sitzmann et al., whose layer is `sin(w0 (W x + b))`. See [`siren_first`].
pub fn siren_hidden(fan: Fan, rng: &mut Rng) -> f64 {
    symmetric_uniform(2.0 / size(fan.inputs), rng)
}

/// Creates the initializer of the last layer of a SIREN, which has no sine: a uniform distribution within
/// `±√(6 / inputs) / w0`. See [`siren_first`].
pub fn siren_last(w0: f64) -> Initializer {
    Initializer::from(move |fan: Fan, rng: &mut Rng| siren_hidden(fan, rng) / w0).named("siren_last")
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
