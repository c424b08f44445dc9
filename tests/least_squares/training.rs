//! Minima that are reached, all kinds of weights, networks with parameters that do not matter, and resumed trainings.

use core::f64::consts::TAU;

use mlp::prelude::*;
use nalgebra::{Const, DMatrix, DVector, Dyn, OMatrix};

use super::silent;

sequential! { struct Sine: f64 { Dense(1 => 10, tanh), Dense(10 => 10, tanh), Dense(10 => 1) } }
sequential! { struct SineF32 { Dense(1 => 10, tanh), Dense(10 => 10, tanh), Dense(10 => 1) } }

fn wave() -> (DVector<f64>, DVector<f64>) {
    let x = linspace(0.0, TAU, 1000);
    let y = x.map(f64::sin);
    (x, y)
}

#[test]
fn a_sine_is_learned_to_eight_digits() {
    let (x, y) = wave();
    for seed in 0..3 {
        let mut model = Sine::new(seed).compile(LevenbergMarquardt::new(), MeanSquaredError);
        let stop = |status: &mut Status| {
            if status.get("loss").is_some_and(|loss| loss < 1e-8) {
                status.stop();
            }
        };
        let history = model.fit(&x, &y, silent(300).on_epoch_end(stop)).expect("finite data");
        let losses = history.loss();
        assert!(losses.windows(2).all(|pair| pair[1] <= pair[0]), "the loss never rises");
        assert!(losses.last().is_some_and(|&loss| loss < 1e-8), "seed {seed}: {:?}", losses.last());
    }
}

/// In single precision too, where the normal equations are sums in double precision.
#[test]
fn single_precision_reaches_its_rounding() {
    let (x, y) = wave();
    let (x, y) = (x.map(|x| x as f32), y.map(|y| y as f32));
    let mut model = SineF32::new(0).compile(LevenbergMarquardt::new(), MeanSquaredError);
    let history = model.fit(&x, &y, silent(200)).expect("finite data");
    let loss = model.evaluate(&x, &y).expect("finite data").loss;
    assert!(loss < 1e-7, "{loss:e}, {:?}", history.stop_reason());
}

/// Whatever the batch size, an epoch is one step on all samples.
#[test]
fn an_epoch_is_one_step_on_all_samples() {
    let (x, y) = wave();
    let losses = [1, 7, 5000].map(|batch_size| {
        let mut model = Sine::new(1).compile(LevenbergMarquardt::new(), MeanSquaredError);
        let history = model.fit(&x, &y, silent(5).batch_size(batch_size)).expect("finite data");
        history.loss().to_vec()
    });
    assert_eq!(losses[0], losses[1]);
    assert_eq!(losses[0], losses[2]);
}

/// One step solves a linear problem with sample weights and a penalty: `(Xᵀ W X / n + λ I) w = Xᵀ W y / n`.
#[test]
fn weighted_ridge_regression_needs_one_step() {
    const SAMPLES: usize = 40;
    let mut rng = Rng::new(1);
    let x = OMatrix::<f64, Dyn, Const<2>>::from_fn(SAMPLES, |_, _| rng.normal());
    let y = DVector::from_fn(SAMPLES, |row, _| x[(row, 0)] - 0.5 * x[(row, 1)] + 0.3 + 0.1 * rng.normal());
    let weights: Vec<f64> = (0..SAMPLES).map(|_| rng.uniform()).collect();
    let columns = DMatrix::from_fn(SAMPLES, 3, |row, column| if column < 2 { x[(row, column)] } else { 1.0 });
    let weighted = DMatrix::from_fn(SAMPLES, 3, |row, column| columns[(row, column)] * weights[row] / SAMPLES as f64);
    // The bias has no penalty.
    let penalty = DMatrix::from_diagonal(&DVector::from_column_slice(&[0.01, 0.01, 0.0]));
    let expected = (weighted.transpose() * &columns + penalty).cholesky().expect("positive definite");
    let expected = expected.solve(&(weighted.transpose() * &y));
    let network = || sequential![f64; Dense(2 => 1, l2 = 0.01)].seed(2);
    let check = |found: &[f64]| {
        let error =
            found.iter().zip(expected.iter()).map(|(a, b)| (a - b).abs()).max_by(f64::total_cmp).expect("parameters");
        assert!(error < 1e-12, "{found:?}, {expected}");
    };
    let mut model = network().compile(GaussNewton::new(), MeanSquaredError);
    model.fit(&x, &y, silent(1).sample_weight(weights.clone())).expect("finite data");
    check(model.as_slice());
    let mut model = network().compile(LevenbergMarquardt::new().radius(1e6), MeanSquaredError);
    model.fit(&x, &y, silent(2).sample_weight(weights)).expect("finite data");
    check(model.as_slice());
}

functional! {
    /// Two outputs of different sizes.
    struct Heads: f64 {
        let input = Input(2);
        let hidden = Dense(2 => 4, tanh, l2 = 1e-3)(input);
        let one = Dense(4 => 1, l2 = 1e-3)(hidden);
        let two = Dense(4 => 2, l2 = 1e-3)(hidden);
        Model(input => (one, two))
    }
}

/// At the end, no parameter has a derivative of the weighted loss.
#[test]
fn several_outputs_with_weights_reach_a_minimum() {
    let mut rng = Rng::new(3);
    let x = OMatrix::<f64, Dyn, Const<2>>::from_fn(50, |_, _| rng.normal());
    let one = DVector::from_fn(50, |row, _| (x[(row, 0)] - 0.5 * x[(row, 1)]).tanh());
    let two = OMatrix::<f64, Dyn, Const<2>>::from_fn(50, |row, column| (x[(row, column)] + 0.1).tanh());
    let y = (&one, &two);
    let losses = (MeanSquaredError, MeanSquaredError);
    let mut model = Heads::new(4).compile(LevenbergMarquardt::new(), losses).loss_weights([0.3, 2.0]);
    let weights: Vec<f64> = (0..50).map(|_| rng.uniform()).collect();
    let history = model.fit(&x, &y, silent(500).sample_weight(weights.clone())).expect("finite data");
    assert!(history.stop_reason().is_some(), "{:?} {:?}", history.loss().last(), history.loss().len());
    for parameter in 0..Heads::COUNT {
        let mut loss_at = |offset: f64| {
            model.as_mut_slice()[parameter] += offset;
            let loss = model.sample_weight(&weights).evaluate(&x, &y).expect("finite data").loss;
            model.as_mut_slice()[parameter] -= offset;
            loss
        };
        let derivative = (loss_at(1e-5) - loss_at(-1e-5)) / 2e-5;
        assert!(derivative.abs() < 1e-6, "parameter {parameter}: {derivative:e}");
    }
}

/// Fewer samples than parameters, units that are dead, and inputs that are equal: nothing is singular.
#[test]
fn parameters_that_do_not_matter_are_no_obstacle() {
    let x = linspace(-1.0, 1.0, 3);
    let y = DVector::from_column_slice(&[1.0, -2.0, 0.5]);
    let mut model = Sine::new(5).compile(LevenbergMarquardt::new(), MeanSquaredError);
    model.fit(&x, &y, silent(100)).expect("finite data");
    let loss = model.evaluate(&x, &y).expect("finite data").loss;
    assert!(loss < 1e-18, "{loss:e}");

    let mut network = sequential![f64; Dense(1 => 10, relu), Dense(10 => 1)].seed(6);
    network.dense_1.bias.fill(-100.0);
    let mut model = network.compile(LevenbergMarquardt::new(), MeanSquaredError);
    let history = model.fit(&x, &y, silent(50)).expect("finite data");
    // Only the last bias matters: the mean of the targets is left.
    let variance = y.iter().map(|y| (y + 0.5 / 3.0).powi(2)).sum::<f64>() / 3.0;
    assert!(
        (model.evaluate(&x, &y).expect("finite data").loss - variance).abs() < 1e-12,
        "{:?}",
        history.stop_reason()
    );

    let x = DVector::from_element(20, 0.5);
    let y = DVector::from_element(20, 3.0);
    let mut model = Sine::new(7).compile(LevenbergMarquardt::new(), MeanSquaredError);
    model.fit(&x, &y, silent(100)).expect("finite data");
    assert!(model.evaluate(&x, &y).expect("finite data").loss < 1e-18);
}

#[test]
fn a_training_ends_with_its_reason() {
    let x = linspace(0.0, 1.0, 20);
    let y = x.map(|x: f64| 2.0 * x + 1.0 + 0.01 * (40.0 * x).sin());
    let mut model = sequential![f64; Dense(1 => 1)].compile(LevenbergMarquardt::new(), MeanSquaredError);
    let history = model.fit(&x, &y, silent(100)).expect("finite data");
    assert!(history.loss().len() < 10, "{:?}", history.loss());
    assert!(history.stop_reason().is_some());
    assert!(model.optimizer_state_mut().state().stop_reason().is_some());
}

#[test]
fn another_optimizer_can_come_first() {
    let (x, y) = wave();
    let mut model = Sine::new(8).compile(Adam::new(1e-2), MeanSquaredError);
    model.fit(&x, &y, silent(2)).expect("finite data");
    let mut model = model.with_optimizer(LevenbergMarquardt::new());
    model.fit(&x, &y, silent(60)).expect("finite data");
    assert!(model.evaluate(&x, &y).expect("finite data").loss < 1e-6);
}

/// A checkpoint holds damping, radius and scaling.
#[test]
fn a_resumed_training_has_the_same_bits() {
    let (x, y) = wave();
    let (x, y) = (x.map(|x| x as f32), y.map(|y| y as f32));
    let compile = || SineF32::new(9).compile(LevenbergMarquardt::new(), MeanSquaredError);
    let mut whole = compile();
    whole.fit(&x, &y, silent(12)).expect("finite data");
    let mut first = compile();
    first.fit(&x, &y, silent(5)).expect("finite data");
    let bytes = first.to_bytes().expect("a checkpoint");
    let mut second = compile();
    assert_eq!(second.load_bytes(&bytes).expect("the same model"), 5);
    second.fit(&x, &y, silent(12).initial_epoch(5)).expect("finite data");
    assert_eq!(second.as_slice(), whole.as_slice());
}

#[test]
fn other_sums_of_squares_are_minimized() {
    let x = linspace(0.1, 3.0, 50);
    let y = x.map(f64::exp);
    let network = sequential![f64; Dense(1 => 6, tanh), Dense(6 => 1, softplus)].seed(10);
    let mut model = network.compile(LevenbergMarquardt::new(), MeanSquaredLogarithmicError);
    model.fit(&x, &y, silent(100)).expect("finite data");
    let loss = model.evaluate(&x, &y).expect("finite data").loss;
    assert!(loss < 1e-6, "{loss:e}");
}
