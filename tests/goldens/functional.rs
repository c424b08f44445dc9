//! Trainings of graphs in Keras, repeated from the same weights. `functional.py` writes the files.

use mlp::Scalar;
use mlp::prelude::*;
use mlp::training::BatchShape;
use nalgebra::{Const, Dyn, OMatrix};

use crate::golden::{Golden, mixed_difference, relative_difference};

/// The networks of the script, in `f32` or `f64`.
macro_rules! networks {
    ($scalar:ident) => {
        mod $scalar {
            use mlp::prelude::*;

            functional! {
                pub struct Residual: $scalar {
                    let x = Input(3);
                    let first = Dense(3 => 8, tanh)(x);
                    let second = Dense(8 => 8, relu)(first);
                    let once = Add()(first, second);
                    let third = Dense(8 => 8, tanh)(once);
                    let twice = Add()(once, third);
                    let output = Dense(8 => 1)(twice);
                    Model(x => output)
                }

                pub struct Towers: $scalar {
                    let user = Input(3);
                    let item = Input(2);
                    let left = Dense(3 => 6, tanh)(user);
                    let right = Dense(2 => 6, tanh)(item);
                    let score = Dense(12 => 1)(Concatenate()(left, right));
                    let rest = Dense(6 => 2, sigmoid)(Multiply()(left, right));
                    Model((user, item) => (score, rest))
                }

                pub struct Shared: $scalar {
                    let a = Input(4);
                    let b = Input(4);
                    let encode = Dense(4 => 6, tanh);
                    let refine = Dense(6 => 6, tanh);
                    let left = refine(refine(encode(a)));
                    let right = refine(encode(b));
                    let likeness = Dot(normalize = true)(left, right);
                    let joined = Concatenate()(Subtract()(left, right), likeness);
                    let output = Dense(7 => 1)(joined);
                    Model((a, b) => output)
                }
            }
        }
    };
}

networks!(f32);
networks!(f64);

/// Keras's values for one network.
struct Training<'a> {
    golden: Golden,
    name: &'a str,
    tolerance: f64,
}

impl Training<'_> {
    fn get(&self, key: &str) -> &[f64] {
        self.golden.get(&format!("{}.{key}", self.name))
    }

    /// Returns a matrix of the file.
    fn matrix<T: Scalar, const N: usize>(&self, key: &str) -> OMatrix<T, Dyn, Const<N>> {
        let numbers = self.get(key);
        OMatrix::<T, Dyn, Const<N>>::from_fn(numbers.len() / N, |row, column| T::from_f64(numbers[row * N + column]))
    }

    /// Trains for as many steps as the file has losses. Compares losses, weights and predictions.
    fn check<N, L, X, Y, const OUTPUTS: usize>(
        &self,
        mut network: Box<N>,
        (losses, weights): (L, [f64; OUTPUTS]),
        (x, y): (&X, &Y),
        outputs: [usize; OUTPUTS],
    ) where
        N: Network<Output: BatchShape>,
        L: LossList<N::Scalar, N::Output, Weights = [f64; OUTPUTS]>,
        X: Data<N::Scalar, N::Input>,
        Y: Data<N::Scalar, L::Targets>,
        <N::Output as BatchShape>::Batch<N::Scalar>: Data<N::Scalar, N::Output>,
    {
        let start = self.golden.joined(&format!("{}.start.", self.name));
        let start: Vec<_> = start.into_iter().map(N::Scalar::from_f64).collect();
        network.as_mut_slice().copy_from_slice(&start);
        let mut model = network.compile(Adam::default(), losses).loss_weights(weights);
        let fit = Fit::new()
            .epochs(self.get("losses.0").len())
            .batch_size(x.samples())
            .shuffle(false)
            .verbose(Verbose::Silent);
        let history = model.fit(x, y, fit).expect("the data is finite");
        for (index, name) in history.names().enumerate() {
            let ours = history.get(name).expect("it has a name");
            self.compare(name, relative_difference(ours, self.get(&format!("losses.{index}"))));
        }
        let parameters: Vec<_> = model.as_slice().iter().map(|parameter| parameter.to_f64()).collect();
        let expected = self.golden.joined(&format!("{}.final.", self.name));
        self.compare("parameters", mixed_difference(&parameters, &expected));

        let predictions = model.predict(x).expect("the data is finite");
        let mut first = 0;
        for (index, features) in outputs.into_iter().enumerate() {
            let row = |sample| (first..first + features).map(move |feature| (sample, feature));
            let places = (0..x.samples()).flat_map(row);
            let ours: Vec<_> = places.map(|(sample, feature)| predictions.get(sample, feature).to_f64()).collect();
            self.compare("predictions", mixed_difference(&ours, self.get(&format!("predictions.{index}"))));
            first += features;
        }
    }

    fn compare(&self, what: &str, difference: f64) {
        println!("{} {what}: {difference:.1e}", self.name);
        assert!(difference <= self.tolerance, "{}: {what} differ by {difference:e}", self.name);
    }
}

macro_rules! trainings {
    ($($test:ident: $scalar:ident as $keras:literal, $tolerance:literal;)*) => {$(
        #[test]
        fn $test() {
            let of = |name| {
                let golden = Golden::read(concat!("functional_", $keras));
                Training { golden, name, tolerance: $tolerance }
            };
            let keras = of("residual");
            let (x, y) = (keras.matrix::<$scalar, 3>("x.0"), keras.matrix::<$scalar, 1>("y.0"));
            keras.check(self::$scalar::Residual::new(0), (MeanSquaredError, [1.0]), (&x, &y), [1]);

            let keras = of("towers");
            let x = (keras.matrix::<$scalar, 3>("x.0"), keras.matrix::<$scalar, 2>("x.1"));
            let y = (keras.matrix::<$scalar, 1>("y.0"), keras.matrix::<$scalar, 2>("y.1"));
            let losses = (MeanSquaredError, MeanAbsoluteError);
            keras.check(self::$scalar::Towers::new(0), (losses, [1.0, 0.25]), (&x, &y), [1, 2]);

            let keras = of("shared");
            let x = (keras.matrix::<$scalar, 4>("x.0"), keras.matrix::<$scalar, 4>("x.1"));
            let y = keras.matrix::<$scalar, 1>("y.0");
            keras.check(self::$scalar::Shared::new(0), (MeanSquaredError, [1.0]), (&x, &y), [1]);
        }
    )*};
}

// Keras rounds β to its dtype, and with it the bias corrections: its float32 results differ from float64 by 10⁻⁵.
trainings! {
    double_as_double: f64 as "float64", 1e-12;
    single_as_double: f32 as "float64", 1e-5;
    single_as_single: f32 as "float32", 2e-5;
}
