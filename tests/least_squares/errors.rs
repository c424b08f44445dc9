//! Networks, losses and weights that least squares do not support: an error, and nothing changes.

use mlp::prelude::*;
use mlp::training::LeastSquaresError;

use super::silent;

fn error<N, O, L>(model: &mut Compiled<N, O, L>, fit: Fit) -> TrainingError
where
    N: Network<Scalar = f64, Input = Features<1>, Output = Features<1>>,
    O: Optimizer,
    L: Loss<f64, Features<1>, Targets = Features<1>>,
{
    let before = model.as_slice().to_vec();
    let x = linspace(0.0, 1.0, 4);
    let error = model.fit(&x, &x, fit).expect_err("an error");
    assert_eq!(model.as_slice(), before);
    error
}

#[test]
fn a_network_above_the_limit_names_another_optimizer() {
    let network = sequential![f64; Dense(1 => 10, tanh), Dense(10 => 1)];
    let mut model = network.compile(LevenbergMarquardt::new().max_parameters(30), MeanSquaredError);
    let error = error(&mut model, silent(1));
    let TrainingError::LeastSquares(LeastSquaresError::TooManyParameters { parameters: 31, max: 30, bytes }) = error
    else {
        panic!("{error}");
    };
    // A lower triangle of 32 columns in one panel, and a square factor.
    assert_eq!(bytes, 2 * 32 * 32 * 8);
    assert!(error.to_string().contains("Lbfgs"), "{error}");
}

#[test]
fn weights_and_penalties_are_checked() {
    let linear = || sequential![f64; Dense(1 => 1)].compile(LevenbergMarquardt::new(), MeanSquaredError);
    let negative = error(&mut linear(), silent(1).sample_weight([1.0, -2.0, 1.0, 1.0]));
    assert_eq!(negative, LeastSquaresError::NegativeWeight { weight: -2.0 }.into());
    let negative = error(&mut linear().loss_weights([-1.0]), silent(1));
    assert_eq!(negative, LeastSquaresError::NegativeWeight { weight: -1.0 }.into());
    let mut model = sequential![f64; Dense(1 => 1, l1 = 0.1)].compile(GaussNewton::new(), MeanSquaredError);
    assert_eq!(error(&mut model, silent(1)), LeastSquaresError::Penalty.into());
    let network = sequential![f64; Dense(1 => 1, trainable = false)];
    let mut model = network.compile(LevenbergMarquardt::new(), MeanSquaredError);
    assert_eq!(error(&mut model, silent(1)), LeastSquaresError::NoParameters.into());
}

#[test]
fn settings_are_checked() {
    for optimizer in [
        LevenbergMarquardt::new().radius(0.0),
        LevenbergMarquardt::new().radius(f64::NAN),
        LevenbergMarquardt::new().loss_tolerance(-1.0),
        LevenbergMarquardt::new().step_tolerance(f64::INFINITY),
        LevenbergMarquardt::new().gradient_tolerance(-1.0),
    ] {
        let mut model = sequential![f64; Dense(1 => 1)].compile(optimizer, MeanSquaredError);
        let error = error(&mut model, silent(1));
        assert!(matches!(error, TrainingError::Option(_)), "{error}");
    }
}

/// Undamped steps need parameters that the data determines. Damped ones do not.
#[test]
fn gauss_newton_reports_a_singular_problem() {
    let network = sequential![f64; Dense(1 => 10, tanh), Dense(10 => 1)];
    let mut model = network.compile(GaussNewton::new(), MeanSquaredError);
    let x = linspace(0.0, 1.0, 4);
    let before = model.as_slice().to_vec();
    let history = model.fit(&x, &x, silent(10)).expect("finite data");
    assert_eq!(history.loss().len(), 1);
    assert!(history.stop_reason().is_some_and(|reason| reason.contains("singular")));
    assert_eq!(model.as_slice(), before);
}
