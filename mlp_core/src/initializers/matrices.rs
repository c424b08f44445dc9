//! The initializers that make all weights at once.

use nalgebra::DMatrix;

use super::{Fan, Initializer};
use crate::random::Rng;

/// A random matrix with orthonormal rows or, if there are more outputs than inputs, columns. Keras: `orthogonal`.
///
/// Every such matrix is as likely (Mezzadri, Notices of the AMS 54, 2007).
// Q R = A with normal A, and the sign of each column of Q that of the diagonal of R.
pub fn orthogonal(fan: Fan, rng: &mut Rng) -> DMatrix<f64> {
    let (long, short) = (fan.inputs.max(fan.outputs), fan.inputs.min(fan.outputs));
    let decomposition = DMatrix::from_fn(long, short, |_, _| rng.normal()).qr();
    let (mut q, r) = decomposition.unpack();
    for (mut column, diagonal) in q.column_iter_mut().zip(r.diagonal().iter()) {
        column *= diagonal.signum();
    }
    if fan.outputs < fan.inputs { q.transpose() } else { q }
}

/// `gain` times what [`orthogonal`] gives. Keras: `Orthogonal(gain)`.
pub fn orthogonal_with_gain(gain: f64) -> Initializer {
    Initializer::from(move |fan: Fan, rng: &mut Rng| orthogonal(fan, rng) * gain)
}
