//! Initializers that draw all weights at once.

use nalgebra::DMatrix;

use mlp_core::Rng;
use mlp_core::initializers::{Fan, Initializer};

/// Draws a matrix with orthonormal rows or, if there are more outputs than inputs, columns. Keras: `orthogonal`.
///
/// All such matrices have the same probability (Mezzadri, Notices of the AMS 54, 2007).
// Q R = A with normal A, and the signs of the columns of Q with which the diagonal of R is positive, as in nalgebra. R is
// not computed: `unpack` removes rows in place, see docs/upstream/nalgebra-remove-rows.md.
pub fn orthogonal(fan: Fan, rng: &mut Rng) -> DMatrix<f64> {
    let (long, short) = (fan.inputs.max(fan.outputs), fan.inputs.min(fan.outputs));
    let q = DMatrix::from_fn(long, short, |_, _| rng.normal()).qr().q();
    if fan.outputs < fan.inputs { q.transpose() } else { q }
}

/// Creates an initializer that returns `gain` times the matrix of [`orthogonal`]. Keras: `Orthogonal(gain)`.
pub fn orthogonal_with_gain(gain: f64) -> Initializer {
    Initializer::from(move |fan: Fan, rng: &mut Rng| orthogonal(fan, rng) * gain)
}

#[cfg(test)]
mod tests {
    use nalgebra::DMatrix;

    use super::*;

    #[test]
    fn orthogonal_has_orthonormal_rows_or_columns() {
        for (inputs, outputs) in [(7, 7), (12, 5), (5, 12), (1, 4), (4, 1)] {
            let mut weights = vec![0.0; inputs * outputs];
            let fan = Fan { inputs, outputs };
            orthogonal_with_gain(2.0).fill(&mut weights, fan, &mut Rng::new(5));
            let matrix = DMatrix::from_vec(outputs, inputs, weights);
            let product = if outputs < inputs { &matrix * matrix.transpose() } else { matrix.transpose() * &matrix };
            let distance = (product - DMatrix::identity(inputs.min(outputs), inputs.min(outputs)) * 4.0).norm();
            assert!(distance < 1e-13, "{inputs} by {outputs}: {distance}");
        }
    }

    // Without the sign of R, the first element of Q always has the same sign in Householder's method.
    #[test]
    fn orthogonal_prefers_no_sign() {
        const COUNT: f64 = 1000.0;
        let mut rng = Rng::new(6);
        let positive = (0..COUNT as usize)
            .filter(|_| orthogonal(Fan { inputs: 1, outputs: 1 }, &mut rng)[(0, 0)] > 0.0)
            .count() as f64;
        assert!((positive - COUNT / 2.0).abs() < 5.0 * (COUNT / 4.0).sqrt(), "{positive} of {COUNT} are positive");
    }
}
