//! Uncertainty of parameters and outputs: the formulas of linear regression, and intervals that cover as often as they should.

use mlp::prelude::*;
use nalgebra::{DMatrix, DVector};

use super::silent;

fn line(seed: u64, noise: f64) -> (DVector<f64>, DVector<f64>) {
    let mut rng = Rng::new(seed);
    let x = linspace(0.0, 1.0, 30);
    let y = x.map(|x| 1.0 + 2.0 * x + noise * rng.normal());
    (x, y)
}

/// `σ² (XᵀX)⁻¹`, with `n − 2` degrees of freedom.
#[test]
fn a_line_has_the_uncertainty_of_linear_regression() {
    let (x, y) = line(1, 0.1);
    let mut model = sequential![f64; Dense(1 => 1)].compile(LevenbergMarquardt::new(), MeanSquaredError);
    model.fit(&x, &y, silent(20)).expect("finite data");
    let uncertainty = model.uncertainty(&x, &y).expect("finite data");
    let columns = DMatrix::from_fn(30, 2, |row, column| if column == 0 { x[row] } else { 1.0 });
    let residuals = &columns * DVector::from_column_slice(model.as_slice()) - &y;
    let variance = residuals.norm_squared() / 28.0;
    let expected = (columns.transpose() * &columns).try_inverse().expect("of full rank") * variance;
    assert!((uncertainty.noise() - variance.sqrt()).abs() < 1e-10);
    assert!((uncertainty.effective_parameters() - 2.0).abs() < 1e-10);
    assert!((uncertainty.covariance() - &expected).norm() < 1e-10);
    let errors = uncertainty.standard_errors(&*model, &x).expect("finite data");
    for row in 0..30 {
        let at = columns.row(row);
        assert!((errors[row] - (at * &expected * at.transpose())[0].sqrt()).abs() < 1e-10);
    }
}

/// `trace(XᵀX (XᵀX + n λ I)⁻¹)`, where the bias has no penalty.
#[test]
fn penalties_determine_parameters() {
    let (x, y) = line(2, 0.1);
    let network = sequential![f64; Dense(1 => 1, l2 = 0.05)];
    let uncertainty = network.uncertainty(&x, &y).expect("finite data");
    let columns = DMatrix::from_fn(30, 2, |row, column| if column == 0 { x[row] } else { 1.0 });
    let product = columns.transpose() * &columns;
    let penalized = &product + DMatrix::from_diagonal(&DVector::from_column_slice(&[30.0 * 0.05, 0.0]));
    let expected = (product * penalized.try_inverse().expect("positive definite")).trace();
    assert!(expected < 1.9);
    assert!((uncertainty.effective_parameters() - expected).abs() < 1e-10);
}

/// With as many parameters as targets, nothing is known about the noise.
#[test]
fn noise_needs_more_targets_than_parameters() {
    let x = linspace(0.0, 1.0, 2);
    let uncertainty = sequential![f64; Dense(1 => 1)].uncertainty(&x, &x).expect("finite data");
    assert_eq!(uncertainty.noise(), f64::INFINITY);
    assert!(uncertainty.covariance().iter().all(|value| value.is_infinite()));
}

/// The share of curves inside of 1.96 standard errors, over 200 data sets: 95%, of which 200 independent ones would miss at most
/// 5.5% with a probability of 1e-3.
#[test]
fn intervals_cover_the_curve() {
    let (mut inside, mut all) = (0, 0);
    for seed in 0..200 {
        let (x, y) = line(seed, 0.3);
        let mut model = sequential![f64; Dense(1 => 1)].compile(GaussNewton::new(), MeanSquaredError);
        model.fit(&x, &y, silent(1)).expect("finite data");
        let errors = model.uncertainty(&x, &y).expect("finite data");
        let errors = errors.standard_errors(&*model, &x).expect("finite data");
        let predictions = model.predict(&x).expect("finite data");
        for row in [0, 10, 29] {
            let truth = 1.0 + 2.0 * x[row];
            inside += usize::from((predictions[row] - truth).abs() < 1.96 * errors[row]);
            all += 1;
        }
    }
    let share = inside as f64 / all as f64;
    assert!((0.895..=0.995).contains(&share), "{share}");
}
