//! Trainings of Keras and PyTorch, repeated from the same weights.

use mlp::prelude::*;

use crate::golden::Golden;
use crate::replay::{Samples, Tolerance, check, sine};

/// Covers rounding in a different order of summation.
const DOUBLE: Tolerance = Tolerance { losses: 1e-10, parameters: 1e-10 };
/// Keras in `f32` differs from Keras in `f64` by 6e-6 in the losses and 2e-5 in the parameters, because it computes
/// `1 − β₂ᵗ` in `f32`; PyTorch differs by a third of that.
const SINGLE: Tolerance = Tolerance { losses: 1e-5, parameters: 3e-5 };

macro_rules! trainings {
    ($($file:ident: $activation:ident, $scalar:ident, $tolerance:expr;)*) => {$(
        #[test]
        fn $file() {
            let network = sequential![$scalar;
                Dense(1 => 10, $activation),
                Dense(10 => 10, $activation),
                Dense(10 => 1),
            ];
            check(stringify!($file), network, MeanSquaredError, &sine::<$scalar>(), $tolerance);
        }
    )*};
}

trainings! {
    training_keras_relu_float64: relu, f64, DOUBLE;
    training_keras_tanh_float64: tanh, f64, DOUBLE;
    training_pytorch_relu_float64: relu, f64, DOUBLE;
    training_pytorch_tanh_float64: tanh, f64, DOUBLE;
    training_keras_relu_float32: relu, f32, SINGLE;
    training_keras_tanh_float32: tanh, f32, SINGLE;
    training_pytorch_relu_float32: relu, f32, SINGLE;
    training_pytorch_tanh_float32: tanh, f32, SINGLE;
}

/// The last batch has two samples, because an epoch's loss is the mean over samples, not over batches.
#[test]
fn training_minibatch_keras_float64() {
    let file = "training_minibatch_keras_float64";
    let golden = Golden::read(file);
    let samples = Samples { x: golden.rows::<3>("x"), y: golden.rows::<2>("y"), batch_size: 16 };
    check(file, sequential![f64; Dense(3 => 8, tanh), Dense(8 => 2)], MeanSquaredError, &samples, DOUBLE);
}

#[test]
fn classification_keras_float64() {
    let file = "classification_keras_float64";
    let golden = Golden::read(file);
    let samples = Samples { x: golden.rows::<4>("x"), y: golden.rows::<1>("y"), batch_size: 40 };
    let network = sequential![f64; Dense(4 => 8, relu), Dense(8 => 3)];
    check(file, network, SparseCategoricalCrossentropy::new(), &samples, DOUBLE);
}
