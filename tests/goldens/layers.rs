//! Trainings in Keras of a small network with each layer in the middle, repeated in both precisions. `layers.py` writes the
//! files.

use mlp::Scalar;
use mlp::prelude::*;
use nalgebra::{Const, Dyn, OMatrix};

use crate::golden::{Golden, mixed_difference};

fn wave<T: Scalar, const N: usize>(rows: usize, phase: f64) -> OMatrix<T, Dyn, Const<N>> {
    let number = |row: usize, column: usize| ((row * 7 + column * 3) as f64 * 0.61 + phase).sin() * 1.7;
    OMatrix::<T, Dyn, Const<N>>::from_fn(rows, |row, column| T::from_f64(number(row, column)))
}

/// Returns the indices of the trainable parameters: those that a step with a gradient of ones changes.
fn trained<N: Network>() -> Vec<usize> {
    let (mut moved, mut ones) = (N::zeroed(), N::zeroed());
    ones.as_mut_slice().fill(N::Scalar::from_f64(1.0));
    OptimizerState::new(Sgd::new(0.5)).step(&mut moved, &mut ones);
    (0..N::COUNT).filter(|&index| moved.as_slice()[index].to_f64() < 0.0).collect()
}

fn compare<N>(mut network: Box<N>, name: &str, (precision, bound): (&str, f64))
where
    N: Network<Input = Features<3>, Output = Features<2>>,
    MeanSquaredError: Loss<N::Scalar, Features<2>, Targets = Features<2>>,
{
    let (x, y) = (wave::<N::Scalar, 3>(20, 0.0), wave::<N::Scalar, 2>(20, 1.0));
    let (trained, golden) = (trained::<N>(), Golden::read(&format!("layers_{precision}")));
    let first = golden.get(&format!("{name}.first"));
    assert_eq!(trained.len(), first.len(), "trained parameters");
    for (&index, &number) in trained.iter().zip(first) {
        network.as_mut_slice()[index] = N::Scalar::from_f64(number);
    }
    let mut model = network.compile(Adam::new(1e-2), MeanSquaredError);
    let losses: Vec<f64> = (0..100).map(|_| model.train_on_batch(&x, &y).expect("finite data")).collect();
    let last: Vec<f64> = trained.iter().map(|&index| model.as_slice()[index].to_f64()).collect();
    let predictions: Vec<f64> =
        model.predict(&x).expect("finite data").transpose().iter().map(|number| number.to_f64()).collect();
    for (part, ours) in [("losses", &losses), ("last", &last), ("predictions", &predictions)] {
        let difference = mixed_difference(ours, golden.get(&format!("{name}.{part}")));
        assert!(difference < bound, "{precision}, {part}: {difference:e}");
    }
}

const FLOAT64: (&str, f64) = ("float64", 1e-9);
const FLOAT32: (&str, f64) = ("float32", 1e-5);

macro_rules! layers {
    ($($name:ident: $layer:ident($($argument:tt)*);)*) => {$(
        #[test]
        fn $name() {
            let network = sequential![f64; Dense(3 => 4, tanh), $layer($($argument)*), Dense(4 => 2)];
            compare(network.seed(0), stringify!($name), FLOAT64);
            let network = sequential![Dense(3 => 4, tanh), $layer($($argument)*), Dense(4 => 2)];
            compare(network.seed(0), stringify!($name), FLOAT32);
        }
    )*};
}

layers! {
    batch_normalization: BatchNormalization(4);
    batch_normalization_fast: BatchNormalization(4, momentum = 0.5, epsilon = 1e-5);
    dense_held_small: Dense(4 => 4, l1 = 1.0 / 128.0, l2 = 1.0 / 32.0, bias_l1 = 1.0 / 64.0, bias_l2 = 1.0 / 128.0);
    dense_of_short_weights: Dense(4 => 4, max_norm = 0.5);
    dense_that_stays: Dense(4 => 4, init = constant(0.25), l2 = 1.0 / 64.0, trainable = false);
    dense_without_bias: Dense(4 => 4, use_bias = false);
    layer_normalization: LayerNormalization(4);
    prelu: PRelu(4);
    rescaling: Rescaling(4, scale = 0.3, offset = -0.2);
    rms_normalization: RmsNormalization(4);
    unit_normalization: UnitNormalization(4);
    softplus: Activation(4, softplus);
}

#[test]
fn normalization() {
    let mut network = sequential![f64; Dense(3 => 4, tanh), Normalization(4), Dense(4 => 2)].seed(0);
    network.normalization_1.mean = [0.125, -0.25, 0.375, 0.0].into();
    network.normalization_1.variance = [1.0, 2.0, 0.5, 0.25].into();
    compare(network, "normalization", FLOAT64);
    let mut network = sequential![Dense(3 => 4, tanh), Normalization(4), Dense(4 => 2)].seed(0);
    network.normalization_1.mean = [0.125, -0.25, 0.375, 0.0].into();
    network.normalization_1.variance = [1.0, 2.0, 0.5, 0.25].into();
    compare(network, "normalization", FLOAT32);
}
