//! Gradients of activations and losses compared with central differences, in `f64`.

use mlp::prelude::*;
use nalgebra::{Const, Dyn, OMatrix};

type Inputs = OMatrix<f64, Dyn, Const<3>>;
type Targets = OMatrix<f64, Dyn, Const<2>>;

/// Number of samples: full registers, a partial one, and more than one block.
const SAMPLES: usize = 37;

/// Returns the largest difference between the gradient and `(L(p + h) − L(p − h)) / 2h`, over all parameters, relative to the
/// largest element of the gradient.
fn worst_difference<N, L>(network: &mut N, loss: L) -> f64
where
    N: Network<Scalar = f64, Input = Features<3>, Output = Features<2>>,
    L: LossList<f64, Features<2>, Targets = Features<2>>,
{
    let x = Inputs::from_fn(SAMPLES, |row, column| ((row * 7 + column * 3) as f64 * 0.61).sin() * 1.7);
    let y = Targets::from_fn(SAMPLES, |row, column| ((row + column * 5) as f64 * 0.37).cos() * 0.45 + 0.5);
    // Small weights, as three exponentials overflow, and biases that are not zero.
    for (index, parameter) in network.as_mut_slice().iter_mut().enumerate() {
        *parameter = *parameter / 2.0 + (index as f64 * 1.1).sin() * 0.05;
    }
    let (_, gradient) = network.value_and_gradient(&loss, &x, &y).expect("the data is finite");
    let largest = gradient.as_slice().iter().fold(0.0_f64, |largest, slope| largest.max(slope.abs()));
    assert!(largest > 1e-3, "the gradient is zero");
    let h = 1e-5;
    let difference = |index: usize| {
        let parameter = network.as_slice()[index];
        let mut value_at = |value| {
            network.as_mut_slice()[index] = value;
            network.value_and_gradient(&loss, &x, &y).expect("the data is finite").0
        };
        let slope = (value_at(parameter + h) - value_at(parameter - h)) / (2.0 * h);
        network.as_mut_slice()[index] = parameter;
        (gradient.as_slice()[index] - slope).abs() / largest
    };
    (0..N::COUNT).map(difference).max_by(f64::total_cmp).expect("parameters")
}

macro_rules! activations {
    ($($activation:ident)*) => {$(
        #[test]
        fn $activation() {
            let network = sequential![f64;
                Dense(3 => 5, $activation, init = he_normal),
                Dense(5 => 4, $activation),
                Dense(4 => 2, $activation),
            ];
            let worst = worst_difference(&mut *network.seed(3), MeanSquaredError);
            assert!(worst < 1e-7, "{worst:e}");
        }
    )*};
}

mlp_core::for_each_activation!(activations);
activations!(identity softmax);

macro_rules! losses {
    ($($name:ident: $loss:expr, $activation:ident;)*) => {$(
        #[test]
        fn $name() {
            let network = sequential![f64; Dense(3 => 5, tanh), Dense(5 => 2, $activation)];
            let worst = worst_difference(&mut *network.seed(1), $loss);
            assert!(worst < 1e-7, "{worst:e}");
        }
    )*};
}

losses! {
    mean_absolute_error: MeanAbsoluteError, identity;
    mean_absolute_percentage_error: MeanAbsolutePercentageError, identity;
    mean_squared_logarithmic_error: MeanSquaredLogarithmicError, sigmoid;
    huber: Huber::new().delta(0.3), identity;
    log_cosh: LogCosh, identity;
    poisson: Poisson, softplus;
    quantile: Quantile::new(0.3), identity;
    binary_crossentropy: BinaryCrossentropy::new().label_smoothing(0.1), identity;
    binary_crossentropy_of_probabilities: BinaryCrossentropy::new().from_logits(false), sigmoid;
    binary_focal_crossentropy: BinaryFocalCrossentropy::new().gamma(0.5).alpha(0.3), identity;
    binary_focal_crossentropy_of_probabilities: BinaryFocalCrossentropy::new().from_logits(false), sigmoid;
    hinge: Hinge, identity;
    squared_hinge: SquaredHinge, identity;
    categorical_crossentropy: CategoricalCrossentropy::new().label_smoothing(0.1), identity;
    categorical_crossentropy_of_probabilities: CategoricalCrossentropy::new().from_logits(false), sigmoid;
    kl_divergence: KlDivergence, softmax;
    cosine_similarity: CosineSimilarity, identity;
}
