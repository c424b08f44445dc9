//! One network, one training and one file from any bytes: every way to the same result agrees.

use mlp::prelude::*;
use nalgebra::{Const, Dyn, OMatrix};

sequential! { struct Net { Dense(3 => 5, tanh), Dense(5 => 4, relu), Dense(4 => 2) } }

type Samples<const N: usize> = OMatrix<f32, Dyn, Const<N>>;

/// Numbers from -4 to 4, made of bytes that are repeated.
struct Numbers<'a> {
    bytes: core::iter::Cycle<core::slice::Iter<'a, u8>>,
}

impl Numbers<'_> {
    fn next(&mut self) -> f32 {
        (f32::from(self.bytes.next().copied().unwrap_or(0)) - 128.0) / 32.0
    }
    fn samples<const N: usize>(&mut self, count: usize) -> Samples<N> {
        Samples::from_fn(count, |_, _| self.next())
    }
}

/// Computes a layer in double precision, as written in a textbook.
fn dense<const IN: usize, const OUT: usize, A>(layer: &Dense<IN, OUT, A>, x: &[f64], f: fn(f64) -> f64) -> Vec<f64>
where
    Dense<IN, OUT, A>: Parameters<Scalar = f32>,
{
    let output = |row: usize| {
        let terms = (0..IN).map(|column| f64::from(layer.weights[(row, column)]) * x[column]);
        f(terms.sum::<f64>() + f64::from(layer.bias[row]))
    };
    (0..OUT).map(output).collect()
}

fn interpreted(network: &Net, x: &[f64]) -> Vec<f64> {
    let hidden = dense(&network.dense_1, x, f64::tanh);
    let hidden = dense(&network.dense_2, &hidden, |z| z.max(0.0));
    dense(&network.dense_3, &hidden, |z| z)
}

/// Compares `predict` of a batch, of a single row, `predict_one` and an interpreter; trains; loads damaged weights.
pub fn differential(bytes: &[u8]) {
    let [first, second, rest @ ..] = bytes else { return };
    if rest.is_empty() {
        return;
    }
    let mut numbers = Numbers { bytes: rest.iter().cycle() };
    let mut network = Net::new(0);
    network.as_mut_slice().fill_with(|| numbers.next());
    let x = numbers.samples::<3>(1 + usize::from(*first) % 40);
    agree(&network, &x);
    damaged_weights_change_nothing(&network, bytes);

    let y = numbers.samples::<2>(x.nrows());
    let rate = f64::from(*second).exp2() * 1e-6;
    let mut model = network.compile(Adam::new(rate), MeanSquaredError);
    // Divergence is an error. Whatever happens, the weights stay finite.
    let result = model.fit(&x, &y, Fit::new().epochs(2).batch_size(7).verbose(Verbose::Silent));
    assert!(model.as_slice().iter().all(|weight| weight.is_finite()), "{result:?}");
}

fn agree(network: &Net, x: &Samples<3>) {
    let all = network.predict(x).expect("finite data");
    for row in 0..x.nrows() {
        let sample = x.row(row).transpose();
        let alone = network.predict(&Samples::<3>::from_row_slice(sample.as_slice())).expect("finite data");
        assert_eq!(all.row(row), alone.row(0), "row {row} alone");
        let one = network.predict_one(sample);
        let doubles: Vec<f64> = sample.iter().map(|&value| f64::from(value)).collect();
        for (output, expected) in interpreted(network, &doubles).into_iter().enumerate() {
            for found in [f64::from(all[(row, output)]), f64::from(one[output])] {
                // The sums have up to 5 terms of up to 4 · 80.
                assert!((found - expected).abs() <= 1e-3, "row {row}, output {output}: {found}, not {expected}");
            }
        }
    }
}

/// Loads weights of which one byte is changed: whole, or not at all.
fn damaged_weights_change_nothing(network: &Net, bytes: &[u8]) {
    let mut file = network.weights_to_bytes().expect("memory");
    let index = bytes.iter().fold(0_usize, |index, &byte| index.wrapping_mul(257).wrapping_add(byte.into()));
    let index = index % file.len();
    file[index] ^= bytes[0] | 1;
    let mut other = Net::new(1);
    let before = other.clone();
    if other.load_weights_bytes(&file).is_err() {
        assert!(other == before, "changed by a rejected file");
    }
    assert!(other.as_slice().iter().all(|weight| weight.is_finite()));
}
