//! The Jacobian by the parameters equals reverse mode and central differences.

use mlp::layers::TwiceDifferentiable;
use mlp::prelude::*;
use nalgebra::{Const, Dyn, OMatrix};

/// Step of a central difference, near the third root of the scalar's precision.
const STEP: f64 = 1e-5;

fn inputs<const IN: usize>(samples: usize) -> OMatrix<f64, Dyn, Const<IN>> {
    let mut rng = Rng::new(samples as u64);
    OMatrix::<f64, Dyn, Const<IN>>::from_fn(samples, |_, _| rng.normal())
}

/// Compares with reverse mode, sample by sample, to rounding, and with central differences of the outputs.
fn check<N, const IN: usize, const OUT: usize>(network: &N, samples: usize)
where
    N: Network<Scalar = f64, Input = Features<IN>, Output = Features<OUT>> + TwiceDifferentiable,
{
    let x = inputs::<IN>(samples);
    let jacobian = network.parameter_jacobian(&x).expect("finite data");
    assert_eq!(jacobian.shape(), (samples * OUT, N::COUNT));
    let mut tape = network.tape().training(false);
    for sample in [0, samples / 2, samples - 1] {
        let row = x.rows(sample, 1).into_owned();
        for output in 0..OUT {
            let seed = OMatrix::<f64, Dyn, Const<OUT>>::from_fn(1, |_, column| f64::from(u8::from(column == output)));
            let pass = tape.forward(network, &row).expect("finite data");
            let gradient = pass.backward(&seed).expect("finite data");
            for (column, expected) in gradient.as_slice().iter().enumerate() {
                let found = jacobian[(sample * OUT + output, column)];
                let bound = 1e-12 * (1.0 + expected.abs());
                assert!((found - expected).abs() <= bound, "{sample}, {output}, {column}: {found}, {expected}");
            }
        }
    }
    for column in (0..N::COUNT).step_by(1 + N::COUNT / 17) {
        let at = |offset: f64| {
            let mut moved = network.to_boxed();
            moved.as_mut_slice()[column] += offset;
            moved.predict(&x).expect("finite data")
        };
        let (above, below) = (at(STEP), at(-STEP));
        for sample in 0..samples {
            for output in 0..OUT {
                let expected = (above[(sample, output)] - below[(sample, output)]) / (2.0 * STEP);
                let found = jacobian[(sample * OUT + output, column)];
                // The third derivatives of these networks, times STEP² / 6, and rounding divided by STEP.
                assert!((found - expected).abs() < 1e-7 * (1.0 + expected.abs()), "{column}: {found}, {expected}");
            }
        }
    }
}

#[test]
fn dense_layers() {
    check(&*sequential![f64; Dense(1 => 10, tanh), Dense(10 => 10, tanh), Dense(10 => 1)].seed(1), 100);
    check(&*sequential![f64; Dense(3 => 17, sigmoid), Dense(17 => 5, gelu), Dense(5 => 4)].seed(2), 33);
}

/// More samples than a tile, and a last tile that is not full.
#[test]
fn several_tiles() {
    check(&*sequential![f64; Dense(2 => 7, softplus), Dense(7 => 2)].seed(3), 1025);
}

#[test]
fn layers_with_coefficients_of_features() {
    check(&*sequential![f64; Dense(2 => 6), PRelu(6), LayerNormalization(6), Dense(6 => 2)].seed(4), 40);
    check(&*sequential![f64; Dense(2 => 6, tanh), RmsNormalization(6), Dense(6 => 3, softmax)].seed(5), 40);
}

functional! {
    /// One layer that is called twice, a residual, a product and a concatenation.
    struct Shared: f64 {
        let input = Input(4);
        let layer = Dense(4 => 4, tanh);
        let first = layer(input);
        let second = layer(first);
        let sum = Add()(first, second);
        let product = Multiply()(sum, input);
        let both = Concatenate()(product, second);
        let output = Dense(8 => 2)(both);
        Model(input => output)
    }
}

#[test]
fn layers_that_are_called_twice() {
    check(&*Shared::new(6), 50);
}

/// Frequencies are weights without a bias.
#[test]
fn layers_of_coordinates() {
    let network = sequential![f64; FourierFeatures(2 => 6, trainable = true), Dense(6 => 4, tanh), Dense(4 => 2)];
    check(&*network.seed(8), 40);
    let network = sequential![f64;
        FourierFeatures(2 => 6, trainable = true),
        PeriodicEmbedding(6 => 12, period = 3.0),
        Dense(12 => 2),
    ];
    check(&*network.seed(9), 40);
}

/// No column but that of a trained layer has entries.
#[test]
fn layers_that_are_not_trained() {
    let network = sequential![f64; Dense(2 => 3, tanh, trainable = false), Dense(3 => 1)].seed(7);
    let jacobian = network.parameter_jacobian(&inputs::<2>(9)).expect("finite data");
    let first = 2 * 3 + 3;
    assert!(jacobian.columns(0, first).iter().all(|&value| value == 0.0));
    assert!(jacobian.columns(first, 4).iter().all(|&value| value != 0.0));
}
