//! Derivatives by inputs, and gradients of losses that contain them, compared with JAX. `derivatives.py` writes the file.

use mlp::Scalar;
use mlp::layers::TwiceDifferentiable;
use mlp::prelude::*;
use mlp::residuals::Augmented;
use mlp::training::BatchShape;

use crate::golden::Golden;

residual! {
    struct Equation;
    (x, y) -> u { u.y + u * u.x - 0.3 * u.xx + u * u.xy + 0.1 * laplacian(u) }
}

/// Precision of a scalar: largest differences, relative to the largest number of an array.
#[derive(Clone, Copy)]
struct Precision {
    name: &'static str,
    bound: f64,
}

const DOUBLE: Precision = Precision { name: "f64", bound: 1e-12 };
const SINGLE: Precision = Precision { name: "f32", bound: 2e-5 };

#[track_caller]
fn check<T: Scalar>(
    golden: &Golden,
    name: &str,
    found: impl IntoIterator<Item = T>,
    Precision { name: scalar, bound }: Precision,
) {
    let (found, expected): (Vec<f64>, _) = (found.into_iter().map(Scalar::to_f64).collect(), golden.get(name));
    assert_eq!(found.len(), expected.len(), "{name}");
    let largest = expected.iter().fold(0.0_f64, |largest, number| largest.max(number.abs()));
    let differences = found.iter().zip(expected).map(|(found, expected)| (found - expected).abs() / largest);
    let worst = differences.max_by(f64::total_cmp).expect("values");
    assert!(worst < bound, "{name}, {scalar}: {worst:e}");
}

fn compare<N>(mut network: Box<N>, name: &str, precision: Precision)
where
    N: Network<Input = Features<2>, Output = Features<1>> + TwiceDifferentiable,
    Features<1>: BatchShape<Batch<N::Scalar> = nalgebra::OMatrix<N::Scalar, nalgebra::Dyn, nalgebra::Const<1>>>,
{
    let golden = &Golden::read("derivatives");
    let parameters = network.as_mut_slice().iter_mut().enumerate();
    parameters.for_each(|(index, value)| *value = N::Scalar::from_f64(0.6 * (1.1 * index as f64).sin()));
    let points: Vec<[N::Scalar; 2]> =
        golden.rows::<2>("points").into_iter().map(|point| point.map(N::Scalar::from_f64)).collect();
    let values = network.predict(&points[..]).expect("finite points");
    check(golden, &format!("{name}.u"), values.iter().copied(), precision);
    let jacobians = network.jacobian(&points[..]).expect("finite points");
    check(golden, &format!("{name}.gradient"), jacobians.iter().flat_map(|row| row.iter().copied()), precision);
    let hessians = network.hessian(&points[..]).expect("finite points");
    let elements = hessians.iter().flat_map(|[hessian]| hessian.iter().copied());
    check(golden, &format!("{name}.hessian"), elements, precision);
    let laplacians = network.laplacian(&points[..]).expect("finite points");
    check(golden, &format!("{name}.laplacian"), laplacians.iter().copied(), precision);

    let before = network.to_boxed();
    let term = Term::new(Equation, &points[..]).expect("finite points");
    // The step of the optimizer is the gradient, times a power of two that makes rounding errors small.
    let largest = golden.get(&format!("{name}.parameter_gradient")).iter().fold(0.0_f64, |max, x| max.max(x.abs()));
    let rate = largest.recip().log2().round().exp2();
    let mut model = network.compile_residuals(Sgd::new(rate), term);
    let history = model.solve(Fit::new().epochs(1).verbose(Verbose::Silent)).expect("finite residuals");
    check(golden, &format!("{name}.loss"), history.loss().iter().map(|&loss| N::Scalar::from_f64(loss)), precision);
    let trained: &Augmented<N> = &model;
    let gradient = before
        .as_slice()
        .iter()
        .zip(trained.network.as_slice())
        .map(|(&before, &after)| (before - after) / N::Scalar::from_f64(rate));
    check(golden, &format!("{name}.parameter_gradient"), gradient, precision);
}

macro_rules! networks {
    ($($name:ident: $($layer:ident($($argument:tt)*)),+;)*) => {$(
        #[test]
        fn $name() {
            compare(sequential![f64; $($layer($($argument)*)),+], stringify!($name), DOUBLE);
            compare(sequential![$($layer($($argument)*)),+], stringify!($name), SINGLE);
        }
    )*};
}

networks! {
    plain: Dense(2 => 8, tanh), Dense(8 => 8, tanh), Dense(8 => 1);
    sines: Dense(2 => 8, sin), Dense(8 => 8, sin), Dense(8 => 1);
    fourier: FourierFeatures(2 => 6, trainable = true), Dense(6 => 5, tanh), Dense(5 => 1);
    periodic_first: PeriodicEmbedding(2 => 5, PeriodicInputs<0>, period = 1.5), Dense(5 => 6, silu), Dense(6 => 1);
    periodic_both: PeriodicEmbedding(2 => 8, period = 3.0), Dense(8 => 4, tanh), Dense(4 => 1);
    activations: Dense(2 => 5, gelu), Dense(5 => 5, softplus), Dense(5 => 5, sigmoid), Dense(5 => 5, elu),
        Dense(5 => 4, softmax), Dense(4 => 1);
    normalized: Dense(2 => 6, tanh), LayerNormalization(6), Dense(6 => 5, selu), RmsNormalization(5),
        Dense(5 => 4, exponential), UnitNormalization(4), Dense(4 => 1);
}

macro_rules! branches {
    ($($scalar:ident $precision:ident;)*) => {$({
        let network = functional! { $scalar;
            let point = Input(2);
            let left = Dense(2 => 4, tanh)(point);
            let right = Dense(2 => 4, sin)(point);
            let shared = Dense(4 => 4, softplus);
            let first = shared(left);
            let second = shared(right);
            let product = Multiply()(first, second);
            let rest = Subtract()(product, left);
            let all = Concatenate()(rest, point[0..1]);
            let u = Dense(5 => 1)(all);
            Model(point => u)
        };
        compare(network, "branches", $precision);
    })*};
}

#[test]
fn branches() {
    branches! {
        f64 DOUBLE;
        f32 SINGLE;
    }
}

functional! {
    struct Together: f64 {
        let point = Input(2);
        let left = Dense(2 => 4, tanh)(point);
        let right = Dense(2 => 4, sin)(point);
        let sum = Add()(left, right);
        let u = Dense(4 => 1)(sum);
        Model(point => u)
    }

    /// The same function in other layers: `max(a, b) + min(a, b) = a + b`.
    struct Apart: f64 {
        let point = Input(2);
        let affine = Dense(2 => 4)(point);
        let left = Activation(4, tanh)(affine);
        let right = Dense(2 => 4, sin)(point);
        let most = Maximum()(left, right);
        let least = Minimum()(left, right);
        let sum = Add()(most, least);
        let u = Dense(4 => 1)(sum);
        Model(point => u)
    }
}

#[test]
fn the_same_function_has_the_same_derivatives() {
    let (together, mut apart) = (Together::new(5), Apart::new(0));
    apart.as_mut_slice().copy_from_slice(together.as_slice());
    let points = Golden::read("derivatives").rows::<2>("points");
    let [expected, found] = [together.hessian(&points[..]).unwrap(), apart.hessian(&points[..]).unwrap()];
    for ([expected], [found]) in expected.iter().zip(&found) {
        assert!((expected - found).norm() < 1e-12, "{expected}, {found}");
    }
    let [expected, found] = [together.jacobian(&points[..]).unwrap(), apart.jacobian(&points[..]).unwrap()];
    assert!(expected.iter().zip(&found).all(|(expected, found)| (expected - found).norm() < 1e-12));
}
