//! Initializers compared with Keras by the moments of their random weights.

use mlp::initializers::Fan;
use mlp::prelude::*;

use crate::golden::Golden;

/// Size of the kernels in the file: 200 inputs × 300 outputs.
const FAN: Fan = Fan { inputs: 200, outputs: 300 };

/// Statistics of the weights of one seed.
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

    // For n values with the standard deviation s, the mean has the standard deviation s / √n, and the sample standard
    // deviation has at most s / √2n, its value for a normal distribution; bounded distributions have lighter tails. A
    // deviation by five of them has a probability of one in two million.
    // The density at a bound is lowest for a normal distribution truncated at two standard deviations: a share of 0.11 δ
    // is within δ of the bound. The probability that none of n values is there is exp(−0.11 n δ).
    fn check(&self, stddev: f64, bound: Option<f64>) {
        let count = (FAN.inputs * FAN.outputs) as f64;
        assert!(self.mean.abs() <= 5.0 * stddev / count.sqrt(), "{self:?}");
        assert!((self.stddev - stddev).abs() <= 5.0 * stddev / (2.0 * count).sqrt(), "{self:?}, not {stddev}");
        // One normal value in 740 is above three standard deviations, one in a billion above six.
        let (nearest, farthest) =
            bound.map_or((3.0 * stddev, 6.0 * stddev), |bound| (bound * (1.0 - 15.0 / (0.11 * count)), bound));
        for extreme in [-self.min, self.max] {
            assert!(nearest <= extreme && extreme <= farthest, "{self:?}, not to {bound:?}");
        }
    }
}

/// Applies the same tests to our weights and to Keras's.
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
