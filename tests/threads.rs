//! Training is bit-identical on any number of threads: `cargo test --features threads`.
//!
//! The tests of the kernels compare with runs without the feature.

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
