use nalgebra::DVector;

use mlp_core::Scalar;

/// Returns `count` evenly spaced values from `start` to `end`, both included. NumPy: `linspace`.
///
/// ```
/// # mod mlp { pub use mlp_train::linspace; }
/// use mlp::linspace;
///
/// assert_eq!(linspace(0.0_f32, 1.0, 5).as_slice(), [0.0, 0.25, 0.5, 0.75, 1.0]);
/// ```
pub fn linspace<T: Scalar>(start: T, end: T, count: usize) -> DVector<T> {
    let steps = count.saturating_sub(1).max(1) as f64;
    let (start, end) = (start.to_f64(), end.to_f64());
    DVector::from_fn(count, |i, _| T::from_f64(start + (end - start) * (i as f64 / steps)))
}
