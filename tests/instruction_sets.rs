//! Every instruction set trains like Keras and PyTorch. A test binary of its own: the selection applies to the whole
//! process.

#[allow(dead_code, reason = "shared with the golden tests")]
#[path = "goldens/golden.rs"]
mod golden;
#[path = "goldens/replay.rs"]
mod replay;

use mlp::kernels::InstructionSet;
use mlp::prelude::*;

use nalgebra::{Const, Dyn, OMatrix};
use replay::{Tolerance, check, sine};

macro_rules! networks {
    ($($name:ident: $scalar:ident;)*) => {$(
        functional! {
            /// Every layer with a kernel of its own. Sizes and samples fill no register.
            struct $name: $scalar {
                let x = Input(5);
                let dense = Dense(5 => 7, tanh)(x);
                let layer = LayerNormalization(7)(dense);
                let rms = RmsNormalization(7)(layer);
                let unit = UnitNormalization(7)(rms);
                let batch = BatchNormalization(7)(unit);
                let leaky = PRelu(7)(batch);
                let noise = GaussianNoise(7, stddev = 0.1)(leaky);
                let dropped = Dropout(7, rate = 0.2)(noise);
                let product = Multiply()(dropped, dense, layer);
                let larger = Maximum()(product, layer, rms);
                let smaller = Minimum()(larger, rms);
                let difference = Subtract()(smaller, unit);
                let sum = Add()(difference, product, leaky);
                let average = Average()(sum, batch);
                let cosine = Dot(normalize = true)(average, dense);
                let scaled = Rescaling(1, scale = 0.5)(cosine);
                let joined = Concatenate()(average, scaled);
                let output = Dense(8 => 1)(joined);
                Model(x => output)
            }
        }
    )*};
}

networks! {
    Single: f32;
    Double: f64;
}

#[test]
fn each_trains_like_keras_and_pytorch() {
    for set in InstructionSet::ALL {
        if set > InstructionSet::widest() {
            assert!(set.select().is_err());
            continue;
        }
        set.select().expect("the processor has it");
        println!("{set}");
        for framework in ["keras", "pytorch"] {
            let double = sequential![f64; Dense(1 => 10, tanh), Dense(10 => 10, tanh), Dense(10 => 1)];
            let single = sequential![f32; Dense(1 => 10, tanh), Dense(10 => 10, tanh), Dense(10 => 1)];
            let file = |scalar| format!("training_{framework}_tanh_{scalar}");
            let [to_double, to_single] = [1e-10, 1e-5].map(|limit| Tolerance { losses: limit, parameters: limit });
            check(&file("float64"), double, MeanSquaredError, &sine::<f64>(), to_double);
            check(&file("float32"), single, MeanSquaredError, &sine::<f32>(), to_single);
        }
        check_layers::<Single>(set, 2e-4);
        check_layers::<Double>(set, 1e-10);
    }
}

/// Compares the loss, the gradient and the predictions with those of the baseline.
fn check_layers<N: Network<Input = Features<5>, Output = Features<1>>>(set: InstructionSet, tolerance: f64) {
    let wave = |row: usize, column: usize| N::Scalar::from_f64((row as f64 * 0.37 + column as f64 * 1.3).sin());
    let x = OMatrix::<N::Scalar, Dyn, Const<5>>::from_fn(600, wave);
    let y = OMatrix::<N::Scalar, Dyn, Const<1>>::from_fn(600, wave);
    let network = N::new(1);
    let results = || {
        let (loss, gradient) = network.value_and_gradient(&MeanSquaredError, &x, &y).expect("finite data");
        let predictions = network.predict(&x).expect("finite data");
        let values = gradient.as_slice().iter().chain(predictions.iter()).map(|value| value.to_f64());
        core::iter::once(loss).chain(values.collect::<Vec<_>>()).collect::<Vec<f64>>()
    };
    let found = results();
    InstructionSet::Baseline.select().expect("every processor has it");
    let expected = results();
    set.select().expect("the processor has it");
    for (found, expected) in found.iter().zip(&expected) {
        let limit = tolerance * expected.abs().max(0.1);
        assert!((found - expected).abs() <= limit, "{set}: found {found}, expected {expected}");
    }
}
