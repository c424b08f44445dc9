//! The Jacobian of a network by its parameters, compared with JAX's. `jacobian.py` writes the file.

use crate::golden::{Golden, mixed_difference};
use mlp::prelude::*;

sequential! {
    struct Mixed: f64 { Dense(3 => 6, tanh), Dense(6 => 5, sigmoid), Dense(5 => 2) }
    struct MixedF32 { Dense(3 => 6, tanh), Dense(6 => 5, sigmoid), Dense(5 => 2) }
}

#[test]
fn the_jacobian_is_that_of_jax() {
    let golden = Golden::read("jacobian");
    let x = golden.rows::<3>("x");
    let mut network = Mixed::new(0);
    network.as_mut_slice().copy_from_slice(golden.get("parameters"));
    let jacobian = network.parameter_jacobian(&x).expect("finite data");
    let rows: Vec<f64> = jacobian.transpose().iter().copied().collect();
    let difference = mixed_difference(&rows, golden.get("jacobian"));
    assert!(difference < 1e-13, "{difference:e}");

    let mut network = MixedF32::new(0);
    let parameters = network.as_mut_slice().iter_mut().zip(golden.get("parameters"));
    parameters.for_each(|(target, &value)| *target = value as f32);
    let x: Vec<[f32; 3]> = x.iter().map(|row| row.map(|value| value as f32)).collect();
    let jacobian = network.parameter_jacobian(&x).expect("finite data");
    let rows: Vec<f64> = jacobian.transpose().iter().copied().collect();
    let difference = mixed_difference(&rows, golden.get("jacobian"));
    assert!(difference < 1e-5, "{difference:e}");
}
