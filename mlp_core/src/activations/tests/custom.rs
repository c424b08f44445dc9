//! Custom activations: what `Elementwise` computes and keeps.

use super::super::*;
use super::{FEATURES, features, filled};

/// `y = z³`
enum Cube {}

impl<T: Scalar> Elementwise<T> for Cube {
    fn value(z: T) -> T {
        z * z * z
    }
    fn derivative(z: T, _y: T) -> T {
        z * z * T::from_f64(3.0)
    }
}

/// `y = eᶻ`, whose derivative follows from `y`.
enum Exponential {}

impl<T: Scalar> Elementwise<T> for Exponential {
    const KEEPS_INPUT: bool = false;

    fn value(z: T) -> T {
        z.exp()
    }
    fn derivative(z: T, y: T) -> T {
        assert!(z.is_nan(), "`z` is not kept");
        y
    }
}

/// Returns `y` and `dz` for `dy = 2`.
fn pass<A: ActivationFunction<f64>>(z: &[f64]) -> [Vec<f64>; 2] {
    let samples = z.len() / FEATURES;
    let (before, mut after) = (filled(z), filled(z));
    let mut gradient = filled(&vec![2.0; z.len()]);
    A::forward(after.tile_mut(FEATURES, samples));
    let z = A::KEEPS_INPUT.then(|| before.tile(FEATURES, samples));
    A::backward(z, after.tile(FEATURES, samples), gradient.tile_mut(FEATURES, samples));
    [features(after.tile(FEATURES, samples)), features(gradient.tile(FEATURES, samples))]
}

const Z: [f64; 6] = [-1.5, -1.0, 0.0, 0.5, 1.0, 2.0];

#[test]
fn a_custom_activation_keeps_its_input_by_default() {
    assert_eq!(pass::<Cube>(&Z), [Z.map(|z| z * z * z), Z.map(|z| 2.0 * (z * z * 3.0))]);
}

#[test]
fn a_custom_activation_can_do_without_its_input() {
    let exponentials = Z.map(num_traits::Float::exp);
    assert_eq!(pass::<Exponential>(&Z), [exponentials, exponentials.map(|y| 2.0 * y)]);
}

#[test]
#[should_panic(expected = "`z` is required")]
fn a_missing_input_panics() {
    let (y, mut gradient) = (filled(&Z), filled(&Z));
    <Cube as ActivationFunction<f64>>::backward(None, y.tile(FEATURES, 2), gradient.tile_mut(FEATURES, 2));
}
