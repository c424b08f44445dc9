//! Residuals of equations: solutions, and parameters of equations that are trained with the network.

use mlp::prelude::*;

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
