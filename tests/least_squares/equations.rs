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
    let error =
        solution.iter().zip(&values).map(|(u, value)| (u - value).abs()).max_by(f64::total_cmp).expect("values");
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

residual! {
    /// `Δu = −2π² sin(πx) sin(πy)`, with zeros at the boundary of the square.
    struct Poisson;
    (x, y) -> u = x * (1 - x) * y * (1 - y) * net {
        u.xx + u.yy + 2 * PI.powi(2) * (PI * x).sin() * (PI * y).sin()
    }
}

use std::f64::consts::PI;

sequential! { struct Membrane: f64 { Dense(2 => 16, tanh), Dense(16 => 1) } }

/// Returns the relative L2 error of the solution of Poisson's equation.
fn error_of_poisson<O>(optimizer: O, seed: u64, epochs: usize) -> f64
where
    O: mlp::optimizers::Trains<mlp::residuals::Augmented<Membrane>, mlp::residuals::Residuals<Term<Poisson, f64>, f64>>,
{
    let term = Term::uniform(Poisson, [(0.0, 1.0), (0.0, 1.0)], 400);
    let mut model = Membrane::new(seed).compile_residuals(optimizer, term);
    model.solve(silent(epochs)).expect("finite residuals");
    let points: Vec<[f64; 2]> = (0..400).map(|i| [f64::from(i % 20) / 19.0, f64::from(i / 20) / 19.0]).collect();
    let solution = model.solution(&points).expect("finite data");
    let truth = |[x, y]: [f64; 2]| (PI * x).sin() * (PI * y).sin();
    let square = |value: f64| value * value;
    let errors: f64 = points.iter().zip(solution.iter()).map(|(&point, &u)| square(u - truth(point))).sum();
    (errors / points.iter().map(|&point| square(truth(point))).sum::<f64>()).sqrt()
}

#[test]
fn the_energy_natural_gradient_solves_poisson() {
    for seed in 0..3 {
        let error = error_of_poisson(EnergyNaturalGradient::new(), seed, 100);
        assert!(error < 1e-4, "seed {seed}: {error:e}");
    }
}

/// A linear model: the first step is the least-squares solution, and a later one ends the training.
#[test]
fn the_energy_natural_gradient_solves_linear_equations_in_one_step() {
    let many = linspace(0.0, 1.0, 50);
    let value = many.map(|t: f64| (3.0 * t).sin());
    let solve = |optimizer: EnergyNaturalGradient, epochs| {
        let term = Term::with_data(Linear { force: 0.7 }, &many, &value).expect("finite data");
        let mut model = sequential![f64; Dense(1 => 1)].seed(2).compile_residuals(optimizer, term);
        let history = model.solve(silent(epochs)).expect("finite residuals");
        (model.as_slice()[..3].to_vec(), history)
    };
    let term = Term::with_data(Linear { force: 0.7 }, &many, &value).expect("finite data");
    let mut exact = sequential![f64; Dense(1 => 1)].seed(2).compile_residuals(GaussNewton::new(), term);
    exact.solve(silent(1)).expect("finite residuals");
    for damping in [0.0, 1e-14, 1e-12] {
        let (found, _) = solve(EnergyNaturalGradient::new().damping(damping), 1);
        for (found, expected) in found.iter().zip(exact.as_slice()) {
            assert!((found - expected).abs() < 1e-6 * (1.0 + expected.abs()), "{damping}: {found}, {expected}");
        }
    }
    let (_, history) = solve(EnergyNaturalGradient::new(), 20);
    assert!(history.stop_reason().is_some() && history.loss().len() < 6, "{:?}", history.loss());
    let term = Term::with_data(Linear { force: 0.7 }, &many, &value).expect("finite data");
    let invalid = EnergyNaturalGradient::new().damping(f64::NAN);
    let mut model = sequential![f64; Dense(1 => 1)].compile_residuals(invalid, term);
    assert!(model.solve(silent(1)).expect_err("an invalid option").to_string().contains("damping"));
}

/// Fewer points than parameters: the Gram matrix has a low rank.
#[test]
fn the_energy_natural_gradient_accepts_few_points() {
    let term = Term::uniform(Poisson, [(0.0, 1.0), (0.0, 1.0)], 20);
    let mut model = Membrane::new(0).compile_residuals(EnergyNaturalGradient::new(), term);
    let history = model.solve(silent(30)).expect("finite residuals");
    let (first, last) = (history.loss()[0], *history.loss().last().expect("an epoch"));
    assert!(last < 1e-6 * first, "{first:e}, {last:e}");
}

/// Solves an inverse problem of two terms, one of them with new points, in one go and resumed from a checkpoint of any epoch.
#[test]
fn a_resumed_solution_has_the_same_bits() {
    fn check<O>(name: &str, optimizer: O)
    where
        O: Copy
            + mlp::optimizers::Trains<
                mlp::residuals::Augmented<Solution>,
                mlp::residuals::Residuals<(Term<Decay, f64>, Term<Measured, f64>), f64>,
            >,
    {
        let times = linspace(0.0, 2.0, 20);
        let values = times.map(|t: f64| (-1.5 * t).exp() + 0.01 * (50.0 * t).sin());
        let compile = || {
            let inside = Term::uniform(Decay { rate: 0.5 }, [(0.0, 2.0)], 50).redraw(Redraw::every(3));
            let data = Term::with_data(Measured, &times, &values).expect("finite data").weight(10.0);
            Solution::new(0).compile_residuals(optimizer, (inside, data))
        };
        let mut whole = compile();
        let history = whole.solve(silent(10).seed(4)).expect("finite data");
        assert_eq!(history.loss().len(), 10, "{name} ended early");
        for split in [1, 3, 4, 9] {
            let mut first = compile();
            first.solve(silent(split).seed(4)).expect("finite data");
            let bytes = first.to_bytes().expect("a checkpoint");
            let mut second = compile();
            assert_eq!(second.load_bytes(&bytes).expect("the same model"), split);
            let rest = second.solve(silent(10).seed(4).initial_epoch(split)).expect("finite data");
            assert_eq!(second.as_slice(), whole.as_slice(), "{name}, resumed after {split} epochs");
            assert_eq!(rest.loss(), &history.loss()[split..], "{name}, resumed after {split} epochs");
        }
    }
    check("LevenbergMarquardt", LevenbergMarquardt::new().loss_tolerance(0.0).step_tolerance(0.0));
    check("EnergyNaturalGradient", EnergyNaturalGradient::new().loss_tolerance(0.0).step_tolerance(0.0));
}
