//! What Keras and PyTorch give for the same numbers. The files, and the script that asked them, are in `goldens/`.

#[path = "goldens/golden.rs"]
mod golden;
#[path = "goldens/training.rs"]
mod training;

use mlp::Buffer;
use mlp::initializers::Fan;
use mlp::prelude::*;

use golden::{Golden, mixed_difference};
use training::{Samples, Tolerance, check, sine};

/// A row-major matrix as rows.
fn rows<const N: usize>(golden: &Golden, name: &str) -> Vec<[f64; N]> {
    let (rows, []) = golden.get(name).as_chunks() else { panic!("`{name}` is not rows of {N}") };
    rows.to_vec()
}

/// `f` and `f'` of an activation at the points of the file.
fn check_activation<A: ActivationFunction<f64>>(name: &str) {
    let golden = Golden::read("activations");
    let z = golden.get("z");
    let buffer = || Buffer::new(1, z.len());
    let (mut before, mut after, mut gradient) = (buffer(), buffer(), buffer());
    before.tile_mut(1, z.len()).feature(0).copy_from_slice(z);
    after.tile_mut(1, z.len()).copy_from(before.tile(1, z.len()));
    gradient.tile_mut(1, z.len()).feature(0).fill(1.0);
    A::forward(after.tile_mut(1, z.len()));
    let (before, after) = (before.tile(1, z.len()), after.tile(1, z.len()));
    A::backward(A::KEEPS_INPUT.then_some(before), after, gradient.tile_mut(1, z.len()));

    for (part, ours) in [("value", after.feature(0)), ("derivative", gradient.tile(1, z.len()).feature(0))] {
        let difference = mixed_difference(ours, golden.get(&format!("{name}.{part}")));
        println!("{name}.{part}: {difference:.1e}");
        assert!(difference <= 1e-12, "{name}.{part} differs by {difference:e}");
    }
}

macro_rules! activations {
    ($($activation:ident = $keras:literal;)*) => {$(
        #[test]
        fn $activation() {
            check_activation::<mlp::activations::$activation>($keras);
        }
    )*};
}

activations! {
    identity = "linear";
    relu = "relu";
    leaky_relu = "leaky_relu";
    elu = "elu";
    selu = "selu";
    gelu = "gelu";
    silu = "silu";
    softplus = "softplus";
    softsign = "softsign";
    tanh = "tanh";
    sigmoid = "sigmoid";
    hard_sigmoid = "hard_sigmoid";
    exponential = "exponential";
}

/// Softmax, and the product of a vector with its Jacobian.
#[test]
fn softmax() {
    let golden = Golden::read("activations");
    let (logits, cotangent) = (rows::<4>(&golden, "softmax.logits"), rows::<4>(&golden, "softmax.cotangent"));
    let (mut values, mut gradient) = (Buffer::new(4, logits.len()), Buffer::new(4, logits.len()));
    for feature in 0..4 {
        let column = |rows: &[[f64; 4]]| rows.iter().map(|row| row[feature]).collect::<Vec<_>>();
        values.tile_mut(4, logits.len()).feature(feature).copy_from_slice(&column(&logits));
        gradient.tile_mut(4, logits.len()).feature(feature).copy_from_slice(&column(&cotangent));
    }
    mlp::activations::softmax::forward(values.tile_mut(4, logits.len()));
    mlp::activations::softmax::backward(None, values.tile(4, logits.len()), gradient.tile_mut(4, logits.len()));

    for (part, ours) in [("value", values), ("vjp", gradient)] {
        let tile = ours.tile(4, logits.len());
        let rows = (0..logits.len()).flat_map(|row| (0..4).map(move |feature| tile.feature(feature)[row]));
        let difference = mixed_difference(&rows.collect::<Vec<_>>(), golden.get(&format!("softmax.{part}")));
        println!("softmax.{part}: {difference:.1e}");
        assert!(difference <= 1e-12, "softmax.{part} differs by {difference:e}");
    }
}

/// Rounding alone, in another order than theirs.
const DOUBLE: Tolerance = Tolerance { losses: 1e-10, parameters: 1e-10 };
/// Keras in `f32` differs from Keras in `f64` as much, 6e-6 in the losses and 2e-5 in the parameters, because it computes
/// `1 − β₂ᵗ` in `f32`; PyTorch a third of that.
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

/// The last batch has two samples: an epoch's loss is the mean over samples, not over batches.
#[test]
fn training_minibatch_keras_float64() {
    let file = "training_minibatch_keras_float64";
    let golden = Golden::read(file);
    let samples = Samples { x: rows::<3>(&golden, "x"), y: rows::<2>(&golden, "y"), batch_size: 16 };
    check(file, sequential![f64; Dense(3 => 8, tanh), Dense(8 => 2)], MeanSquaredError, &samples, DOUBLE);
}

#[test]
fn classification_keras_float64() {
    let file = "classification_keras_float64";
    let golden = Golden::read(file);
    let samples = Samples { x: rows::<4>(&golden, "x"), y: rows::<1>(&golden, "y"), batch_size: 40 };
    let network = sequential![f64; Dense(4 => 8, relu), Dense(8 => 3)];
    check(file, network, SparseCategoricalCrossentropy::new(), &samples, DOUBLE);
}

/// The kernels of the file: 200 inputs × 300 outputs.
const FAN: Fan = Fan { inputs: 200, outputs: 300 };

/// What is known of the weights of one seed.
#[derive(Debug)]
struct Drawn {
    min: f64,
    max: f64,
    mean: f64,
    stddev: f64,
}

impl Drawn {
    fn by(initializer: &Initializer, seed: u64) -> Self {
        let mut weights = vec![0.0_f64; FAN.inputs * FAN.outputs];
        initializer.fill(&mut weights, FAN, &mut Rng::new(seed));
        let average = |f: &dyn Fn(f64) -> f64| weights.iter().map(|&x| f(x)).sum::<f64>() / weights.len() as f64;
        let mean = average(&|x| x);
        Self {
            min: weights.iter().copied().fold(f64::INFINITY, f64::min),
            max: weights.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            mean,
            stddev: average(&|x| (x - mean).powi(2)).sqrt(),
        }
    }

    // Of n numbers with the standard deviation s, the mean has the standard deviation s / √n, and the standard deviation
    // itself at most s / √2n, as of a normal distribution: those with a bound have lighter tails. Five of them happen
    // in one case of two million.
    // The density is lowest, at the bound of a normal distribution that is cut off at two, where 0.11 δ of the numbers
    // lie within the last δ of the bound. That none of n does has the probability exp(−0.11 n δ).
    fn check(&self, stddev: f64, bound: Option<f64>) {
        let count = (FAN.inputs * FAN.outputs) as f64;
        assert!(self.mean.abs() <= 5.0 * stddev / count.sqrt(), "{self:?}");
        assert!((self.stddev - stddev).abs() <= 5.0 * stddev / (2.0 * count).sqrt(), "{self:?}, not {stddev}");
        // One normal number of 740 lies beyond three standard deviations to a side, one of a billion beyond six.
        let (nearest, farthest) =
            bound.map_or((3.0 * stddev, 6.0 * stddev), |bound| (bound * (1.0 - 15.0 / (0.11 * count)), bound));
        for extreme in [-self.min, self.max] {
            assert!(nearest <= extreme && extreme <= farthest, "{self:?}, not to {bound:?}");
        }
    }
}

/// Ours and Keras's weights pass the same tests.
fn check_initializer(name: &str, initializer: &Initializer) {
    let golden = Golden::read("initializers");
    let get = |part| golden.get(&format!("{name}.{part}"));
    let (stddev, bound) = (get("theory.stddev")[0], golden.find(&format!("{name}.theory.bound")).map(|bound| bound[0]));
    for seed in 0..get("mean").len() {
        let [min, max, mean, of_keras] = ["min", "max", "mean", "stddev"].map(|part| get(part)[seed]);
        Drawn { min, max, mean, stddev: of_keras }.check(stddev, bound);
        Drawn::by(initializer, seed as u64).check(stddev, bound);
    }
}

macro_rules! initializers {
    ($($name:ident = $initializer:expr;)*) => {$(
        #[test]
        fn $name() {
            check_initializer(stringify!($name), &$initializer.into());
        }
    )*};
}

initializers! {
    glorot_uniform = mlp::glorot_uniform;
    glorot_normal = mlp::glorot_normal;
    he_uniform = mlp::he_uniform;
    he_normal = mlp::he_normal;
    lecun_uniform = mlp::lecun_uniform;
    lecun_normal = mlp::lecun_normal;
    random_uniform = uniform(-0.05, 0.05);
    random_normal = normal(0.0, 0.05);
}
