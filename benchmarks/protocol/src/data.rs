//! Data and initial weights of all peers, as formulas. Matrices are row-major, one sample per row.

use crate::workload::Equation;

/// Returns inputs in [0, 1).
pub fn inputs(batch: usize, features: usize) -> Vec<f32> {
    matrix(batch, features, |row, column| (((row + 1) * 31 + column * 17) % 97) as f32 / 97.0)
}

/// Returns the points of an equation: the inputs, the first of which is in [−1, 1) unless the equation is Poisson's.
pub fn points(batch: usize, equation: Equation) -> Vec<[f64; 2]> {
    let place = |x: f64| if equation == Equation::Poisson { x } else { 2.0 * x - 1.0 };
    inputs(batch, 2).chunks(2).map(|point| [place(f64::from(point[0])), f64::from(point[1])]).collect()
}

/// Returns regression targets.
pub fn targets(batch: usize, features: usize) -> Vec<f32> {
    matrix(batch, features, |row, column| (row as f32 * 0.37 + column as f32 * 1.3).sin())
}

/// Returns class indices from 0 to 9.
pub fn classes(batch: usize) -> Vec<usize> {
    (0..batch).map(|row| row % 10).collect()
}

/// Distance of the layers of two members of an ensemble, as arguments of [`weights`].
pub const MEMBER_LAYERS: usize = 8;

/// Returns the initial weights of a layer, inputs × outputs: Glorot uniform, from a hash of the index. Initial biases are
/// zero.
pub fn weights(layer: usize, inputs: usize, outputs: usize) -> Vec<f32> {
    let limit = (6.0 / (inputs + outputs) as f64).sqrt();
    matrix(inputs, outputs, |input, output| {
        let place = (layer << 24 | (input * outputs + output)) as u32;
        let unit = f64::from(hash(place) >> 8) / f64::from(1 << 24);
        (limit * (2.0 * unit - 1.0)) as f32
    })
}

/// Hashes an index. Source: `lowbias32` by Chris Wellons.
fn hash(mut x: u32) -> u32 {
    x = (x ^ x >> 16).wrapping_mul(0x7feb_352d);
    x = (x ^ x >> 15).wrapping_mul(0x846c_a68b);
    x ^ x >> 16
}

fn matrix(rows: usize, columns: usize, element: impl Fn(usize, usize) -> f32) -> Vec<f32> {
    let element = &element;
    (0..rows).flat_map(|row| (0..columns).map(move |column| element(row, column))).collect()
}
