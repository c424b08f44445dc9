//! Training is bit-identical on any number of threads: `cargo test --features threads`.
//!
//! The tests of the kernels compare with runs without the feature; a pool of one thread computes as without it.

use mlp::Scalar;
use mlp::prelude::*;
use nalgebra::{Const, Dyn, OMatrix};

sequential! {
    /// Sizes that are no multiple of a block or a register.
    struct Uneven { Dense(37 => 301, gelu), Dense(301 => 259, relu), Dense(259 => 5) }
    struct Even { Dense(32 => 256, relu), Dense(256 => 256, tanh), Dense(256 => 4) }
    struct Exact: f64 { Dense(64 => 200, relu), Dense(200 => 130, softmax), Dense(130 => 2) }
    struct Small { Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1) }
}

type Samples<T, const N: usize> = OMatrix<T, Dyn, Const<N>>;

fn samples<T: Scalar, const N: usize>(count: usize) -> Samples<T, N> {
    Samples::from_fn(count, |row, column| T::from_f64((row as f64 * 0.37 + column as f64 * 1.3).sin()))
}

/// Returns weights, losses and predictions as text. Different values have different texts.
fn train<N, const IN: usize, const OUT: usize>(count: usize) -> String
where
    N: Network<Input = Features<IN>, Output = Features<OUT>>,
    MeanSquaredError: Loss<N::Scalar, Features<OUT>, Targets = Features<OUT>>,
{
    let (x, y) = (samples::<N::Scalar, IN>(count), samples::<N::Scalar, OUT>(count));
    let mut model = N::new(1).compile(Adam::default(), MeanSquaredError);
    let fit = Fit::new().epochs(2).batch_size(count.div_ceil(2)).verbose(Verbose::Silent);
    let history = model.fit(&x, &y, fit).expect("finite data");
    let loss = model.train_on_batch(&x, &y).expect("finite data");
    let evaluation = model.evaluate(&x, &y).expect("finite data").loss;
    let prediction = model.predict(&x).expect("finite data");
    format!("{:?} {loss:e} {evaluation:e} {prediction:?} {:?}", history.loss(), model.as_slice())
}

/// Compares a run outside of any pool with runs on 1, 2, 3 and 5 threads.
fn check(train: impl Fn() -> String + Send + Sync) {
    let here = train();
    for threads in [1, 2, 3, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        assert!(pool.install(&train) == here, "different result on {threads} threads");
    }
}

#[test]
fn the_result_has_the_same_bits() {
    for count in [1, 63, 300, 512, 700] {
        check(|| train::<Uneven, 37, 5>(count));
        check(|| train::<Even, 32, 4>(count));
        check(|| train::<Exact, 64, 2>(count));
        check(|| train::<Small, 1, 1>(count));
    }
}

sequential! {
    struct Narrow { Dense(4 => 32, tanh), Dense(32 => 16, tanh, l2 = 1e-4), Dense(16 => 4) }
    struct Noisy { Dense(4 => 32, relu), Dropout(32, rate = 0.3), Dense(32 => 16), GaussianNoise(16), Dense(16 => 4) }
    struct Normalized { Dense(4 => 32), BatchNormalization(32), Dense(32 => 16, tanh), Dense(16 => 4) }
}
functional! {
    /// Two inputs, two outputs.
    struct Double {
        let x = Input(4);
        let z = Input(2);
        let hidden = Dense(4 => 32, tanh)(x);
        let other = Dense(2 => 32, tanh)(z);
        let sum = Add()(hidden, other);
        let first = Dense(32 => 4)(sum);
        let second = Dense(32 => 1)(sum);
        Model((x, z) => (first, second))
    }
}

/// Number of samples of several leaves, the last one of which is smaller.
const MANY: usize = 7000;

/// Trains on batches that are divided by samples, with metrics, weights and validation.
fn train_by_samples<N>() -> String
where
    N: Network<Scalar = f32, Input = Features<4>, Output = Features<4>>,
{
    let (x, y) = (samples::<f32, 4>(MANY), samples::<f32, 4>(MANY));
    let weights: Vec<f64> = (0..MANY).map(|row| 0.5 + (row % 7) as f64).collect();
    let model = N::new(1).compile(Adam::default(), MeanSquaredError).metrics((MeanAbsoluteError, R2Score));
    let mut model = model.weighted_metrics(MeanAbsoluteError);
    let fit = Fit::new().epochs(2).batch_size(4000).validation_split(0.2).sample_weight(&*weights).seed(3);
    let history = model.fit(&x, &y, fit.verbose(Verbose::Silent)).expect("finite data");
    let evaluation = model.evaluate(&x, &y).expect("finite data");
    let prediction = model.predict(&x).expect("finite data");
    let (loss, gradient) = model.value_and_gradient(&MeanSquaredError, &x, &y).expect("finite data");
    format!("{history:?} {evaluation:?} {prediction:?} {:?} {loss:e} {:?}", model.as_slice(), gradient.as_slice())
}

#[test]
fn batches_divided_by_samples_have_the_same_bits() {
    check(train_by_samples::<Narrow>);
    check(train_by_samples::<Normalized>);
}

#[test]
fn random_layers_have_the_same_bits() {
    check(train_by_samples::<Noisy>);
    let train = |seed| {
        let (x, y) = (samples::<f32, 4>(MANY), samples::<f32, 4>(MANY));
        let mut model = Noisy::new(1).compile(Sgd::default(), MeanSquaredError);
        let fit = Fit::new().epochs(1).batch_size(MANY).seed(seed).verbose(Verbose::Silent);
        model.fit(&x, &y, fit).expect("finite data").loss().to_vec()
    };
    assert_ne!(train(1), train(2), "the noise depends on the seed");
}

#[test]
fn several_inputs_and_outputs_have_the_same_bits() {
    check(|| {
        let (x, z) = (samples::<f32, 4>(MANY), samples::<f32, 2>(MANY));
        let (y, w) = (samples::<f32, 4>(MANY), samples::<f32, 1>(MANY));
        let mut model = Double::new(1).compile(RmsProp::default(), (MeanSquaredError, MeanAbsoluteError));
        let fit = Fit::new().epochs(2).batch_size(5000).verbose(Verbose::Silent);
        let history = model.fit(&(&x, &z), &(&y, &w), fit).expect("finite data");
        format!("{history:?} {:?} {:?}", model.predict(&(&x, &z)).expect("finite data"), model.as_slice())
    });
}

/// L-BFGS evaluates the loss several times in a step.
#[test]
fn a_line_search_has_the_same_bits() {
    check(|| {
        let (x, y) = (samples::<f32, 4>(MANY), samples::<f32, 4>(MANY));
        let mut model = Narrow::new(1).compile(Lbfgs::new(4), MeanSquaredError);
        let fit = Fit::new().epochs(3).batch_size(MANY).verbose(Verbose::Silent);
        format!("{:?} {:?}", model.fit(&x, &y, fit).expect("finite data").loss(), model.as_slice())
    });
}

sequential! {
    /// Parameters for several panels of the normal equations.
    struct Wide: f64 { Dense(2 => 30, tanh), Dense(30 => 20, tanh), Dense(20 => 2) }
}

/// The products and the factorization of least squares are divided by columns.
#[test]
fn least_squares_have_the_same_bits() {
    check(|| {
        let (x, y) = (samples::<f64, 2>(700), samples::<f64, 2>(700));
        let mut model = Wide::new(1).compile(LevenbergMarquardt::new(), MeanSquaredError);
        let history = model.fit(&x, &y, Fit::new().epochs(3).verbose(Verbose::Silent)).expect("finite data");
        format!("{:?} {:?}", history.loss(), model.as_slice())
    });
}
