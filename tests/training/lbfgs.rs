//! L-BFGS finds known minima, reaches a lower loss than Adam, and never increases the loss.

use core::f64::consts::TAU;

use mlp::Scalar;
use mlp::prelude::*;
use nalgebra::{Const, DMatrix, DVector, Dyn, OMatrix};

const SAMPLES: usize = 60;

fn silent(epochs: usize, batch_size: usize) -> Fit {
    Fit::new().epochs(epochs).batch_size(batch_size).verbose(Verbose::Silent)
}

/// Returns three inputs of very different scales, and a target that is not linear in them.
fn least_squares() -> (OMatrix<f64, Dyn, Const<3>>, DVector<f64>) {
    let mut rng = Rng::new(1);
    let x = OMatrix::<f64, Dyn, Const<3>>::from_fn(SAMPLES, |_, column| rng.normal() * [0.1, 1.0, 5.0][column]);
    let y = DVector::from_fn(SAMPLES, |row, _| 3.0 * x[(row, 0)] - x[(row, 1)] + 0.2 * x[(row, 2)].sin() + 0.7);
    (x, y)
}

/// Solves the normal equations for the weights and the bias.
fn normal_equations(x: &OMatrix<f64, Dyn, Const<3>>, y: &DVector<f64>) -> DVector<f64> {
    let x = DMatrix::from_fn(SAMPLES, 4, |row, column| if column < 3 { x[(row, column)] } else { 1.0 });
    (x.transpose() * &x).cholesky().expect("of full rank").solve(&(x.transpose() * y))
}

fn largest_error<T: Scalar>(found: &[T], expected: &DVector<f64>) -> f64 {
    assert_eq!(found.len(), expected.len());
    found
        .iter()
        .zip(expected.iter())
        .map(|(found, expected)| (Scalar::to_f64(*found) - expected).abs())
        .max_by(f64::total_cmp)
        .expect("elements")
}

/// The tolerance is the square root of the scalar's: an error in the weights is squared in the loss.
#[test]
fn least_squares_are_solved() {
    let (x, y) = least_squares();
    let expected = normal_equations(&x, &y);
    let mut model = sequential![f64; Dense(3 => 1)].compile(Lbfgs::default(), MeanSquaredError);
    model.fit(&x, &y, silent(2, SAMPLES)).expect("finite data");
    assert!(largest_error(model.as_slice(), &expected) < 1e-7, "{:?}, {expected}", model.dense_1);

    let (x, y) = (x.map(|x| x as f32), y.map(|y| y as f32));
    let mut model = sequential![Dense(3 => 1)].compile(Lbfgs::default(), MeanSquaredError);
    model.fit(&x, &y, silent(2, SAMPLES)).expect("finite data");
    assert!(largest_error(model.as_slice(), &expected) < 2e-3, "{:?}, {expected}", model.dense_1);
}

const EVALUATIONS: usize = 1000;
const SEEDS: u64 = 8;

/// Returns the losses of Adam and of L-BFGS, from the same weights and after the same number of evaluations.
fn both_on_the_sine<N>(network: Box<N>) -> [f64; 2]
where
    N: Network<Input = Features<1>, Output = Features<1>>,
    MeanSquaredError: Loss<N::Scalar, Features<1>, Targets = Features<1>>,
    DVector<N::Scalar>: Data<N::Scalar, Features<1>>,
{
    let x = linspace(0.0, TAU, 200);
    let y = x.map(|x| N::Scalar::from_f64(x.sin()));
    let x = x.map(N::Scalar::from_f64);
    let mut adam = network.to_boxed().compile(Adam::new(1e-3), MeanSquaredError);
    adam.fit(&x, &y, silent(EVALUATIONS, 200)).expect("finite data");
    let lbfgs = Lbfgs::new(EVALUATIONS).max_eval(EVALUATIONS);
    let mut lbfgs = network.compile(lbfgs, MeanSquaredError);
    lbfgs.fit(&x, &y, silent(1, 200)).expect("finite data");
    [adam.evaluate(&x, &y).expect("finite data").loss, lbfgs.evaluate(&x, &y).expect("finite data").loss]
}

/// Every seed reaches a loss at least 1000 times lower in `f64`, and 100 times lower in `f32`.
#[test]
fn a_smooth_network_reaches_a_much_lower_loss_than_with_adam() {
    for seed in 0..SEEDS {
        let [adam, lbfgs] =
            both_on_the_sine(sequential![f64; Dense(1 => 10, tanh), Dense(10 => 10, tanh), Dense(10 => 1)].seed(seed));
        assert!(lbfgs < 1e-3 * adam, "f64, seed {seed}: {lbfgs:e} is not far below {adam:e}");
        let [adam, lbfgs] =
            both_on_the_sine(sequential![Dense(1 => 10, tanh), Dense(10 => 10, tanh), Dense(10 => 1)].seed(seed));
        assert!(lbfgs < 1e-2 * adam, "f32, seed {seed}: {lbfgs:e} is not far below {adam:e}");
    }
}

/// With `relu`, a seed may end in a local minimum, where dead units leave half of the wave flat. So only the better half of
/// the seeds is compared.
#[test]
fn a_relu_network_reaches_a_lower_loss_than_with_adam() {
    let losses = (0..SEEDS).map(|seed| {
        both_on_the_sine(sequential![f64; Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1)].seed(seed))
    });
    let [mut adam, mut lbfgs] = [Vec::new(), Vec::new()];
    for [of_adam, of_lbfgs] in losses {
        adam.push(of_adam);
        lbfgs.push(of_lbfgs);
    }
    for losses in [&mut adam, &mut lbfgs] {
        losses.sort_by(f64::total_cmp);
    }
    println!("Adam {adam:?}, L-BFGS {lbfgs:?}");
    for rank in 0..SEEDS as usize / 2 {
        assert!(lbfgs[rank] < 0.2 * adam[rank], "rank {rank}: {lbfgs:?} against {adam:?}");
    }
}

/// Steps of few iterations continue from the last step, also after convergence.
#[test]
fn the_loss_never_rises() {
    let x = linspace(0.0, 6.0, 100);
    let y = x.map(|x: f32| x.sin());
    let network = sequential![Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1)].seed(2);
    let mut model = network.compile(Lbfgs::new(3), MeanSquaredError);
    let history = model.fit(&x, &y, silent(400, 100)).expect("finite data");
    assert!(history.loss().is_sorted_by(|before, after| before >= after), "{:?}", history.loss());
    assert!(history.loss()[399] < 1e-2 * history.loss()[0], "{:?}", history.loss());
}

/// A step after a change of weights or data starts from the new weights, with a new history.
#[test]
fn new_weights_and_new_data_reset_the_history() {
    let x = linspace(0.0, 6.0, 100);
    let (y, z) = (x.map(f64::sin), x.map(f64::cos));
    let mut model = sequential![f64; Dense(1 => 10, tanh), Dense(10 => 1)].compile(Lbfgs::new(50), MeanSquaredError);
    model.fit(&x, &y, silent(20, 100)).expect("finite data");
    let best = model.evaluate(&x, &y).expect("finite data").loss;
    model.dense_2.bias[0] += 1.0;
    model.fit(&x, &y, silent(20, 100)).expect("finite data");
    assert!(model.evaluate(&x, &y).expect("finite data").loss < 2.0 * best);
    model.fit(&x, &z, silent(20, 100)).expect("finite data");
    assert!(model.evaluate(&x, &z).expect("finite data").loss < 1e-3);
}

/// Small batches work, although L-BFGS is made for full batches.
#[test]
fn small_batches_are_trained_one_by_one() {
    let x = linspace(0.0, 6.0, 100);
    let y = x.map(|x: f32| x.sin());
    let mut model = sequential![Dense(1 => 10, tanh), Dense(10 => 1)].compile(Lbfgs::new(2), MeanSquaredError);
    let history = model.fit(&x, &y, silent(20, 25)).expect("finite data");
    assert!(history.loss()[19] < history.loss()[0], "{:?}", history.loss());
}

/// The line search recovers from a step with an infinite loss.
#[test]
fn a_step_that_is_too_long_is_shortened() {
    let x = linspace(0.0, 1.0, 50);
    let y = x.map(|x: f32| (3.0 * x).exp());
    let network = sequential![Dense(1 => 4, tanh), Dense(4 => 1, exponential)];
    let mut model = network.compile(Lbfgs::new(200).learning_rate(1e4), MeanSquaredError);
    model.fit(&x, &y, silent(1, 50)).expect("finite data");
    assert!(model.evaluate(&x, &y).expect("finite data").loss < 1e-2);
}
