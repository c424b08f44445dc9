//! Residuals of equations: solutions, and parameters of equations that are trained with the network.

use mlp::prelude::*;
use nalgebra::{DMatrix, DVector};

use super::silent;

residual! {
    /// Exponential decay from 1, with a rate that is trained.
    struct Decay { #[trainable] rate: f64 }
    (t) -> u = 1.0 + t * net { u.t + rate * u }
}

residual! {
    /// Measured values.
    struct Measured;
    (t; value) -> u = 1.0 + t * net { u - value }
}

sequential! { struct Solution: f64 { Dense(1 => 12, tanh), Dense(12 => 1) } }

#[test]
fn an_equation_and_its_parameter_are_solved_together() {
    let times = linspace(0.0, 2.0, 40);
    let values = times.map(|t: f64| (-1.5 * t).exp());
    let inside = Term::uniform(Decay { rate: 0.5 }, [(0.0, 2.0)], 100);
    let data = Term::with_data(Measured, &times, &values).expect("finite data").weight(10.0);
    let mut model = Solution::new(0).compile_residuals(LevenbergMarquardt::new(), (inside, data));
    let history = model.solve(silent(200)).expect("finite data");
    let rate = model.coefficients[0];
    assert!((rate - 1.5).abs() < 1e-4, "{rate}, {:?} after {}", history.loss().last(), history.loss().len());
    let solution = model.solution(&times).expect("finite data");
    let error = solution.iter().zip(&values).map(|(u, value)| (u - value).abs()).fold(0.0, f64::max);
    assert!(error < 1e-4, "{error:e}");
}

residual! {
    /// Value, first and second derivative, and a coefficient, all of them linear in the parameters.
    struct Linear { #[trainable] force: f64 }
    (t; value) -> u = 1.0 + t * net { u.tt + 3.0 * u.t + u + force * t.powi(3) - value }
}

residual! {
    /// Two equations for one output.
    struct Both;
    (t; one, two) -> u = 1.0 + t * net { first: u.t - one, second: u - two }
}

/// `net = w t + b` makes all residuals linear, so that one step solves the normal equations of both terms with their weights.
#[test]
fn one_step_solves_linear_equations() {
    let mut rng = Rng::new(1);
    let points = |count: usize| linspace(0.0, 1.0, count);
    let (many, few) = (points(300), points(7));
    let value = many.map(|_| rng.normal());
    let both: Vec<[f64; 2]> = (0..7).map(|_| [rng.normal(), rng.normal()]).collect();
    let linear = Term::with_data(Linear { force: 0.7 }, &many, &value).expect("finite data").weight(0.5);
    let second = Term::with_data(Both, &few, &both).expect("finite data").weight(3.0);
    let network = sequential![f64; Dense(1 => 1)].seed(2);
    let mut model = network.compile_residuals(GaussNewton::new(), (linear, second));
    model.solve(silent(1)).expect("finite residuals");

    // Each row: the derivatives of a residual by w, b and the force, and its negative at zero, times the root of its weight.
    let mut rows: Vec<[f64; 4]> = Vec::new();
    for (&t, value) in many.iter().zip(&value) {
        let weight = (0.5_f64 / 300.0).sqrt();
        rows.push([2.0 + 6.0 * t + t * t, 3.0 + t, t.powi(3), value - 1.0].map(|element| weight * element));
    }
    for (&t, [one, two]) in few.iter().zip(&both) {
        let weight = (3.0_f64 / 7.0).sqrt();
        rows.push([2.0 * t, 1.0, 0.0, *one].map(|element| weight * element));
        rows.push([t * t, t, 0.0, two - 1.0].map(|element| weight * element));
    }
    let jacobian = DMatrix::from_fn(rows.len(), 3, |row, column| rows[row][column]);
    let target = DVector::from_fn(rows.len(), |row, _| rows[row][3]);
    let expected = jacobian.clone().svd(true, true).solve(&target, 1e-14).expect("both factors");
    let found = [model.network.dense_1.weights[0], model.network.dense_1.bias[0], model.coefficients[0]];
    for (found, expected) in found.iter().zip(expected.iter()) {
        assert!((found - expected).abs() < 1e-10 * (1.0 + expected.abs()), "{found}, {expected}");
    }
}
